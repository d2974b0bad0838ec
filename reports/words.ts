/** Words, signs and short forms that every report shares. */
import type { CheckResult, Reason, Verdict } from "../harness/results/schema.ts";
import { isAdvice } from "../rfc-checks/ledger.ts";
import { among, gone } from "../rfc-checks/reasons.ts";

/** A verdict as a reader sees it: a failure that the baseline lists, and one of a recommendation alone, are told apart from others. */
export type Outcome = Verdict | "known" | "advised";

/** Worst first. */
export const outcomes = [
  "fail",
  "harness-error",
  "known",
  "advised",
  "could-not-run",
  "observed",
  "pass",
  "not-applicable",
] as const satisfies readonly Outcome[];

export const outcomeWords: Readonly<Record<Outcome, string>> = {
  fail: "fail",
  "harness-error": "harness error",
  known: "known failure",
  advised: "recommendation not followed",
  "could-not-run": "could not run",
  observed: "observed",
  pass: "pass",
  "not-applicable": "not applicable",
};

/** A sign for each outcome, so that no report depends on colour. */
export const outcomeSigns: Readonly<Record<Outcome, string>> = {
  fail: "✗",
  "harness-error": "!",
  known: "≈",
  advised: "△",
  "could-not-run": "⊘",
  observed: "○",
  pass: "✓",
  "not-applicable": "–",
};

export function outcomeOf(result: CheckResult): Outcome {
  if (result.verdict !== "fail") return result.verdict;
  return isAdvised(result) ? "advised" : result.known ? "known" : "fail";
}

/** Are only recommendations broken? A node that is gone breaks more than they say. */
export const isAdvised = ({ verdict, requirements, reasons }: Pick<CheckResult, "verdict" | "requirements" | "reasons">): boolean =>
  verdict === "fail" && isAdvice(requirements) && !reasons.some(({ code }) => among(gone, code));

export function worst(found: Iterable<Outcome>): Outcome | undefined {
  const seen = new Set(found);
  return outcomes.find((outcome) => seen.has(outcome));
}

/** `id[/variant]`: the question without the cast. */
export function checkName(result: Pick<CheckResult, "id" | "variant">): string {
  return result.variant === null ? result.id : `${result.id}/${result.variant}`;
}

/** `relay=one,other service=one` for people; keys carry the same in their own form. */
export function castText(cast: CheckResult["cast"]): string {
  return Object.entries(cast)
    .map(([role, players]) => `${role}=${players.join(",")}`)
    .join(" ");
}

/** The cast without the subject's own part in it; all of it where that plays several, as a row does not say which of them is in question. */
export function peersOf({ cast, subject }: Pick<CheckResult, "cast" | "subject">): CheckResult["cast"] {
  const others = Object.entries(cast).filter(([, players]) => !players.includes(subject));
  return others.length === Object.keys(cast).length - 1 ? Object.fromEntries(others) : cast;
}

/** JSON on one line, cut to a number of characters. */
export function short(value: unknown, limit = 120): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}

export function reasonText(reason: Reason, limit = 120): string {
  const place = reason.path === "" ? "" : ` at ${reason.path}`;
  return `${reason.code}${place}: expected ${short(reason.expected, limit)}, observed ${short(reason.observed, limit)}`;
}

/** Why there is no verdict, in full: nothing was expected. */
export function obstacleText({ code, observed }: Reason): string {
  return `${code}: ${typeof observed === "string" ? observed : JSON.stringify(observed)}`;
}

export function durationText(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
