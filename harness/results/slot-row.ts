import { z } from "zod";

/** A line of the table of slots: how many of a kind a node takes under a limit, and what becomes of the one too many. */
export const slotRowSchema = z.strictObject({
  /** Such as `relay peer`. */
  kind: z.string(),
  direction: z.enum(["in", "out"]).default("in"),
  /** Such as `maxConnections 25`, or what is built in. */
  limit: z.string(),
  tried: z.int().nonnegative(),
  accepted: z.int().nonnegative(),
  /** What the one too many got, such as `503`; null where there was none too many. */
  refused: z.string().nullable(),
  refusedAfterMs: z.int().nonnegative().nullable().default(null),
  /** What gave the slot back, and how soon the next had it; null where it did not within the time that was waited. */
  freed: z.record(z.string(), z.int().nonnegative().nullable()).default({}),
});
export type SlotRow = z.input<typeof slotRowSchema>;
