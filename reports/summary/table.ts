/** Participants × areas: how many checks of each outcome. */
import type { CheckResult, Header } from "../../harness/results/schema.ts";
import { type Outcome, outcomeOf, outcomeSigns, outcomes, outcomeWords } from "../words.ts";
import { grid } from "./grid.ts";
import { outcomeStyles, type Paint } from "./paint.ts";

/** What the sign row of the table counts; what did not apply is only in the closing line. */
const counted = outcomes.filter((outcome) => outcome !== "not-applicable");

/**
 * Areas down, participants across, as many tables as the width asks for.
 * A participant that took no part has no column: the list of what could not run says why.
 */
export function areaTable(header: Header, checks: readonly CheckResult[], columns: number, paint: Paint): string {
  const areas = [...new Set(checks.map(({ area }) => area))].sort();
  const tally = count(checks);
  const rows = [...areas, "all"];
  const first = { title: "", cells: rows.map((row) => (row === "all" ? paint("bold", row) : row)) };
  const shown = presentIn(header, checks).map((participant) => ({
    title: participant,
    cells: rows.map((row) => tallyText(tally.get(`${participant} ${row}`), paint)),
  }));
  return [grid(first, shown, columns, paint), paint("dim", legend(checks.map(outcomeOf)))].join("\n\n");
}

/** Names of the participants that took part. */
export function presentIn({ participants }: Header, checks: readonly CheckResult[]): string[] {
  const asked = new Set(checks.map(({ subject }) => subject));
  return participants.filter(({ participant, state }) => state === "ready" || asked.has(participant)).map(({ participant }) => participant);
}

function count(checks: readonly CheckResult[]): Map<string, Map<Outcome, number>> {
  const tally = new Map<string, Map<Outcome, number>>();
  for (const check of checks) {
    for (const row of [check.area, "all"]) {
      const place = `${check.subject} ${row}`;
      const counts = tally.get(place) ?? new Map<Outcome, number>();
      tally.set(place, counts);
      const outcome = outcomeOf(check);
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    }
  }
  return tally;
}

/** Such as `12✓ 1✗`. */
export function tallyText(counts: ReadonlyMap<Outcome, number> | undefined, paint: Paint): string {
  const shown = counted.filter((outcome) => counts?.has(outcome));
  // Pass first: the eye looks for it there.
  const ordered = [...shown.filter((outcome) => outcome === "pass"), ...shown.filter((outcome) => outcome !== "pass")];
  if (ordered.length === 0) return paint("dim", "·");
  return ordered.map((outcome) => paint(outcomeStyles[outcome], `${counts?.get(outcome)}${outcomeSigns[outcome]}`)).join(" ");
}

/** What the signs of these outcomes mean. */
export function legend(found: Iterable<Outcome>): string {
  const met = new Set(found);
  return counted
    .filter((outcome) => met.has(outcome))
    .map((outcome) => `${outcomeSigns[outcome]} ${outcomeWords[outcome]}`)
    .join("   ");
}
