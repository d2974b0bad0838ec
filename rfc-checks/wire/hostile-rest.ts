import { bounds } from "./hostile-fields.ts";
import { misusedJson, type TextCandidate } from "./hostile-json.ts";
import { integerEdges } from "./integer-edges.ts";
import { printJson, type RawRequest, type RestDescription, type RestExample, type RestField } from "./rest-schema.ts";

/** A request that a careful client does not send. */
export interface HostileRequest {
  /** `body.timestamp-int64-min`: fit for the name of a variant, stable. */
  readonly name: string;
  /** Made when it is read: some are large. */
  readonly request: RawRequest;
}

interface Candidate {
  readonly name: string;
  make(): RawRequest;
  readonly large?: true;
}

const json = "application/json";
/** For a part of an address: what RFC 9112 recommends to take of a request line. */
const undocumentedCharacters = 8_000;

/** A request as a careful client sends it. */
export function fairRequest(description: RestDescription, { inPath = {}, inQuery = {}, body }: RestExample): RawRequest {
  const query = queryOf(encoded(inQuery));
  return {
    method: description.method,
    path: pathOf(description.path, encoded(inPath)) + query,
    ...(body !== undefined && { body: printJson(body), contentType: json }),
  };
}

/** Every part of a request misused in every way that its description tells; and the body as a whole. */
export function hostileRequests(description: RestDescription, example: RestExample): HostileRequest[] {
  const fair = fairRequest(description, example);
  const candidates = [
    ...hostilePaths(description, example, fair),
    ...hostileQueries(description, example, fair),
    ...hostileBodies(description, example, fair),
  ];
  return candidates
    .filter(({ make, large }) => large || !same(make(), fair))
    .map(({ name, make }) => ({
      name,
      get request() {
        return make();
      },
    }));
}

const same = (left: RawRequest, right: RawRequest): boolean =>
  left.path === right.path && left.body === right.body && left.contentType === right.contentType;

type Entries = readonly (readonly [key: string, text: string])[];

const encoded = (values: Readonly<Record<string, string>>): Entries =>
  Object.entries(values).map(([key, value]) => [key, encodeURIComponent(value)]);
const pathOf = (template: string, entries: Entries): string =>
  entries.reduce((path, [key, text]) => path.replace(`{${key}}`, () => text), template);
const queryOf = (entries: Entries): string => (entries.length === 0 ? "" : `?${entries.map(([key, text]) => `${key}=${text}`).join("&")}`);

/** Misused values of a path or a query, encoded for an address as far as they are meant to be. */
function* misusedPart({ type, limit }: RestField, example: string): Generator<TextCandidate> {
  const text = (name: string, value: string): TextCandidate => ({ name, make: () => value });
  yield text("empty", "");
  yield text("encoded-twice", encodeURIComponent(encodeURIComponent(example)));
  yield text("bad-escape", "%zz");
  yield text("nul", `${encodeURIComponent(example)}%00`);
  yield text("not-utf8", "%ff%fe");
  if (type === "integer") {
    for (const [name, value] of Object.entries(integerEdges)) yield text(name, String(value));
    if (limit !== undefined) for (const [name, value] of bounds(limit)) yield text(name, String(value));
    yield text("fraction", "1.5");
  } else
    for (const [name, size] of bounds(limit ?? undocumentedCharacters))
      yield { name, make: () => encodeURIComponent(example.padEnd(size, "a").slice(0, size)), large: true };
  if (type === "integer" || type === "boolean") yield text("as-text", "text");
  if (type === "base64") yield text("not-base64", "!!!!");
}

const replaced = (entries: Entries, key: string, text: string): Entries => entries.map(([each, own]) => [each, each === key ? text : own]);

