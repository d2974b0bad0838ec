import { bounds, undocumentedItems } from "./hostile-fields.ts";
import { integerEdges } from "./integer-edges.ts";
import { maxMessageBytes } from "./message.ts";
import { isList, isObject, type Json, printEntries, printJson, type RestField, type RestScalar } from "./rest-schema.ts";

/** What stands in the place of a value. */
export interface TextCandidate {
  readonly name: string;
  make(): string;
  /** Too large to make before it is sent. */
  readonly large?: true;
}

const fixed = (name: string, text: string): TextCandidate => ({ name, make: () => text });

/** Every way to misuse one value of a body; names begin with `-`, or with `.` for what is within it. */
export function* misusedJson(field: RestField, example: Json | undefined): Generator<TextCandidate> {
  yield fixed("-null", "null");
  if (isObject(field.type)) yield* misusedObject(field.type.fields, (example ?? {}) as Readonly<Record<string, Json>>);
  else if (isList(field.type)) yield* misusedList(field.type.items, field.limit, (example ?? []) as readonly Json[]);
  else yield* misusedScalar(field.type, field.limit, example ?? "");
}

function* misusedObject(fields: Readonly<Record<string, RestField>>, value: Readonly<Record<string, Json>>): Generator<TextCandidate> {
  const entries = Object.entries(value).map(([key, each]) => [key, printJson(each)] as const);
  yield fixed("-as-string", '"{}"');
  yield fixed("-as-list", `[${printJson(value)}]`);
  yield fixed("-empty", "{}");
  yield fixed("-unknown-field", printEntries([...entries, ["unknown", "1"]]));
  for (const [key, field] of Object.entries(fields)) {
    const others = entries.filter(([each]) => each !== key);
    const own = entries.filter(([each]) => each === key);
    yield fixed(`.${key}-absent`, printEntries(others));
    if (own.length > 0) {
      yield fixed(`.${key}-key-twice`, printEntries([...entries, ...own]));
      yield fixed(`.${key}-in-capitals`, printEntries(entries.map(([each, text]) => [each === key ? key.toUpperCase() : each, text])));
    }
    for (const { name, make, ...size } of misusedJson(field, value[key]))
      yield { name: `.${key}${name}`, make: () => printEntries([...others, [key, make()]]), ...size };
  }
}

function* misusedList(item: RestField, limit = undocumentedItems, items: readonly Json[]): Generator<TextCandidate> {
  const first = items[0] ?? "";
  yield fixed("-empty", "[]");
  yield fixed("-as-item", printJson(first));
  yield fixed("-as-object", "{}");
  yield fixed("-item-twice", printJson([...items, first]));
  for (const [name, count] of bounds(limit)) {
    const many = () => Array.from({ length: count }, (_, index) => (typeof first === "string" ? `${first}${index}` : first));
    yield { name: `-items-${name}`, make: () => printJson(many()), large: true };
  }
  const others = items.slice(1).map(printJson);
  for (const { name, make, ...size } of misusedJson(item, items[0]))
    yield { name: `.item${name}`, make: () => `[${[make(), ...others].join()}]`, ...size };
}

const otherTypes: Readonly<Record<string, string>> = { "as-number": "1", "as-boolean": "true", "as-list": "[]", "as-object": "{}" };
const own: Readonly<Record<RestScalar, string>> = { string: "", base64: "", integer: "as-number", boolean: "as-boolean" };

function* misusedScalar(type: RestScalar, limit: number | undefined, example: Json): Generator<TextCandidate> {
  for (const [name, text] of Object.entries(otherTypes)) if (name !== own[type]) yield fixed(`-${name}`, text);
  if (type === "string" || type === "base64") {
    yield fixed("-empty", '""');
    yield* misusedText(type, limit ?? maxMessageBytes, String(example));
    return;
  }
  yield fixed("-as-string", JSON.stringify(String(example)));
  if (type === "boolean") return;
  // As decimal digits: most do not fit a JavaScript number.
  for (const [name, value] of Object.entries(integerEdges)) yield fixed(`-${name}`, String(value));
  if (limit !== undefined) for (const [name, value] of bounds(limit)) yield fixed(`-${name}`, String(value));
  yield fixed("-fraction", "1.5");
  yield fixed("-exponent", "1e3");
  yield fixed("-beyond-double", "1e400");
}

function* misusedText(type: "string" | "base64", limit: number, example: string): Generator<TextCandidate> {
  for (const [name, size] of bounds(limit)) {
    // Four characters are three bytes.
    const whole = () => (type === "string" ? example.padEnd(size, "a").slice(0, size) : base64OfZeros(size));
    yield { name: `-${name}`, make: () => JSON.stringify(whole()), large: true };
  }
  yield fixed("-nul", '"\\u0000"');
  yield fixed("-lone-surrogate", '"\\ud800"');
  yield fixed("-bad-escape", '"\\x"');
  if (type === "string") return;
  yield fixed("-not-base64", '"!!!!"');
  yield fixed("-url-alphabet", '"_-8="');
  yield fixed("-unpadded", '"YQ"');
}

const base64OfZeros = (bytes: number): string => {
  const padding = (3 - (bytes % 3)) % 3;
  return "A".repeat(Math.ceil(bytes / 3) * 4 - padding) + "=".repeat(padding);
};
