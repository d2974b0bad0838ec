import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { BadResultFile, readResults } from "../harness/results/read.ts";
import { type NodePicture, shardPicture } from "../reports/shards/picture.ts";
import { renderShards } from "../reports/shards/text.ts";
import { painter } from "../reports/summary/paint.ts";
import { progress } from "./progress.ts";
import { resultsOf, runsFolder } from "./runs-folder.ts";

/** @throws UsageError when a run is not there or incomplete */
export async function shards(run: string | undefined, { json }: { json?: boolean }): Promise<void> {
  const picture = run === undefined ? await newestPicture() : shardPicture((await resultsOf(resolve(run))).checks);
  console.log(json ? JSON.stringify(picture, undefined, 2) : renderShards(picture, painter(process.stdout.isTTY === true)));
}

/** Of the newest run that looked at the meshes of shards: the very last may have asked for something else. */
async function newestPicture(): Promise<NodePicture[]> {
  const entries = await readdir(runsFolder, { withFileTypes: true }).catch(() => []);
  const runs = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  for (const name of runs.sort().reverse()) {
    const picture = await pictureIn(join(runsFolder, name));
    if (picture.length === 0) continue;
    progress(`run ${name}`);
    return picture;
  }
  return shardPicture((await resultsOf(join(runsFolder, "latest"))).checks);
}

async function pictureIn(folder: string): Promise<NodePicture[]> {
  try {
    return shardPicture((await readResults(join(folder, "results.jsonl"))).checks);
  } catch (error) {
    // Cut short, still under way, or no run at all.
    if (error instanceof BadResultFile) return [];
    throw error;
  }
}
