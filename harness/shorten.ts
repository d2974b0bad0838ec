/** A value for a line of a terminal. */
export function shorten(value: unknown, characters = 160): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
  const line = text.replaceAll("\n", " ");
  return line.length > characters ? `${line.slice(0, characters - 1)}…` : line;
}
