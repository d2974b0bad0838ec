/** Participants that were there and never came up: a build that ends at its start must not look like one that was not asked. */
import type { RunResults } from "../../harness/results/read.ts";
import type { CheckResult } from "../../harness/results/schema.ts";
import { plural } from "../words.ts";

/** One sentence each. */
export function neverStarted({ header, checks }: RunResults): string[] {
  return header.participants
    .filter(({ state }) => state === "ready")
    .flatMap(({ participant }) => {
      const cast = checks.filter((check) => Object.values(check.cast).flat().includes(participant));
      const failed = cast.find((check) => failedToStart(check) === participant);
      if (failed === undefined || cast.some(({ verdict }) => verdict !== "could-not-run")) return [];
      return [`${participant} never started (${plural(cast.length, "check")}): ${failed.reasons[0]?.observed}`];
    });
}

/** The player of the place that stayed empty. */
function failedToStart({ cast, reasons }: CheckResult): string | undefined {
  const [reason] = reasons;
  return reason?.code === "did-not-start" ? cast[reason.path.replace(/^nodes\./, "")]?.[0] : undefined;
}
