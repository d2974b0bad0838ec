import { join, resolve } from "node:path";
import { writeReport } from "../reports/report.ts";
import { readable, runsFolder } from "./runs-folder.ts";

/** @throws UsageError when there is no such run, or its results are incomplete */
export async function report(run: string | undefined): Promise<void> {
  const folder = run === undefined ? join(runsFolder, "latest") : resolve(run);
  for (const [what, path] of Object.entries(await readable(writeReport(folder)))) console.log(`${what}: ${path}`);
}
