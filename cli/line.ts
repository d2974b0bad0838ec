import { styleText } from "node:util";
import type { CheckResult } from "../harness/results/schema.ts";
import { outcomeStyles } from "../reports/summary/paint.ts";
import { type Outcome, outcomeOf, outcomeSigns, short } from "../reports/words.ts";

/** Beside the sign, so that no line has to be looked up. */
const words: Record<Outcome, string> = {
  pass: "pass",
  fail: "FAIL",
  known: "known",
  advised: "rec",
  observed: "seen",
  "not-applicable": "n/a",
  "could-not-run": "none",
  "harness-error": "ERROR",
};

/** One line of one check, as it ends. */
export function resultLine(result: CheckResult, done: number, total: number): string {
  const { verdict, key, title, durationMs, reasons, blame } = result;
  const outcome = outcomeOf(result);
  const [reason] = reasons;
  const why =
    verdict === "pass" || reason === undefined
      ? ""
      : ` — ${reason.code}${reason.path ? ` at ${reason.path}` : ""}: ${verdict === "fail" ? `expected ${short(reason.expected, 60)}, ` : ""}observed ${short(reason.observed, 80)}${blame === null ? "" : ` (${blame})`}`;
  return `${`${done}/${total}`.padStart(String(total).length * 2 + 1)} ${styleText(outcomeStyles[outcome], `${outcomeSigns[outcome]} ${words[outcome].padEnd(5)}`)} ${key} · ${title} · ${durationMs} ms${why}`;
}
