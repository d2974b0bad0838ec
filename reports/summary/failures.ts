/** Failures for a terminal: those to act upon in full, those the baseline lists on one line each. */
import type { CheckResult } from "../../harness/results/schema.ts";
import { castText, checkName, obstacleText, outcomeOf, outcomeSigns, short } from "../words.ts";
import { outcomeStyles, type Paint } from "./paint.ts";

export function failureText(check: CheckResult, columns: number, paint: Paint): string {
  const outcome = outcomeOf(check);
  const room = Math.max(20, columns - 15);
  const rules = check.requirements.length === 0 ? "" : ` [${check.level} ${check.requirements.join(", ")}]`;
  const fault = check.blame === null || check.blame === "subject" ? "" : ` (blame: ${check.blame})`;
  return [
    paint(outcomeStyles[outcome], `${outcomeSigns[outcome]} ${check.key}`),
    `    ${check.title}${rules}${fault}`,
    ...(check.verdict === "fail"
      ? check.reasons.flatMap((reason) => [
          `    ${paint("bold", reason.code)}${reason.path === "" ? "" : ` at ${reason.path}`}`,
          `      expected ${short(reason.expected, room)}`,
          `      observed ${short(reason.observed, room)}`,
        ])
      : check.reasons.map((reason) => obstacleText(reason).replace(/^/gm, "    "))),
    ...check.evidence.map((log) => `    log      ${log}`),
    `    replay   ${check.replay}`,
  ].join("\n");
}

export function knownText(check: CheckResult, columns: number, paint: Paint): string {
  const why = [...new Set(check.reasons.map(({ code }) => code))].join(", ");
  const line = `${outcomeSigns[outcomeOf(check)]} ${checkName(check)} @ ${castText(check.cast)}  ${why}`;
  return paint(outcomeStyles[outcomeOf(check)], line.length <= columns ? line : `${line.slice(0, columns - 1)}…`);
}
