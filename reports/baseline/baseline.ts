/** The list of known failures, and how a run is held against it. */
import type { CheckResult, Header, ParticipantRow } from "../../harness/results/schema.ts";
import { isAdvice } from "../../rfc-checks/ledger.ts";
import { notPut, notStarted } from "../unheard.ts";
import { isAdvised, obstacleText, plural } from "../words.ts";
import type { BaselineRow } from "./row.ts";

/** A reason for red that lies between a run and the baseline. */
export interface Problem {
  readonly kind: "unlisted-failure" | "unlisted-obstacle" | "stale" | "mixed" | "matches-nothing";
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

  /** Whether a row of the subject lists the result, or one of its peers where these may be to blame, or one that did not start. */
  knows(result: CheckResult, versions: Versions): boolean {
    const absent = notStarted(result);
    const answerable = absent !== undefined ? [absent] : result.blame === "peer" || notPut(result) ? playersOf(result) : [result.subject];
    return this.rows.some(
      (row) =>
        row.matches(this.#listedAs(result.key, row, versions)) &&
        row.lists(result.reasons) &&
        answerable.some((name) => row.concerns(implementationOf(name), versions.get(name))),
    );
  }

  /** Does the check that explains why another could not run, say so in this run, or a row for it? */
  #explains(blocker: string | null, told: ReadonlySet<string>, versions: Versions): boolean {
    if (blocker === null) return false;
    return told.has(blocker) || this.rows.some((row) => row.matches(this.#listedAs(blocker, row, versions)));
  }

  /**
   * Everything that turns a run red by comparison with the baseline: failures that no row lists, rows that a pass has overtaken,
   * rows that cover both, and rows that match no check that could be put.
   * @param possible keys of every check that could be put to the participants, selected or not
   */
  problems(checks: readonly CheckResult[], participants: Participants, possible: readonly string[]): Problem[] {
    const versions = new Map(participants.map(({ participant, version }) => [participant, version]));
    const told = new Set(checks.map(({ key }) => key));
    const referees = new Set(participants.filter(({ referee }) => referee).map(({ participant }) => participant));
    // Of the referee alone it tells nothing of anybody: the self-test demands that each check can be put to it.
    const isOurs = (check: CheckResult) => playersOf(check).every((name) => referees.has(name));
    const silent = (check: CheckResult) =>
      notStarted(check) !== undefined ||
      (notPut(check) && !isOurs(check) && !isAdvice(check.requirements) && !this.#explains(check.blockedBy, told, versions));
    const unlisted = (fails: (check: CheckResult) => boolean) =>
      checks.filter((check) => fails(check) && !isAdvised(check) && !this.knows(check, versions));
    const obstacles = Map.groupBy(unlisted(silent), ({ reasons }) => reasons.map(obstacleText).join("; "));
    return [
      ...unlisted(({ verdict }) => verdict === "fail").map(unlistedFailure),
      ...[...obstacles].map(([cause, those]) => unlistedObstacle(cause, those)),
      ...this.rows.flatMap((row) => {
        const covers = (key: string) => row.matches(this.#listedAs(key, row, versions));
        return rowProblem(row, covers, checks, participants, possible) ?? [];
      }),
    ];
  }

  /** The key as a row has it, whose business one more version of its implementation may be or not. */
  #listedAs(key: string, row: BaselineRow, versions: Versions): string {
    const alike = this.#further.filter((name) => row.concerns(implementationOf(name), versions.get(name)));
    if (alike.length === 0) return key;
    const parts = key.split(/(?<=[=+,])|(?=[=+,])/u);
    return parts.map((part) => (alike.includes(part) ? implementationOf(part) : part)).join("");
  }
}

type Versions = ReadonlyMap<string, string | undefined>;

const fails = (check: CheckResult): boolean => check.verdict === "fail" || notStarted(check) !== undefined || notPut(check);

function rowProblem(
  row: BaselineRow,
  covers: (key: string) => boolean,
  checks: readonly CheckResult[],
  participants: Participants,
  possible: readonly string[],
): Problem | undefined {
  const ready = participants.filter((participant) => participant.state === "ready" && concerns(row, participant));
  // Nobody in this run is the row's business: it can be neither confirmed nor overtaken.
  if (ready.length === 0) return undefined;
  const names = new Set(ready.map(({ participant }) => participant));
  const matched = checks.filter((check) => covers(check.key) && playersOf(check).some((name) => names.has(name)));
  const passes = matched.filter((check) => check.verdict === "pass");
  const failures = matched.filter(fails);
  if (matched.length === 0) return possible.some(covers) || waitsForAbsent(row, participants) ? undefined : matchesNothing(row);
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
  return { kind: "unlisted-failure", key, sentence: `${key} failed, and no baseline row lists it: ${nextStep(subject)}` };
}

/** @param those that one cause stopped */
function unlistedObstacle(cause: string, those: readonly CheckResult[]): Problem {
  const [first] = those as readonly [CheckResult];
  const absent = notStarted(first);
  const why = absent === undefined ? "" : ` as ${absent} did not start`;
  return {
    kind: "unlisted-obstacle",
    key: first.key,
    sentence: `${examples(those)} could not run${why}, and no baseline row lists it: ${nextStep(absent ?? first.subject)} ${cause}`,
  };
}

const nextStep = (who: string): string =>
  `replay it, and fix it, or list it in reports/baseline/known/${implementationOf(who)}.yaml once it is reproduced against the probe or the reference.`;

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
