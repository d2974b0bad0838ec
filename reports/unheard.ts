/** Checks that say nothing of their subject though they should: nobody can tell what it would have answered. */
import { placeOf } from "../harness/results/places.ts";
import type { CheckResult } from "../harness/results/schema.ts";

/** The player of the place that stayed empty, where that is why a check could not run. */
export function notStarted({ verdict, cast, reasons }: CheckResult): string | undefined {
  const [reason] = reasons;
  if (verdict !== "could-not-run" || reason?.code !== "did-not-start") return undefined;
  return cast[placeOf(reason)]?.[0];
}

/** Could it not be put to its nodes, though they stood? Where nothing passes between two, the check that asks just that may say why. */
export const notPut = ({ verdict, reasons: [reason] }: CheckResult): boolean =>
  verdict === "could-not-run" && (reason?.code === "blocked-by-connectivity" || reason?.code === "topology-not-formed");
