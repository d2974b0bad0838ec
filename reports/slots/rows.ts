/** What the checks of a run say of slots, gathered by participant. Pure. */
import type { CheckResult } from "../../harness/results/schema.ts";
import { slotRowSchema } from "../../harness/results/slot-row.ts";

type Row = ReturnType<typeof slotRowSchema.parse>;

/** The lines of one participant, one for each kind and limit: what several checks saw of it is put together. */
export function slotRows(checks: readonly CheckResult[], participant: string): Row[] {
  const lines = checks.filter(({ subject }) => subject === participant).flatMap(linesOf);
  const groups = Map.groupBy(lines, ({ kind, direction, limit }) => [kind, direction, limit].join(" · "));
  return [...groups.values()].map((some) => some.reduce(together)).sort(order);
}

function linesOf({ observation }: CheckResult): Row[] {
  const { slots } = (observation ?? {}) as { readonly slots?: unknown };
  // An old run may have lines of another shape.
  return Array.isArray(slots) ? slots.flatMap((line) => slotRowSchema.safeParse(line).data ?? []) : [];
}

/** The first that saw one too many tells what that got; each tells how a slot was given back. */
const together = (one: Row, other: Row): Row => {
  const telling = one.refused === null ? other : one;
  return { ...telling, refusedAfterMs: one.refusedAfterMs ?? other.refusedAfterMs, freed: { ...one.freed, ...other.freed } };
};

const compare = new Intl.Collator("en", { numeric: true }).compare;
const order = (left: Row, right: Row): number => compare(left.kind, right.kind) || compare(left.limit, right.limit);
