import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { encodeField, wireTypeOf } from "./encode.ts";
import { type IntegerEdge, integerEdges } from "./integer-edges.ts";
import { maxMessageBytes } from "./message.ts";
import { type Field, isEnum, isMessage } from "./schema.ts";

/** What stands in the place of a field, or of a message. */
export interface Candidate {
  readonly name: string;
  make(): Uint8Array;
  /** Too large to make before it is sent. */
  readonly large?: true;
}

/** For a block that no document limits: nothing in a message may be larger than the message (64, Message Size). */
const undocumentedBytes = maxMessageBytes;
/** For a repeated field that no document limits. */
export const undocumentedItems = 1_000;

export const bounds = (limit: number): readonly (readonly [string, number])[] => [
  ["maximum", limit],
  ["one-more", limit + 1],
  ["ten-times", limit * 10],
];

const written = (number: number, wireType: WireType, value: (writer: BinaryWriter) => BinaryWriter): Uint8Array =>
  value(new BinaryWriter().tag(number, wireType)).finish();
export const block = (number: number, bytes: Uint8Array): Uint8Array =>
  written(number, WireType.LengthDelimited, (writer) => writer.bytes(bytes));
const varint = (number: number, raw: bigint): Uint8Array => written(number, WireType.Varint, (writer) => writer.uint64(raw));

const edges: readonly IntegerEdge[] = ["zero", "int32-max", "int32-over", "int32-min", "int64-max"];
const signedEdges: readonly IntegerEdge[] = [...edges, "minus-one", "int32-under", "int64-min"];
const unsignedEdges: readonly IntegerEdge[] = [...edges, "uint32-max", "uint32-over", "int64-over", "uint64-max"];

function* numbers(number: number, { type, limit }: Field): Generator<Candidate> {
  const signed = type === "sint64";
  for (const name of signed ? signedEdges : unsignedEdges) {
    const value = integerEdges[name];
    // In a varint that is not zig-zag a negative number has its two's complement of 64 bits.
    const make = () =>
      signed ? written(number, WireType.Varint, (writer) => writer.sint64(value)) : varint(number, BigInt.asUintN(64, value));
    yield { name, make };
  }
  if (limit !== undefined) for (const [name, value] of bounds(limit)) yield { name, make: () => varint(number, BigInt(value)) };
  if (type === "bool") yield { name: "two", make: () => varint(number, 2n) };
  if (isEnum(type)) yield { name: "unknown-value", make: () => varint(number, BigInt(Math.max(...Object.values(type.values)) + 1)) };
  yield { name: "padded-varint", make: () => written(number, WireType.Varint, (writer) => writer.raw(Uint8Array.of(0x81, 0x80, 0x00))) };
  const eleven = new Uint8Array(11).fill(0xff, 0, 10);
  yield { name: "endless-varint", make: () => written(number, WireType.Varint, (writer) => writer.raw(eleven)) };
}

/** The same beginning, so that what is long is otherwise plausible. */
function resized(bytes: Uint8Array, size: number): Uint8Array {
  const other = new Uint8Array(size).fill(0x61);
  other.set(bytes.subarray(0, size));
  return other;
}

function* blocks(number: number, { type, limit = undocumentedBytes }: Field, example: Uint8Array): Generator<Candidate> {
  yield { name: "empty", make: () => block(number, new Uint8Array()) };
  for (const [name, size] of bounds(limit))
    if (size !== example.length) yield { name, make: () => block(number, resized(example, size)), large: true };
  if (type !== "string") return;
  yield { name: "not-utf8", make: () => block(number, Uint8Array.of(...example, 0xff, 0xfe)) };
  yield { name: "nul", make: () => block(number, Uint8Array.of(...example, 0)) };
}

const utf8 = new TextEncoder();

/** One number, string or bytes, each value of which is by its wire type. */
export function singles(number: number, field: Field, example: unknown): Generator<Candidate> {
  if (field.type === "string") return blocks(number, field, utf8.encode((example as string | undefined) ?? ""));
  if (field.type === "bytes") return blocks(number, field, (example as Uint8Array | undefined) ?? new Uint8Array());
  return numbers(number, field);
}

/** Every wire type but those that the field may have. */
export function* wireTypes(number: number, { type, repeated }: Field): Generator<Candidate> {
  const own = wireTypeOf(type);
  const eight = new Uint8Array(8).fill(1);
  if (own !== WireType.Varint) yield { name: "as-varint", make: () => varint(number, 1n) };
  else if (!repeated) yield { name: "as-bytes", make: () => block(number, eight) };
  yield { name: "as-fixed64", make: () => written(number, WireType.Bit64, (writer) => writer.raw(eight)) };
  yield { name: "as-fixed32", make: () => written(number, WireType.Bit32, (writer) => writer.raw(eight.subarray(4))) };
  yield { name: "as-group", make: () => written(number, WireType.StartGroup, (writer) => writer.tag(number, WireType.EndGroup)) };
}

/** Items that differ from one another, where their type lets them. */
function manyItems(type: Field["type"], example: unknown, count: number): unknown[] {
  return Array.from({ length: count }, (_, index) => {
    if (type === "string") return `${(example as string | undefined) ?? ""}${index}`;
    if (type === "uint32") return index;
    if (type === "uint64" || type === "sint64") return BigInt(index);
    if (type !== "bytes") return example ?? 0;
    const bytes = resized(
      (example as Uint8Array | undefined) ?? new Uint8Array(),
      Math.max(4, (example as Uint8Array | undefined)?.length ?? 0),
    );
    new DataView(bytes.buffer).setUint32(bytes.length - 4, index);
    return bytes;
  });
}

/** More items, the same item twice, and the other way to pack them. */
export function* itemCounts(number: number, field: Field, examples: readonly unknown[]): Generator<Candidate> {
  const [example = isMessage(field.type) ? {} : undefined] = examples;
  for (const [name, count] of bounds(field.limit ?? undocumentedItems))
    if (count !== examples.length)
      yield { name: `items-${name}`, make: () => encodeField(number, field, manyItems(field.type, example, count)), large: true };
  if (examples.length > 0) yield { name: "item-twice", make: () => encodeField(number, field, [...examples, example]) };
  if (wireTypeOf(field.type) !== WireType.Varint) return;
  const { packed, ...unpacked } = field;
  const other: Field = packed ? unpacked : { ...field, packed: true };
  yield { name: packed ? "unpacked" : "packed", make: () => encodeField(number, other, examples) };
}
