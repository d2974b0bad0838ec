/** What the checks of a run say of the meshes of each shard, gathered by participant. Pure. */
import type { CheckResult } from "../../harness/results/schema.ts";
import { type ShardRow, shardRowSchema } from "../../harness/results/shard-row.ts";
import { shardOf } from "../../rfc-checks/rules/pubsub-topic.ts";
import { checkName } from "../words.ts";

/** 29/WAKU2-CONFIG, GossipSub v1.0. */
const [dLow, dHigh] = [4, 8];

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
