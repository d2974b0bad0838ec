/** Rows of the ledger held against a full run: what was tested, and with which verdicts. */
import type { RunResults } from "../../harness/results/read.ts";
import type { CheckResult, Verdict } from "../../harness/results/schema.ts";
import type { Requirement } from "../../rfc-checks/ledger.ts";
import { type Outcome, outcomeOf, worst } from "../words.ts";

/** A check that the suites declare, whether or not a run emitted it. */
export interface Declared {
  readonly id: string;
  readonly revision: number;
  /** Runs only when it is asked for by its tag, so that a full run leaves it out. */
  readonly deferred: boolean;
}

export type Standing = "tested" | "untested" | "excluded";

export interface Row {
  readonly requirement: Requirement;
  /** Tested where at least one of its checks came to a verdict on somebody. */
  readonly standing: Standing;
  /** participant → worst outcome of the row's checks in which it is the subject */
  readonly verdicts: ReadonlyMap<string, Outcome>;
  /** Tested, and every verdict is on the by-the-book node. */
  readonly byTheBookAlone: boolean;
  /** Participants that were not there, without whom some of its checks could not be asked of anybody. */
  readonly awaits: readonly string[];
  /** Some of its checks run only when their tag is asked for, and did not run. */
  readonly deferred: boolean;
}

export interface Coverage {
  readonly rows: readonly Row[];
  /** Claims of the ledger that the run does not bear out, a sentence each. */
  readonly faults: readonly string[];
}

const verdictsOnSubjects: readonly Verdict[] = ["pass", "fail", "observed"];

/** @param participant counts only what was asked of it; everybody when left out */
export function coverageOf(
  requirements: Iterable<Requirement>,
  { header, checks }: Pick<RunResults, "header" | "checks">,
  declared: readonly Declared[],
  participant?: string,
): Coverage {
  const emitted = new Set(checks.map(({ id }) => id));
  const deferred = new Set(declared.filter((check) => check.deferred).map(({ id }) => id));
  const referees = new Set(header.participants.filter(({ referee }) => referee).map((one) => one.participant));
  const asked = participant === undefined ? checks : checks.filter(({ subject }) => subject === participant);
  const byCheck = Map.groupBy(asked, ({ id }) => id);
  const rows: Row[] = [];
  const faults: string[] = [];
  for (const requirement of requirements) {
    const claimed = requirement.checks ?? [];
    const results = claimed.flatMap((id) => byCheck.get(id) ?? []);
    const telling = results.filter(({ verdict }) => verdictsOnSubjects.includes(verdict));
    const standing = requirement.excluded !== undefined ? "excluded" : telling.length > 0 ? "tested" : "untested";
    const awaits = [...new Set(claimed.flatMap((id) => header.unasked[id] ?? []))];
    const byTheBookAlone = standing === "tested" && telling.every(({ subject }) => referees.has(subject));
    const missing = claimed.filter((id) => !emitted.has(id));
    const left = missing.some((id) => deferred.has(id));
    rows.push({ requirement, standing, verdicts: outcomesBySubject(results), byTheBookAlone, awaits, deferred: left });
    // Where nobody could be asked whoever were there, the check is at fault.
    for (const id of missing.filter((id) => !deferred.has(id) && (header.unasked[id] ?? []).length === 0))
      faults.push(`${requirement.id} claims ${id}, which the run did not emit`);
  }
  return { rows, faults };
}

/** participant → worst outcome as a subject */
export function outcomesBySubject(results: readonly CheckResult[]): Map<string, Outcome> {
  const found = new Map<string, Outcome>();
  for (const [subject, of] of Map.groupBy(results, ({ subject }) => subject)) found.set(subject, worst(of.map(outcomeOf)) as Outcome);
  return found;
}
