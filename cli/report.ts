import { join, resolve } from "node:path";
import { writeReport } from "../reports/report.ts";
import { readable, runsFolder } from "./runs-folder.ts";
import { stoppable } from "./stoppable.ts";

/**
 * @returns the exit code
 * @throws UsageError when there is no such run, or its results are incomplete
 */
export function report(run: string | undefined): Promise<number> {
  const folder = run === undefined ? join(runsFolder, "latest") : resolve(run);
  return stoppable(async (stopping) => {
    for (const [what, path] of Object.entries(await readable(writeReport(folder, stopping)))) console.log(`${what}: ${path}`);
    return 0;
  });
}
