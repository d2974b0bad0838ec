/** The picture of shards for the terminal. */
import type { Paint } from "../summary/paint.ts";
import { plural } from "../words.ts";
import { type Health, healths, type NodePicture } from "./picture.ts";

export const healthSigns: Readonly<Record<Health, string>> = { thin: "✗", scarce: "·", good: "✓", crowded: "▲" };
export const healthWords: Readonly<Record<Health, string>> = {
  thin: "no mesh link, or fewer than 4 though there are more peers",
  scarce: "all peers that there are",
  good: "4 to 8 mesh links",
  crowded: "more than 8 mesh links",
};
const styles = { thin: "red", scarce: "dim", good: "green", crowded: "yellow" } as const satisfies Record<Health, Parameters<Paint>[0]>;

/** More shards than these are summed up. */
const shownShards = 10;

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

const summed = (shards: NodePicture["shards"], paint: Paint): string =>
  healths
    .flatMap((health) => {
      const those = shards.filter((one) => one.health === health);
      return those.length === 0 ? [] : [paint(styles[health], `${healthSigns[health]} ${plural(those.length, "shard")} ${health}`)];
    })
    .join("   ");
