/** The picture of shards for the terminal. */
import { dHigh, dLow } from "../../rfc-checks/rules/mesh.ts";
import type { Paint } from "../summary/paint.ts";
import { plural } from "../words.ts";
import { counted, type Health, healths, type NodePicture, shownShards } from "./picture.ts";

export const healthSigns: Readonly<Record<Health, string>> = { thin: "✗", scarce: "·", good: "✓", crowded: "▲" };
export const healthWords: Readonly<Record<Health, string>> = {
  thin: `no mesh link, or fewer than ${dLow} though there are more peers`,
  scarce: "all peers that there are",
  good: `${dLow} to ${dHigh} mesh links`,
  crowded: `more than ${dHigh} mesh links`,
};
const styles = { thin: "red", scarce: "dim", good: "green", crowded: "yellow" } as const satisfies Record<Health, Parameters<Paint>[0]>;

export function renderShards(pictures: readonly NodePicture[], paint: Paint): string {
  if (pictures.length === 0) return "no check of this run looked at the meshes of shards";
  const lines = [...Map.groupBy(pictures, ({ participant }) => participant)].flatMap(([participant, of]) => [
    paint("bold", participant),
    ...of.map(({ check, shards }) => `  ${check}\n    ${shards.length > shownShards ? summed(shards, paint) : each(shards, paint)}`),
    "",
  ]);
  const legend = healths.map((health) => `${paint(styles[health], healthSigns[health])} ${healthWords[health]}`);
  return [...lines, legend.join("   ")].join("\n");
}

const each = (shards: NodePicture["shards"], paint: Paint): string =>
  shards
    .map(({ shard, mesh, peers, health }) => `shard ${shard}: ${paint(styles[health], `${healthSigns[health]} ${mesh}`)} of ${peers}`)
    .join("   ");

/** How many are in which health, and which are not as they should be. */
const summed = (shards: NodePicture["shards"], paint: Paint): string =>
  counted(shards)
    .map(([health, count]) => {
      const named = shards.filter((one) => one.health === health).map(({ shard }) => shard);
      const which =
        health === "good" || count === shards.length
          ? ""
          : `: ${named.slice(0, shownShards).join(", ")}${count > shownShards ? ", …" : ""}`;
      return paint(styles[health], `${healthSigns[health]} ${plural(count, "shard")} ${health}${which}`);
    })
    .join("   ");
