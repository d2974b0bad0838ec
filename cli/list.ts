import { cpus } from "node:os";
import type { AnyDefinition, Expansion } from "../harness/expansion.ts";
import { Session } from "../harness/session.ts";
import { plural } from "../reports/words.ts";
import { lastDurations } from "./durations.ts";
import { openField, participantsFor } from "./field.ts";
import { grepPattern, nothingMatches } from "./grep.ts";
import type { FieldFlags } from "./options.ts";
import { loadSuites, selectionOf } from "./suites.ts";

interface ListFlags extends FieldFlags {
  readonly grep?: string;
  readonly count?: boolean;
}

export async function list(flags: ListFlags): Promise<void> {
  const grep = grepPattern(flags.grep);
  const participants = await participantsFor(flags, false);
  const open = openField(participants, { id: "list", folder: "" });
  const session = new Session({ field: open.field, folder: "", known: () => false, replay: () => "", onResult: () => {} }, cpus().length);
  const { keys, deferred } = selectionOf(await loadSuites(session, grep), grep);
  await open.close();
  if (keys.length + deferred.size === 0) throw nothingMatches(flags.grep);

  const runs = new Set(keys);
  const selected = session.expansions.filter(({ key }) => runs.has(key));
  const waiting = session.expansions.filter(({ key }) => deferred.has(key));
  const checks = byCheck(selected);
  const later = byCheck(waiting);
  if (!flags.count) {
    printChecks(checks);
    if (later.size > 0) console.log(`Run only when their tag is in the pattern, such as --grep '${[...deferred.values()][0]}':\n`);
    printChecks(later);
  }
  const requirements = new Set(selected.flatMap(({ definition }) => definition.requirements));
  const tags = [...new Set(deferred.values())].join(" or ");
  const { topologies, nodes } = session.cost(keys);
  console.log(`${checks.size} checks, ${selected.length} results, ${requirements.size} requirements`);
  if (later.size > 0) console.log(`${plural(later.size, "more check")}, ${plural(waiting.length, "result")}, with ${tags} in the pattern`);
  console.log(`participants: ${participants.ready.map(({ name }) => name).join(", ") || "none"}`);
  for (const { name, reason } of participants.absent) console.log(`absent: ${name}: ${reason}`);
  console.log(`a run starts ${nodes} nodes in ${topologies} topologies; ${await lastDurations(runs)}`);
}

const byCheck = (expansions: readonly Expansion[]): Map<AnyDefinition, Expansion[]> =>
  Map.groupBy(expansions, ({ definition }) => definition);

function printChecks(checks: ReadonlyMap<AnyDefinition, readonly Expansion[]>): void {
  for (const [{ id, title, requirements, variants }, rows] of checks) {
    console.log(`${id}  ${title}`);
    console.log(`    ${requirements.join(" ") || "no requirement"} · ${rows[0]?.level} · ${rows[0]?.tags.join(" ")}`);
    console.log(`    ${plural(rows.length, "result")}${variants ? ` in ${plural(Object.keys(variants).length, "variant")}` : ""}`);
  }
  if (checks.size > 0) console.log();
}
