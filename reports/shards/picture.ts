/** What the checks of a run say of the meshes of each shard, gathered by participant. Pure. */
import type { CheckResult } from "../../harness/results/schema.ts";
import { type ShardRow, shardRowSchema } from "../../harness/results/shard-row.ts";
import { dHigh, dLow } from "../../rfc-checks/rules/mesh.ts";
import { shardOf } from "../../rfc-checks/rules/pubsub-topic.ts";
import { checkName } from "../words.ts";

/** `scarce`: there are fewer peers than D_low, and all of them are in the mesh. A shard without any link is thin, whoever is to blame. */
export const healths = ["thin", "scarce", "good", "crowded"] as const;
export type Health = (typeof healths)[number];

export interface ShardHealth extends ShardRow {
  readonly shard: number;
  readonly health: Health;
}
/** One node in one check. */
export interface NodePicture {
  readonly participant: string;
  readonly check: string;
  readonly key: string;
  readonly shards: readonly ShardHealth[];
}

export function healthOf({ mesh, peers }: Pick<ShardRow, "mesh" | "peers">): Health {
  if (mesh > dHigh) return "crowded";
  if (mesh >= dLow) return "good";
  return mesh === 0 || mesh < peers ? "thin" : "scarce";
}

export function shardPicture(checks: readonly CheckResult[]): NodePicture[] {
  return checks.flatMap((check) => {
    const { shards } = (check.observation ?? {}) as { readonly shards?: readonly unknown[] };
    if (!Array.isArray(shards)) return [];
    const rows = shards.flatMap((row) => {
      const { data } = shardRowSchema.safeParse(row);
      return data === undefined ? [] : [{ ...data, shard: shardOf(data.topic)?.shard ?? 0, health: healthOf(data) }];
    });
    const name = checkName(check);
    return rows.length === 0 ? [] : [{ participant: check.subject, check: name, key: check.key, shards: rows }];
  });
}

/** More shards of a node than these are summed up. */
export const shownShards = 10;

/** How many shards are in which health, leaving out those in which none is. */
export const counted = (shards: readonly ShardHealth[]): (readonly [Health, number])[] =>
  healths.map((health) => [health, shards.filter((one) => one.health === health).length] as const).filter(([, count]) => count > 0);
