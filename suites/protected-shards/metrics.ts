/** Values of all counters in the text format of Prometheus, by name and labels. */
export function counters(text: string): ReadonlyMap<string, number> {
  const lines = text.split("\n");
  const names = new Set(lines.flatMap((line) => /^# TYPE (\S+) counter$/.exec(line)?.[1] ?? []));
  const samples = lines.flatMap((line) => {
    const [, name = "", labels = "", value] = /^([A-Za-z_:][\w:]*)(\{.*\})? (\S+)/.exec(line) ?? [];
    // A counter may be declared without its suffix.
    return names.has(name) || names.has(name.replace(/_total$/, "")) ? [[name + labels, Number(value)] as const] : [];
  });
  return new Map(samples);
}
