import { join, resolve } from "node:path";
import { shardPicture } from "../reports/shards/picture.ts";
import { renderShards } from "../reports/shards/text.ts";
import { painter } from "../reports/summary/paint.ts";
import { resultsOf, runsFolder } from "./runs-folder.ts";

/** @throws UsageError when a run is not there or incomplete */
export async function shards(run: string | undefined, { json }: { json?: boolean }): Promise<void> {
  const folder = run === undefined ? join(runsFolder, "latest") : resolve(run);
  const picture = shardPicture((await resultsOf(folder)).checks);
  console.log(json ? JSON.stringify(picture, undefined, 2) : renderShards(picture, painter(process.stdout.isTTY === true)));
}
