/** What a run says beyond the newest release: a new check that fails is no regression. */
import type { CheckResult } from "../../harness/results/schema.ts";
import type { Outcome } from "../words.ts";
import { type Declared, outcomesBySubject } from "./coverage.ts";
import type { Release } from "./releases.ts";

export interface CheckOutcomes {
  readonly id: string;
  /** participant → worst outcome as a subject */
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

export interface Since {
  readonly release: string;
  /** Checks that the release did not have, or that ask something else since. */
  readonly fresh: readonly CheckOutcomes[];
  /** Checks of the release that fail without standing in the baseline, on those on whom they do. */
  readonly regressions: readonly CheckOutcomes[];
  /** Checks of the release that the suites do not declare any more. */
  readonly gone: readonly string[];
}

export function since({ release, checks: frozen }: Release, results: readonly CheckResult[], declared: readonly Declared[]): Since {
  const byCheck = Map.groupBy(results, ({ id }) => id);
  const isFresh = ({ id, revision }: Declared): boolean => (frozen[id] ?? 0) < revision;
  const outcomes = ({ id }: Declared): CheckOutcomes => ({ id, outcomes: outcomesBySubject(byCheck.get(id) ?? []) });
  const ids = new Set(declared.map(({ id }) => id));
  return {
    release,
    fresh: declared.filter(isFresh).map(outcomes),
    regressions: declared
      .filter((check) => !isFresh(check))
      .map(outcomes)
      .map(({ id, outcomes }) => ({ id, outcomes: new Map([...outcomes].filter(([, outcome]) => outcome === "fail")) }))
      .filter(({ outcomes }) => outcomes.size > 0),
    gone: Object.keys(frozen).filter((id) => !ids.has(id)),
  };
}
