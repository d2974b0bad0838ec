import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { encodeField, encodeLoose } from "./encode.ts";
import { joined } from "./framing.ts";
import { block, bounds, type Candidate, itemCounts, singles, wireTypes } from "./hostile-fields.ts";
import { noise } from "./noise.ts";
import { type Field, fieldsOf, isMessage, type MessageSchema, type ValueOf } from "./schema.ts";

/** A message that a careful peer does not send. `decode` tells what about it is not by the book, if anything. */
export interface HostileMessage {
  /** `message.timestamp-int64-min`: fit for the name of a variant, stable. */
  readonly name: string;
  /** Made when it is read: some are large. */
  readonly bytes: Uint8Array;
}

/** No schema has a field of this number. */
const unknownNumber = 1_000;
const highestNumber = 2 ** 29 - 1;

/**
 * Every field of a message, nested ones too, misused in every way that its schema tells; and the message as a whole.
 * @param example a valid message; what it has most of is misused most
 * @param seed of the noise
 */
export function hostileMessages<S extends MessageSchema>(schema: S, example: ValueOf<S>, seed: number): HostileMessage[] {
  const valid = encodeLoose(schema, example);
  const candidates = candidatesOf(schema, example, seed);
  // What the example already is shows nothing.
  const different = candidates.filter(({ make, large }) => large || !same(make(), valid));
  return different.map(({ name, make }) => ({
    name: name.slice(1),
    get bytes() {
      return make();
    },
  }));
}

/** One of them, made alone. Undefined: there is none of this name. */
export const hostileMessage = <S extends MessageSchema>(
  schema: S,
  example: ValueOf<S>,
  seed: number,
  name: string,
): Uint8Array | undefined =>
  candidatesOf(schema, example, seed)
    .find((candidate) => candidate.name.slice(1) === name)
    ?.make();

const candidatesOf = (schema: MessageSchema, example: object, seed: number): Candidate[] => [...misused(schema, example), ...noises(seed)];

const same = (left: Uint8Array, right: Uint8Array): boolean =>
  left.length === right.length && left.every((byte, index) => byte === right[index]);

function* noises(seed: number): Generator<Candidate> {
  yield { name: "-nothing", make: () => new Uint8Array() };
  for (const size of [1, 32, 1_024]) yield { name: `-noise-${size}`, make: () => noise(seed, size) };
}

/** The fields of a message, encoded, and the message when some are replaced. */
class Parts {
  readonly #parts: ReadonlyMap<number, Uint8Array>;

  constructor(schema: MessageSchema, value: object) {
    const fields = value as Readonly<Record<string, unknown>>;
    this.#parts = new Map(fieldsOf(schema).map(([number, field]) => [number, encodeField(number, field, fields[field.name])]));
  }