function* hostilePaths({ path, inPath = {} }: RestDescription, example: RestExample, fair: RawRequest): Generator<Candidate> {
  const entries = encoded(example.inPath ?? {});
  const query = queryOf(encoded(example.inQuery ?? {}));
  for (const [key, field] of Object.entries(inPath)) {
    const value = example.inPath?.[key] ?? "";
    const at = (text: string): RawRequest => ({ ...fair, path: pathOf(path, replaced(entries, key, text)) + query });
    yield { name: `path.${key}-not-encoded`, make: () => at(value) };
    for (const { name, make, ...size } of misusedPart(field, value)) yield { name: `path.${key}-${name}`, make: () => at(make()), ...size };
  }
}

function* hostileQueries({ path, inQuery }: RestDescription, example: RestExample, fair: RawRequest): Generator<Candidate> {
  if (!inQuery) return;
  const base = pathOf(path, encoded(example.inPath ?? {}));
  const entries = encoded(example.inQuery ?? {});
  const asking = (query: Entries): RawRequest => ({ ...fair, path: base + queryOf(query) });
  yield { name: "query-unknown-parameter", make: () => asking([...entries, ["unknown", "1"]]) };
  for (const [key, field] of Object.entries(inQuery)) {
    const others = entries.filter(([each]) => each !== key);
    const own = entries.filter(([each]) => each === key);
    yield { name: `query.${key}-absent`, make: () => asking(others) };
    yield { name: `query.${key}-twice`, make: () => asking([...entries, ...own]) };
    yield {
      name: `query.${key}-in-capitals`,
      make: () => asking([...others, ...own.map(([, text]) => [key.toUpperCase(), text] as const)]),
    };
    for (const { name, make, ...size } of misusedPart(field, example.inQuery?.[key] ?? ""))
      yield { name: `query.${key}-${name}`, make: () => asking([...others, [key, make()]]), ...size };
  }
}

const depth = 10_000;
const wrongTypes: Readonly<Record<string, string>> = {
  text: "text/plain",
  xml: "application/xml",
  form: "application/x-www-form-urlencoded",
  "json-with-charset": `${json}; charset=utf-8`,
  "not-a-type": "nonsense",
};

function* hostileBodies({ body }: RestDescription, example: RestExample, fair: RawRequest): Generator<Candidate> {
  if (!body) return yield* unaskedBodies(fair);
  const { body: text = "", contentType, ...bare } = fair;
  const as = (name: string, make: () => string): Candidate => ({ name: `body-${name}`, make: () => ({ ...fair, body: make() }) });
  yield { name: "body-none", make: () => bare };
  yield as("no-bytes", () => "");
  yield as("not-json", () => "nope");
  yield as("truncated", () => text.slice(0, -1));
  yield as("trailing-text", () => `${text}nope`);
  yield as("twice", () => text + text);
  yield as("trailing-comma", () => text.replace(/[}\]]$/, ",$&"));
  yield as("single-quotes", () => text.replaceAll('"', "'"));
  yield as("byte-order-mark", () => `\ufeff${text}`);
  yield as("deep-lists", () => "[".repeat(depth) + "]".repeat(depth));
  yield as("deep-objects", () => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`);
  yield { name: "content-type-none", make: () => ({ ...bare, body: text }) };
  for (const [name, type] of Object.entries(wrongTypes))
    yield { name: `content-type-${name}`, make: () => ({ ...fair, contentType: type }) };
  for (const { name, make, ...size } of misusedJson(body, example.body))
    yield { name: `body${name}`, make: () => ({ ...fair, body: make() }), ...size };
}

/** Where none is described: RFC 9110 gives a body of GET no meaning, and lets a server refuse it. */
function* unaskedBodies(fair: RawRequest): Generator<Candidate> {
  const bodies = { json: "{}", "not-json": "nope", deep: "[".repeat(depth) + "]".repeat(depth) };
  for (const [name, body] of Object.entries(bodies))
    yield { name: `body-unasked-${name}`, make: () => ({ ...fair, body, contentType: json }) };
}
