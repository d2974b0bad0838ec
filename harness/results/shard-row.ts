import { z } from "zod";

/** The mesh of one shard of one node during a check, as its peers saw it. */
export const shardRowSchema = z.strictObject({
  topic: z.string(),
  peers: z.int().nonnegative().describe("peers on the shard that were connected in the end"),
  mesh: z.int().nonnegative().describe("mesh links in the end"),
  history: z
    .array(z.tuple([z.int().nonnegative(), z.int().nonnegative()]))
    .describe("each change: after how many ms, and to how many mesh links"),
});
export type ShardRow = z.infer<typeof shardRowSchema>;
