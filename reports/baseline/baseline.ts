/** The list of known failures, and how a run is held against it. */
import type { CheckResult, Header, ParticipantRow } from "../../harness/results/schema.ts";
import { isAdvice } from "../../rfc-checks/ledger.ts";
import { notStarted } from "../summary/never-started.ts";
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
  readonly #further: readonly string[];

  /** @param further participants that are one more version of an implementation: rows list them as the one of its name */
  constructor(rows: readonly BaselineRow[], further: readonly string[] = []) {
    this.rows = rows;
    this.#further = further;
  }

  /** The same for a run in which these take part. */
  withFurther(names: readonly string[]): Baseline {
    return new Baseline(this.rows, names);
  }

  /** Whether a row of the subject lists the result, or one of its peers where these are to blame, or one that did not start. */
  knows(result: CheckResult, versions: ReadonlyMap<string, string | undefined>): boolean {
    const absent = notStarted(result);
    const answerable = absent !== undefined ? [absent] : result.blame === "peer" ? playersOf(result) : [result.subject];
    const listed = (row: BaselineRow) => row.matches(this.#listedAs(result.key)) && row.lists(result.reasons);
    return this.rows.some((row) => listed(row) && answerable.some((name) => row.concerns(implementationOf(name), versions.get(name))));
  }

  /**
   * Everything that turns a run red by comparison with the baseline: failures that no row lists, rows that a pass has overtaken,
   * rows that cover both, and rows that match no check that could be put.
   * @param possible keys of every check that could be put to the participants, selected or not
   */
  problems(checks: readonly CheckResult[], participants: Participants, possible: readonly string[]): Problem[] {
    const versions = new Map(participants.map(({ participant, version }) => [participant, version]));
    const unlisted = checks.filter((check) => fails(check) && !isAdvice(check.requirements) && !this.knows(check, versions));
    const listed = checks.map((check) => ({ ...check, key: this.#listedAs(check.key) }));
    const putable = possible.map((key) => this.#listedAs(key));
    return [...unlisted.map(unlistedFailure), ...this.rows.flatMap((row) => rowProblem(row, listed, participants, putable) ?? [])];
  }

  #listedAs(key: string): string {
    const parts = key.split(/(?<=[=+,])|(?=[=+,])/u);
    return parts.map((part) => (this.#further.includes(part) ? implementationOf(part) : part)).join("");
  }
}

/** A node that did not start is as red as one that answers wrongly: nobody can tell what it would have answered. */
const fails = (check: CheckResult): boolean => check.verdict === "fail" || notStarted(check) !== undefined;

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
  const failures = matched.filter(fails);
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

function unlistedFailure(check: CheckResult): Problem {
  const { key, subject } = check;
  const absent = notStarted(check);
  const file = `reports/baseline/known/${implementationOf(absent ?? subject)}.yaml`;
  return {
    kind: "unlisted-failure",
    key,
    sentence: `${key} ${absent === undefined ? "failed" : `could not run as ${absent} did not start`}, and no baseline row lists it: replay it, and fix it, or list it in ${file} once it is reproduced against the probe or the reference.`,
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
