import { join, resolve } from "node:path";
import { renderRecommendations } from "../reports/recommendations/recommendations.ts";
import { ledger } from "../rfc-checks/ledger.ts";
import { resultsOf, runsFolder } from "./runs-folder.ts";

/** @throws UsageError when a run is not there or incomplete */
export async function recommendations(runs: readonly string[]): Promise<void> {
  const folders = runs.length === 0 ? [join(runsFolder, "latest-full")] : runs.map((run) => resolve(run));
  process.stdout.write(renderRecommendations(ledger.values(), await Promise.all(folders.map(resultsOf))));
}
