import { join } from "node:path";
import { readResults } from "../harness/results/read.ts";
import { runsFolder } from "./runs-folder.ts";

/** What the newest full run says that these checks take. */
export async function lastDurations(keys: ReadonlySet<string>): Promise<string> {
  const last = await readResults(join(runsFolder, "latest-full", "results.jsonl")).catch(() => undefined);
  if (!last) return "how long it takes is known after the first full run";
  const selected = last.checks.filter(({ key }) => keys.has(key));
  const work = selected.reduce((sum, { durationMs }) => sum + durationMs, 0);
  const all = last.checks.reduce((sum, { durationMs }) => sum + durationMs, 0) || 1;
  const seconds = Math.ceil((last.footer.durationMs * work) / all / 1_000);
  return `about ${seconds} s, by the last full run (${Math.ceil(last.footer.durationMs / 1_000)} s in all)`;
}
