/** Colour for a terminal, or none. */
import { styleText } from "node:util";
import type { Outcome } from "../words.ts";

type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan" | "magenta";
export type Paint = (style: Style, text: string) => string;

export const outcomeStyles: Readonly<Record<Outcome, Style>> = {
  fail: "red",
  "harness-error": "magenta",
  known: "yellow",
  advised: "yellow",
  "could-not-run": "dim",
  observed: "cyan",
  pass: "green",
  "not-applicable": "dim",
};

export function painter(color: boolean): Paint {
  // The caller knows what it writes to; styleText would look at this process's own stdout.
  return color ? (style, text) => styleText(style, text, { validateStream: false }) : (_style, text) => text;
}
