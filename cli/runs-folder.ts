import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { BadResultFile, type RunResults, readResults } from "../harness/results/read.ts";
import { UsageError } from "./usage.ts";

/** Where the folders of runs are. */
export const runsFolder = resolve(process.env.WAKU_RUNS ?? fileURLToPath(new URL("../reports/runs", import.meta.url)));

/** A name of a run that no other has, and that sorts by time. */
export const newRunId = (): string => `${new Date().toISOString().replace(/[:.]/g, "-")}-${process.pid}`;

/** @throws UsageError when the folder holds no run, or an incomplete one */
export const resultsOf = (folder: string): Promise<RunResults> => readable(readResults(join(folder, "results.jsonl")));

/** @throws UsageError when results that are needed cannot be read */
export async function readable<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    throw error instanceof BadResultFile ? new UsageError(error.message) : error;
  }
}
