/** The list of known failures, and how a run is held against it. */
import type { CheckResult, Header, ParticipantRow } from "../../harness/results/schema.ts";
import { isAdvice } from "../../rfc-checks/ledger.ts";
import { plural } from "../words.ts";
import type { BaselineRow } from "./row.ts";

/** A reason for red that lies between a run and the baseline. */
export interface Problem {
  readonly kind: "unlisted-failure" | "stale" | "mixed" | "matches-nothing";
  /** the result key, or the pattern of the row at fault */
  readonly key: string;
  /** what is the matter and what to do next */
  readonly sentence: string;
}

type Participants = Header["participants"];

export class Baseline {
  readonly rows: readonly BaselineRow[];

  constructor(rows: readonly BaselineRow[]) {
    this.rows = rows;
  }

  /** Whether a row of the subject lists the result, or one of its peers where these are to blame. */
  knows(result: CheckResult, versions: ReadonlyMap<string, string | undefined>): boolean {
    const answerable = result.blame === "peer" ? playersOf(result) : [result.subject];
    return this.rows.some(
      (row) => row.matches(result.key) && answerable.some((name) => row.concerns(implementationOf(name), versions.get(name))),
    );
  }

  /**
   * Everything that turns a run red by comparison with the baseline: failures that no row lists, rows that a pass has overtaken,
   * rows that cover both, and rows that match no check that could be put.
   * @param possible keys of every check that could be put to the participants, selected or not
   */
  problems(checks: readonly CheckResult[], participants: Participants, possible: readonly string[]): Problem[] {
    const versions = new Map(participants.map(({ participant, version }) => [participant, version]));
    const unlisted = checks.filter((check) => check.verdict === "fail" && !isAdvice(check.requirements) && !this.knows(check, versions));
    return [...unlisted.map(unlistedFailure), ...this.rows.flatMap((row) => rowProblem(row, checks, participants, possible) ?? [])];
  }
}

function rowProblem(
  row: BaselineRow,
  checks: readonly CheckResult[],
  participants: Participants,
  possible: readonly string[],
): Problem | undefined {
  const ready = participants.filter((participant) => participant.state === "ready" && concerns(row, participant));
  // Nobody in this run is the row's business: it can be neither confirmed nor overtaken.
  if (ready.length === 0) return undefined;
  const names = new Set(ready.map(({ participant }) => participant));
  const matched = checks.filter((check) => row.matches(check.key) && playersOf(check).some((name) => names.has(name)));
  const passes = matched.filter((check) => check.verdict === "pass");
  const failures = matched.filter((check) => check.verdict === "fail");
  if (matched.length === 0)
    return possible.some((key) => row.matches(key)) || waitsForAbsent(row, participants) ? undefined : matchesNothing(row);
  if (row.flaky || passes.length === 0) return undefined;
  return failures.length === 0 ? stale(row, passes) : mixed(row, passes, failures);
}

function concerns(row: BaselineRow, { implementation, version }: ParticipantRow): boolean {
  return row.concerns(implementation, version);
}

/** Is the row about a pair with somebody who did not take part? */
const waitsForAbsent = (row: BaselineRow, participants: Participants): boolean =>
  participants.some(({ participant, state }) => state !== "ready" && row.text.match.includes(`=${participant}`));

const playersOf = ({ subject, cast }: CheckResult): string[] => [...new Set([subject, ...Object.values(cast).flat()])];

/** A participant is named after its implementation, with a version or a form of it after `@`. */
function implementationOf(participant: string): string {
  return participant.split("@")[0] ?? participant;
}

function unlistedFailure({ key, subject }: CheckResult): Problem {
  const file = `reports/baseline/known/${implementationOf(subject)}.yaml`;
  return {
    kind: "unlisted-failure",
    key,
    sentence: `${key} failed and no baseline row lists it: replay it, and fix it, or list it in ${file} once it is reproduced against the probe or the reference.`,
  };
}

function stale(row: BaselineRow, passes: readonly CheckResult[]): Problem {
  return {
    kind: "stale",
    key: row.text.match,
    sentence: `${row.place} (${row.text.match}) is stale: ${examples(passes)} passed. Remove the row, or end its versions range before the release that fixed it.`,
  };
}

function mixed(row: BaselineRow, passes: readonly CheckResult[], failures: readonly CheckResult[]): Problem {
  return {
    kind: "mixed",
    key: row.text.match,
    sentence:
      `${row.place} (${row.text.match}) is too wide: ${examples(passes)} passed while ${examples(failures)} failed. ` +
      "Narrow the pattern to what fails, or class the row flaky if the same check does both.",
  };
}

function matchesNothing(row: BaselineRow): Problem {
  return {
    kind: "matches-nothing",
    key: row.text.match,
    sentence: `${row.place} (${row.text.match}) matches no result of this run: correct the pattern to a key of results.jsonl, or remove the row.`,
  };
}

function examples(checks: readonly CheckResult[]): string {
  const [first] = checks;
  const more = checks.length - 1;
  return more > 0 ? `${first?.key} and ${plural(more, "more result")}` : `${first?.key}`;
}
