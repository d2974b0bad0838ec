import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { BadResultFile, type RunResults, readResults } from "../harness/results/read.ts";
import { UsageError } from "./usage.ts";

/** Where the folders of runs are. */
export const runsFolder = resolve(process.env.WAKU_RUNS ?? fileURLToPath(new URL("../reports/runs", import.meta.url)));

/** @throws UsageError when the folder holds no run, or an incomplete one */
export async function resultsOf(folder: string): Promise<RunResults> {
  try {
    return await readResults(join(folder, "results.jsonl"));
  } catch (error) {
    throw error instanceof BadResultFile ? new UsageError(error.message) : error;
  }
}
