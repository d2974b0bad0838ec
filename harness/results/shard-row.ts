import { z } from "zod";

/** The mesh of one shard of one node during a check, as its peers saw it. */
export const shardRowSchema = z.strictObject({
  topic: z.string(),
  /** Peers on the shard that were connected in the end. */
  peers: z.int().nonnegative(),
  /** Mesh links in the end. */
  mesh: z.int().nonnegative(),
  /** Each change: after how many ms, and to how many mesh links. */
  history: z.array(z.tuple([z.int().nonnegative(), z.int().nonnegative()])),
});
export type ShardRow = z.infer<typeof shardRowSchema>;
