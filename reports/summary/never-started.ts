/** Participants that were there and never came up: a build that ends at its start must not look like one that was not asked. */
import type { RunResults } from "../../harness/results/read.ts";
import type { CheckResult } from "../../harness/results/schema.ts";
import { notStarted } from "../unheard.ts";
import { plural } from "../words.ts";

/** Names of them. */
export function neverStarted({ header, checks }: RunResults): string[] {
  return header.participants
    .filter(({ state }) => state === "ready")
    .map(({ participant }) => participant)
    .filter((participant) => {
      const cast = castWith(checks, participant);
      return cast.some((check) => notStarted(check) === participant) && cast.every(({ verdict }) => verdict === "could-not-run");
    });
}

/** One sentence each. */
export function toldOfNeverStarted(results: RunResults): string[] {
  return neverStarted(results).map((participant) => {
    const cast = castWith(results.checks, participant);
    const [reason] = cast.find((check) => notStarted(check) === participant)?.reasons ?? [];
    return `${participant} never started (${plural(cast.length, "check")}): ${reason?.observed}`;
  });
}

const castWith = (checks: readonly CheckResult[], participant: string): CheckResult[] =>
  checks.filter(({ cast }) => Object.values(cast).flat().includes(participant));
