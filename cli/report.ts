import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { BadResultFile } from "../harness/results/read.ts";
import { writeReport } from "../reports/report.ts";
import { runsFolder } from "./runs-folder.ts";
import { UsageError } from "./usage.ts";

/** @throws UsageError when there is no such run, or its results are incomplete */
export async function report(run: string | undefined): Promise<void> {
  const folder = run === undefined ? join(runsFolder, "latest") : resolve(run);
  if (!existsSync(join(folder, "results.jsonl")))
    throw new UsageError(`${folder} holds no run; run \`npm test\` first, or name the folder of a run`);
  try {
    for (const [what, path] of Object.entries(await writeReport(folder))) console.log(`${what}: ${path}`);
  } catch (error) {
    if (error instanceof BadResultFile) throw new UsageError(error.message);
    throw error;
  }
}
