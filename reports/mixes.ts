/** Where a mesh of several participants does otherwise than a mesh of one. Pure. */
import type { CheckResult, Verdict } from "../harness/results/schema.ts";
import { checkName, type Outcome, outcomeOf } from "./words.ts";

export interface MixChange {
  readonly check: string;
  readonly subject: string;
  /** What each composition came to, as `one+other`. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

const silent: ReadonlySet<Verdict> = new Set(["could-not-run", "harness-error"]);

const compositionOf = ({ key }: CheckResult): string | undefined => /,mixed=([^,]+)$/.exec(key)?.[1];

/**
 * Questions that come to something else in one composition of a mesh than in another. What could not run or broke in the harness says
 * nothing, and a failure is the same whether it is known or not.
 */
export function mixChanges(checks: readonly CheckResult[]): MixChange[] {
  const told = checks.filter((check) => compositionOf(check) !== undefined && !silent.has(check.verdict));
  return [...Map.groupBy(told, (check) => `${checkName(check)} ${check.subject}`).values()].flatMap((of) => {
    const outcomes = new Map(of.map((check) => [compositionOf(check) as string, outcomeOf(check)]));
    const [first] = of;
    return first && new Set(of.map(({ verdict }) => verdict)).size > 1
      ? [{ check: checkName(first), subject: first.subject, outcomes }]
      : [];
  });
}
