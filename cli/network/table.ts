import Table from "cli-table3";

/** One line a row. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const chars = { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" };
  const made = new Table({ head: [...head], style: { head: [], border: [] }, chars });
  for (const row of rows) made.push([...row]);
  return made.toString();
}
