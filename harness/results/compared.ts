/** The values of an observation that are compared between participants, and how two of them are held together. */

export interface Compared {
  readonly compare: "exact" | "set" | "range";
  readonly value: unknown;
  /** of a range: how far two numbers may lie apart */
  readonly tolerance: number;
}

/** Every tagged leaf of an observation by its path, such as `answer.status` or `nodes[1].topics`. */
export function comparedValues(observation: unknown): Map<string, Compared> {
  const found = new Map<string, Compared>();
  collect(observation, "", found);
  return found;
}

function collect(node: unknown, path: string, found: Map<string, Compared>): void {
  if (typeof node !== "object" || node === null) return;
  const tagged = asCompared(node);
  if (tagged !== undefined) {
    found.set(path, tagged);
  } else if (Array.isArray(node)) {
    for (const [index, child] of node.entries()) collect(child, `${path}[${index}]`, found);
  } else {
    for (const [name, child] of Object.entries(node)) collect(child, path === "" ? name : `${path}.${name}`, found);
  }
}

function asCompared(node: object): Compared | undefined {
  if (!("compare" in node && "value" in node)) return undefined;
  const { compare, value } = node;
  if (compare === "exact" || compare === "set") return { compare, value, tolerance: 0 };
  if (compare !== "range") return undefined;
  return { compare, value, tolerance: "tolerance" in node && typeof node.tolerance === "number" ? node.tolerance : 0 };
}

/** Whether values seen at one path, undefined where nothing was seen, agree. */
export function agree(values: readonly (Compared | undefined)[]): boolean {
  const present = values.filter((value) => value !== undefined);
  if (present.length !== values.length) return present.length === 0;
  const numbers = present.map(({ compare, value }) => (compare === "range" && typeof value === "number" ? value : undefined));
  if (numbers.every((number) => number !== undefined)) {
    return Math.max(...numbers) - Math.min(...numbers) <= Math.max(...present.map(({ tolerance }) => tolerance));
  }
  return new Set(present.map(identity)).size <= 1;
}

/** A text that two values share when they are the same to the comparison. */
export function identity({ compare, value }: Compared): string {
  return compare === "set" && Array.isArray(value) ? `{${[...new Set(value.map(canonical))].sort().join()}}` : canonical(value);
}

/** JSON with the names of every object in order. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join()}}`;
}
