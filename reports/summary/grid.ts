/** Tables without lines, as many as the width asks for. */
import { stripVTControlCharacters } from "node:util";
import Table from "cli-table3";
import type { Paint } from "./paint.ts";

export interface Column {
  readonly title: string;
  /** One for each row, coloured or not. */
  readonly cells: readonly string[];
}

/** Columns in order, the first of them repeated in each table; one that is wider than the width stands alone. */
export function grid(first: Column, columns: readonly Column[], width: number, paint: Paint): string {
  const widths = columns.map(widthOf);
  const tables = split(widths, width - widthOf(first)).map((lot) => {
    const members = [first, ...lot.map((member) => columns[member] as Column)];
    const table = new Table({ chars: lines, style: { head: [], border: [], "padding-left": 0, "padding-right": 2 } });
    table.push(members.map(({ title }) => (title === "" ? "" : paint("bold", title))));
    for (const row of first.cells.keys()) table.push(members.map(({ cells }) => cells[row] ?? ""));
    return table.toString().replace(/[^\S\n]+$/gm, "");
  });
  return tables.join("\n\n");
}

/** In characters, with the space to the next column. */
export const widthOf = ({ title, cells }: Column): number =>
  Math.max(title.length, ...cells.map((cell) => stripVTControlCharacters(cell).length)) + 2;

const lines = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "",
};

/** Groups columns, in order, into lots that each fit the width; a column wider than that stands alone. */
function split(widths: readonly number[], width: number): number[][] {
  const lots: number[][] = [];
  let left = 0;
  for (const [index, needed] of widths.entries()) {
    const lot = lots.at(-1);
    if (lot === undefined || needed > left) {
      lots.push([index]);
      left = width - needed;
    } else {
      lot.push(index);
      left -= needed;
    }
  }
  return lots;
}
