import { join, resolve } from "node:path";
import { BadResultFile, readResults } from "../harness/results/read.ts";
import { renderRecommendations } from "../reports/recommendations/recommendations.ts";
import { ledger } from "../rfc-checks/ledger.ts";
import { runsFolder } from "./runs-folder.ts";
import { UsageError } from "./usage.ts";

/** @throws UsageError when a run is not there or incomplete */
export async function recommendations(runs: readonly string[]): Promise<void> {
  const folders = runs.length === 0 ? [join(runsFolder, "latest-full")] : runs.map((run) => resolve(run));
  try {
    const results = await Promise.all(folders.map((folder) => readResults(join(folder, "results.jsonl"))));
    process.stdout.write(renderRecommendations(ledger.values(), results));
  } catch (error) {
    if (error instanceof BadResultFile) throw new UsageError(error.message);
    throw error;
  }
}
