import { styleText } from "node:util";
import type { CheckResult } from "../harness/results/schema.ts";
import { shorten } from "../harness/shorten.ts";
import { type Outcome, outcomeOf } from "../reports/words.ts";

const looks: Record<Outcome, [glyph: string, style: Parameters<typeof styleText>[0]]> = {
  pass: ["✓ pass", "green"],
  fail: ["✗ FAIL", "red"],
  known: ["✗ known", "yellow"],
  advised: ["△ rec", "yellow"],
  observed: ["○ seen", "cyan"],
  "not-applicable": ["- n/a ", "gray"],
  "could-not-run": ["! none", "yellow"],
  "harness-error": ["‼ ERR ", "magenta"],
};

/** One line of one check, as it ends. */
export function resultLine(result: CheckResult, done: number, total: number): string {
  const { verdict, key, title, durationMs, reasons, blame } = result;
  const [glyph, style] = looks[outcomeOf(result)];
  const [reason] = reasons;
  const why =
    verdict === "pass" || reason === undefined
      ? ""
      : ` — ${reason.code}${reason.path ? ` at ${reason.path}` : ""}: ${verdict === "fail" ? `expected ${shorten(reason.expected, 60)}, ` : ""}observed ${shorten(reason.observed, 80)}${blame === null ? "" : ` (${blame})`}`;
  return `${`${done}/${total}`.padStart(String(total).length * 2 + 1)} ${styleText(style, glyph.padEnd(7))} ${key} · ${title} · ${durationMs} ms${why}`;
}