  of = (number: number): Uint8Array => this.#parts.get(number) ?? new Uint8Array();
  with = (number: number, part: Uint8Array): Uint8Array => joined([...this.#parts].map(([each, own]) => (each === number ? part : own)));
  get all(): Uint8Array {
    return joined([...this.#parts.values()]);
  }
  get reversed(): Uint8Array {
    return joined([...this.#parts.values()].reverse());
  }
}

/** Names begin with `-` where they are about the whole, with `.` where they are about a part. */
function* misused(schema: MessageSchema, value: object): Generator<Candidate> {
  const parts = new Parts(schema, value);
  for (const { name, ...rest } of misusedWhole(parts)) yield { name: `-${name}`, ...rest };
  for (const [number, field] of fieldsOf(schema)) {
    const example = (value as Readonly<Record<string, unknown>>)[field.name];
    for (const { name, make, ...size } of misusedField(number, field, example, parts.of(number)))
      yield { name: `.${field.name}${name}`, make: () => parts.with(number, make()), ...size };
  }
}

function* misusedWhole(parts: Parts): Generator<Candidate> {
  const { all } = parts;
  const after = (name: string, ...bytes: number[]): Candidate => ({ name, make: () => joined([all, Uint8Array.from(bytes)]) });
  const tag = (number: number, wireType: WireType) => new BinaryWriter().tag(number, wireType).finish();
  yield { name: "unknown-field", make: () => joined([all, block(unknownNumber, Uint8Array.of(1))]) };
  yield { name: "unknown-field-first", make: () => joined([block(unknownNumber, Uint8Array.of(1)), all]) };
  yield { name: "unknown-field-highest", make: () => joined([all, block(highestNumber, Uint8Array.of(1))]) };
  yield {
    name: "unknown-group",
    make: () => joined([all, tag(unknownNumber, WireType.StartGroup), tag(unknownNumber, WireType.EndGroup)]),
  };
  yield { name: "open-group", make: () => joined([all, tag(unknownNumber, WireType.StartGroup)]) };
  yield { name: "end-of-no-group", make: () => joined([all, tag(unknownNumber, WireType.EndGroup)]) };
  const deep = () => Array.from({ length: 10_000 }, () => tag(unknownNumber, WireType.StartGroup));
  yield { name: "deep-groups", make: () => joined([all, ...deep()]), large: true };
  yield after("field-number-zero", 0x00, 0x00);
  yield after("wire-type-7", 0x0f, 0x00);
  yield after("trailing-byte", 0xff);
  yield { name: "trailing-tag", make: () => joined([all, tag(unknownNumber, WireType.Varint)]) };
  yield { name: "length-beyond-end", make: () => joined([all, tag(unknownNumber, WireType.LengthDelimited), Uint8Array.of(0x7f)]) };
  if (all.length > 0) yield { name: "truncated", make: () => all.subarray(0, -1) };
  yield { name: "reversed", make: () => parts.reversed };
}

function* misusedField(number: number, field: Field, example: unknown, part: Uint8Array): Generator<Candidate> {
  const called = ({ name, ...rest }: Candidate): Candidate => ({ name: `-${name}`, ...rest });
  yield { name: "-absent", make: () => new Uint8Array() };
  for (const candidate of wireTypes(number, field)) yield called(candidate);
  if (!field.repeated) {
    if (part.length > 0) yield { name: "-repeated", make: () => joined([part, part]) };
    yield* within(number, field, example);
    return;
  }
  const items = (example as readonly unknown[] | undefined) ?? [];
  for (const candidate of itemCounts(number, field, items)) yield called(candidate);
  // The limit of a repeated field is about its items.
  const { limit: _, ...item } = field;
  const others = encodeField(number, field, items.slice(1));
  for (const { make, ...rest } of within(number, item, items[0])) yield { ...rest, make: () => joined([make(), others]) };
}

function* within(number: number, field: Field, example: unknown): Generator<Candidate> {
  const { type, limit } = field;
  if (!isMessage(type)) {
    for (const { name, ...rest } of singles(number, field, example)) yield { name: `-${name}`, ...rest };
    return;
  }
  const value = (example as object | undefined) ?? {};
  yield { name: "-empty", make: () => block(number, new Uint8Array()) };
  if (limit !== undefined)
    for (const [name, size] of bounds(limit)) yield { name: `-${name}`, make: () => block(number, padded(type, value, size)), large: true };
  for (const { name, make, ...size } of misused(type, value)) yield { name, make: () => block(number, make()), ...size };
}

/** A message of so many bytes: its first block is longer. */
function padded(schema: MessageSchema, value: object, size: number): Uint8Array {
  const name = fieldsOf(schema).find(([, { type, repeated }]) => type === "bytes" && !repeated)?.[1].name ?? "";
  const having = (length: number) => encodeLoose(schema, { ...value, [name]: new Uint8Array(length).fill(0x61) });
  // The length of the block grows with it.
  const first = size - having(0).length;
  return having(first + size - having(first).length);
}
