import { join, resolve } from "node:path";
import { BadResultFile, readResults } from "../harness/results/read.ts";
import { shardPicture } from "../reports/shards/picture.ts";
import { renderShards } from "../reports/shards/text.ts";
import { painter } from "../reports/summary/paint.ts";
import { runsFolder } from "./runs-folder.ts";
import { UsageError } from "./usage.ts";

/** @throws UsageError when a run is not there or incomplete */
export async function shards(run: string | undefined, { json }: { json?: boolean }): Promise<void> {
  const folder = run === undefined ? join(runsFolder, "latest") : resolve(run);
  try {
    const picture = shardPicture((await readResults(join(folder, "results.jsonl"))).checks);
    console.log(json ? JSON.stringify(picture, undefined, 2) : renderShards(picture, painter(process.stdout.isTTY === true)));
  } catch (error) {
    if (error instanceof BadResultFile) throw new UsageError(error.message);
    throw error;
  }
}
