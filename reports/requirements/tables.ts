/** Coverage as tables: specifications, participants, and row by row. */
import { type Column, grid, widthOf } from "../summary/grid.ts";
import { outcomeStyles, type Paint } from "../summary/paint.ts";
import { legend, tallyText } from "../summary/table.ts";
import { type Outcome, outcomeSigns } from "../words.ts";
import type { Row, Standing } from "./coverage.ts";

const standings: readonly Standing[] = ["tested", "untested", "excluded"];
/** Characters of a rule that are shown at the least. */
const leastOfRule = 40;

/** How many rows of each specification stand how. Rules that no document has stand below the sum. */
export function specificationTable(rows: readonly Row[], width: number, paint: Paint): string {
  const documented = rows.filter(({ requirement }) => !requirement.own);
  const own = rows.filter(({ requirement }) => requirement.own);
  const bySpecification = (of: readonly Row[]): [string, readonly Row[]][] => [
    ...Map.groupBy(of, ({ requirement }) => requirement.specification),
  ];
  const specifications = bySpecification(documented);
  const all: [string, readonly Row[]][] = specifications.length < 2 ? [] : [[paint("bold", "all"), documented]];
  const lines = [...specifications, ...all, ...bySpecification(own)];
  const numbers = (title: string, wanted: (row: Row) => boolean): Column => ({
    title,
    cells: lines.map(([, of]) => countText(of.filter(wanted).length, paint)),
  });
  const columns = [numbers("rows", () => true), ...standings.map((standing) => numbers(standing, (row) => row.standing === standing))];
  return grid({ title: "", cells: lines.map(([title]) => title) }, columns, width, paint);
}

/** How many rows came to which outcome on each participant. */
export function participantTable(rows: readonly Row[], participants: readonly string[], width: number, paint: Paint): string {
  const asked = participants.filter((name) => rows.some(({ verdicts }) => verdicts.has(name)));
  const column = { title: "rows by their worst outcome", cells: asked.map((name) => tallyText(tally(rows, name), paint)) };
  return asked.length === 0 ? "" : grid({ title: "", cells: asked }, [column], width, paint);
}

/** One line a row: level, how it is seen, standing, each participant's verdict, and the rule as far as there is room. */
export function rowTable(rows: readonly Row[], participants: readonly string[], width: number, paint: Paint): string {
  const asked = participants.filter((name) => rows.some(({ verdicts }) => verdicts.has(name)));
  const first = { title: "", cells: rows.map(({ requirement }) => requirement.id) };
  const columns: Column[] = [
    { title: "level", cells: rows.map(({ requirement }) => requirement.level) },
    { title: "how", cells: rows.map(({ requirement }) => requirement.how) },
    { title: "standing", cells: rows.map(({ standing }) => (standing === "tested" ? standing : paint("dim", standing))) },
    // Names are too long to stand above one sign each.
    ...asked.map((name, index) => ({ title: letter(index), cells: rows.map(({ verdicts }) => signOf(verdicts.get(name), paint)) })),
  ];
  const left = width - [first, ...columns].reduce((sum, column) => sum + widthOf(column), 2);
  const room = Math.max(leastOfRule, left);
  const rule = { title: "rule", cells: rows.map(({ requirement }) => cut(requirement.rule, room)) };
  const names = wrapped(asked.map((name, index) => `${letter(index)}=${name}`).join(" "), width);
  const signs = legend(rows.flatMap(({ verdicts }) => [...verdicts.values()]));
  return [
    grid(first, [...columns, rule], width, paint),
    ...[names, signs].filter((text) => text !== "").map((text) => paint("dim", text)),
  ].join("\n\n");
}

/** Text over as many lines as the width asks for, all but the first set in. */
export function wrapped(text: string, width: number): string {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(last === undefined ? word : `  ${word}`);
  }
  return lines.join("\n");
}

const letter = (index: number): string => String.fromCharCode("a".charCodeAt(0) + index);

function tally(rows: readonly Row[], participant: string): Map<Outcome, number> {
  const found = rows.flatMap(({ verdicts }) => verdicts.get(participant) ?? []);
  return new Map([...Map.groupBy(found, (outcome) => outcome)].map(([outcome, of]) => [outcome, of.length]));
}

const countText = (count: number, paint: Paint): string => (count === 0 ? paint("dim", "·") : `${count}`);

export const signOf = (outcome: Outcome | undefined, paint: Paint): string =>
  outcome === undefined ? paint("dim", "·") : paint(outcomeStyles[outcome], outcomeSigns[outcome]);

const cut = (text: string, characters: number): string => (text.length <= characters ? text : `${text.slice(0, characters - 1)}…`);
