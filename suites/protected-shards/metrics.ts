import parse from "parse-prometheus-text-format";

/** Values of all counters in the text format of Prometheus, by name and labels. */
export function counters(text: string): ReadonlyMap<string, number> {
  const families = parse(text);
  const names = new Set(families.flatMap(({ name, type }) => (type === "COUNTER" ? [name] : [])));
  // A counter may be declared without its suffix.
  const counting = families.filter(({ name }) => names.has(name) || names.has(name.replace(/_total$/, "")));
  return new Map(
    counting.flatMap(({ name, metrics }) => metrics.map(({ value, labels = {} }) => [`${name} ${JSON.stringify(labels)}`, Number(value)])),
  );
}
