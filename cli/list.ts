import { cpus } from "node:os";
import { Session } from "../harness/session.ts";
import { plural } from "../reports/words.ts";
import { lastDurations } from "./durations.ts";
import { openField, participantsFor } from "./field.ts";
import { grepPattern, nothingMatches } from "./grep.ts";
import type { FieldFlags } from "./options.ts";
import { loadSuites, selectedKeys } from "./suites.ts";

interface ListFlags extends FieldFlags {
  readonly grep?: string;
  readonly count?: boolean;
}

export async function list(flags: ListFlags): Promise<void> {
  const grep = grepPattern(flags.grep);
  const participants = await participantsFor(flags, false);
  const open = openField(participants, flags, { id: "list", folder: "" });
  const session = new Session({ field: open.field, folder: "", known: () => false, replay: () => "", onResult: () => {} }, cpus().length);
  const keys = new Set(selectedKeys(await loadSuites(session, grep), grep));
  const selected = session.expansions.filter(({ key }) => keys.has(key));
  await open.close();
  if (keys.size === 0) throw nothingMatches(flags.grep);

  const checks = Map.groupBy(selected, ({ definition }) => definition);
  if (!flags.count) {
    for (const [{ id, title, requirements, variants }, rows] of checks) {
      console.log(`${id}  ${title}`);
      console.log(`    ${requirements.join(" ") || "no requirement"} · ${rows[0]?.level} · ${rows[0]?.tags.join(" ")}`);
      console.log(`    ${plural(rows.length, "result")}${variants ? ` in ${plural(Object.keys(variants).length, "variant")}` : ""}`);
    }
    console.log();
  }
  const requirements = new Set(selected.flatMap(({ definition }) => definition.requirements));
  const { topologies, nodes } = session.cost([...keys]);
  console.log(`${checks.size} checks, ${selected.length} results, ${requirements.size} requirements`);
  console.log(`participants: ${participants.ready.map(({ name }) => name).join(", ") || "none"}`);
  for (const { name, reason } of participants.absent) console.log(`absent: ${name}: ${reason}`);
  console.log(`a run starts ${nodes} nodes in ${topologies} topologies; ${await lastDurations(keys)}`);
}
