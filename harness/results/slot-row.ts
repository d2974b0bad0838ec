import { z } from "zod";

/** A line of the table of slots: how many of a kind a node takes under a limit, and what becomes of the one too many. */
export const slotRowSchema = z.strictObject({
  kind: z.string().describe("such as relay peer"),
  direction: z.enum(["in", "out"]).default("in"),
  limit: z.string().describe("such as maxConnections 25, or what is built in"),
  tried: z.int().nonnegative(),
  accepted: z.int().nonnegative(),
  refused: z.string().nullable().describe("what the one too many got, such as 503; null where there was none too many"),
  refusedAfterMs: z.int().nonnegative().nullable().default(null),
  freed: z
    .record(z.string(), z.int().nonnegative().nullable())
    .default({})
    .describe("what gave the slot back → after how many ms the next had it, or null where it did not while that was waited for"),
});
export type SlotRow = z.input<typeof slotRowSchema>;
