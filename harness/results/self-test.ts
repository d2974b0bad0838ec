import type { CheckResult, Reason } from "./schema.ts";

/** A mutant that a check noticed, by a rule that it breaks and the check cites. */
export interface Kill {
  readonly mutant: string;
  readonly check: string;
  readonly key: string;
  readonly requirements: readonly string[];
  /** The verdict's reason, or `changed` where the check saw something else than of the reference, and does not judge it. */
  readonly reason: Reason["code"] | "changed";
  /** Does it show what the check demands, or sees where it demands nothing? */
  readonly proves: boolean;
  readonly durationMs: number;
}

export interface SelfTest {
  readonly kills: readonly Kill[];
  /** Mutants that no check noticed by a rule that they break. */
  readonly survivors: readonly string[];
  /** Mutants that were noticed by no more than what judging checks saw, and did not demand. */
  readonly undemanded: readonly string[];
  /** Judging checks that noticed no mutant of a rule that they cite. */
  readonly unproven: readonly string[];
  /** Observing checks that saw the same as of the reference of those few mutants of a rule that they cite which they were put to. */
  readonly unmoved: readonly string[];
  /** Checks that cannot be put to the reference, which lacks what they are about. */
  readonly unasked: readonly string[];
  /** What the reference as it is did not pass. */
  readonly failedByReference: readonly CheckResult[];
  /** What was put twice to survivors and by unproven checks, and told nothing of the rule either time. */
  readonly untold: readonly CheckResult[];
}
