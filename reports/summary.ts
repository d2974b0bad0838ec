/** The summary a run ends with on the terminal. */
import type { RunResults } from "../harness/results/read.ts";
import type { CheckResult } from "../harness/results/schema.ts";
import type { Problem } from "./baseline/baseline.ts";
import { type MixChange, mixChanges } from "./mixes.ts";
import { failureText, knownText } from "./summary/failures.ts";
import { toldOfNeverStarted } from "./summary/never-started.ts";
import { obstacleLines } from "./summary/obstacles.ts";
import { outcomeStyles, type Paint, painter } from "./summary/paint.ts";
import { areaTable } from "./summary/table.ts";
import { durationText, type Outcome, outcomeOf, outcomeSigns, plural } from "./words.ts";

interface SummaryOptions {
  /** width of the terminal; lines that can be shortened are held within it */
  readonly columns: number;
  readonly color: boolean;
  readonly problems: readonly Problem[];
}

const nextStep = "Replay each. Once reproduced, list it with its reason in reports/baseline/known/<name>.yaml.";

/** Participants × areas, then failures, then what could not run and why, then one line of counts. */
export function renderSummary(results: RunResults, { columns, color, problems }: SummaryOptions): string {
  const paint = painter(color);
  const { header, checks } = results;
  const of = (outcome: Outcome): CheckResult[] => checks.filter((check) => outcomeOf(check) === outcome);
  const sections = [
    checks.length === 0 ? "No check ran." : areaTable(header, checks, columns, paint),
    section(
      "Failures",
      of("fail").map((check) => failureText(check, columns, paint)),
      paint,
      "\n\n",
    ),
    of("fail").length === 0 ? "" : nextStep,
    section(
      "Harness errors (ours, not the subject's)",
      of("harness-error").map((check) => failureText(check, columns, paint)),
      paint,
      "\n\n",
    ),
    section(
      "Never started",
      toldOfNeverStarted(results).map((sentence) => paint("red", sentence)),
      paint,
    ),
    section(
      "Could not run, and not listed",
      problems.filter(({ kind }) => kind === "unlisted-obstacle").map(({ sentence }) => paint("red", sentence)),
      paint,
    ),
    section(
      "Baseline",
      toCorrect(problems).map(({ sentence }) => paint("red", sentence)),
      paint,
    ),
    section(
      "Known failures",
      of("known").map((check) => knownText(check, columns, paint)),
      paint,
    ),
    section(
      "Recommendations not followed",
      of("advised").map((check) => knownText(check, columns, paint)),
      paint,
    ),
    section("Where the mix of a mesh changes the outcome", mixChanges(checks).map(mixLine), paint),
    section("Could not run", obstacleLines(header, checks, paint), paint),
    closingLine(results, problems, paint),
  ];
  return `${sections.filter((text) => text !== "").join("\n\n")}\n`;
}

/** Those that are of a row. */
const toCorrect = (problems: readonly Problem[]): Problem[] =>
  problems.filter(({ kind }) => kind !== "unlisted-failure" && kind !== "unlisted-obstacle");

const mixLine = ({ check, subject, outcomes }: MixChange): string =>
  `${check} of ${subject}: ${[...outcomes].map(([members, outcome]) => `${outcomeSigns[outcome]} ${members}`).join(", ")}`;

function section(title: string, entries: readonly string[], paint: Paint, between = "\n"): string {
  return entries.length === 0 ? "" : `${paint("bold", title)}\n${between === "\n" ? "" : "\n"}${entries.join(between)}`;
}

function closingLine({ checks, footer }: RunResults, problems: readonly Problem[], paint: Paint): string {
  const count = (outcome: Outcome): number => checks.filter((check) => outcomeOf(check) === outcome).length;
  const parts: [Outcome, string][] = [
    ["pass", `${count("pass")} passed`],
    ["fail", `${count("fail")} failed`],
    ["known", plural(count("known"), "known failure")],
    ["advised", plural(count("advised"), "recommendation not followed", "recommendations not followed")],
    ["observed", `${count("observed")} observed`],
    ["not-applicable", `${count("not-applicable")} not applicable`],
    ["could-not-run", `${count("could-not-run")} could not run`],
    ["harness-error", plural(count("harness-error"), "harness error")],
  ];
  const counts = parts.filter(([outcome]) => outcome === "pass" || outcome === "fail" || count(outcome) > 0);
  const rows = toCorrect(problems).length;
  const obstacles = problems.filter(({ kind }) => kind === "unlisted-obstacle").length;
  return [
    ...counts.map(([outcome, text]) => (count(outcome) > 0 ? paint(outcomeStyles[outcome], text) : text)),
    ...(obstacles > 0 ? [paint("red", plural(obstacles, "obstacle that is not listed", "obstacles that are not listed"))] : []),
    ...(rows > 0 ? [paint("red", plural(rows, "baseline row to correct", "baseline rows to correct"))] : []),
    durationText(footer.durationMs),
    ...(footer.interrupted ? [paint("red", "stopped before its last check")] : []),
  ].join(" · ");
}
