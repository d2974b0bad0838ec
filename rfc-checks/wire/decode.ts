import { WireType } from "@bufbuild/protobuf/wire";
import { wireTypeOf } from "./encode.ts";
import { StrictReader, WireError } from "./reader.ts";
import { type Field, fieldsOf, isEnum, isMessage, type MessageSchema, type ValueOf } from "./schema.ts";

export type DeviationKind =
  | "unknown-field"
  | "wrong-wire-type"
  /** a singular field once more; the last one is read */
  | "repeated"
  | "missing"
  | "unknown-enum-value"
  /** a varint that its type cannot hold; it is read as protobuf does, cut to the type */
  | "out-of-range"
  | "not-utf8"
  | "over-limit";

/** What is not by the book in a message that can be read. */
export interface Deviation {
  readonly kind: DeviationKind;
  /** `publish[0].data`; the number stands for the name of an unknown field. */
  readonly path: string;
  readonly number: number;
  /** Of an unknown field and of a wrong wire type. */
  readonly wireType?: number;
}

export interface Decoded<S extends MessageSchema> {
  readonly value: ValueOf<S>;
  readonly deviations: readonly Deviation[];
}

/**
 * Reads a message and what is not by the book in it. A field of a wrong wire type is left out of the value.
 * @throws WireError when the bytes are not protobuf
 */
export function decode<S extends MessageSchema>(schema: S, bytes: Uint8Array): Decoded<S> {
  const deviations: Deviation[] = [];
  const value = readMessage(schema, bytes, "", (deviation) => deviations.push(deviation)) as ValueOf<S>;
  return { value, deviations };
}

type Note = (deviation: Deviation) => void;
type Loose = Record<string, unknown>;

function readMessage(schema: MessageSchema, bytes: Uint8Array, at: string, note: Note): Loose {
  const value: Loose = {};
  const reader = new StrictReader(bytes);
  try {
    while (!reader.done) readField(schema, reader, value, at, note);
  } catch (error) {
    if (error instanceof WireError && error.cause !== undefined) throw error;
    throw new WireError(`${at || schema.name}: ${(error as Error).message}`, { cause: error });
  }
  for (const [number, field] of fieldsOf(schema)) {
    const read = value[field.name];
    const path = join(at, field.name);
    if (read === undefined && !field.repeated && !field.optional) note({ kind: "missing", path, number });
    if (Array.isArray(read) && read.length > (field.limit ?? Number.POSITIVE_INFINITY)) note({ kind: "over-limit", path, number });
  }
  return value;
}

function readField(schema: MessageSchema, reader: StrictReader, value: Loose, at: string, note: Note): void {
  const [number, wireType] = reader.tag();
  const field = schema.fields[number];
  const path = join(at, field?.name ?? String(number));
  const packed = field?.repeated && wireTypeOf(field.type) === WireType.Varint && wireType === WireType.LengthDelimited;
  if (!field || (wireType !== wireTypeOf(field.type) && !packed)) {
    note({ kind: field ? "wrong-wire-type" : "unknown-field", path, number, wireType });
    reader.pass(wireType, number);
    return;
  }
  const single = (from: StrictReader, index = "") => {
    const where: Where = { path: path + index, number, note };
    const read = wireTypeOf(field.type) === WireType.Varint ? readNumber(field.type, from, where) : readBlock(field.type, from, where);
    if (!field.repeated && read.size > (field.limit ?? Number.POSITIVE_INFINITY)) note({ kind: "over-limit", path, number });
    return read.value;
  };
  if (!field.repeated) {
    if (value[field.name] !== undefined) note({ kind: "repeated", path, number });
    value[field.name] = single(reader);
    return;
  }
  const items = (value[field.name] as unknown[] | undefined) ?? [];
  value[field.name] = items;
  const item = (from: StrictReader) => items.push(single(from, `[${items.length}]`));
  if (!packed) return void item(reader);
  for (const block = new StrictReader(reader.block()); !block.done; ) item(block);
}

interface Where {
  readonly path: string;
  readonly number: number;
  readonly note: Note;
}
/** A value, and what a limit is about: its bytes, or the number itself. */
interface Read {
  readonly value: unknown;
  readonly size: number;
}

function readNumber(type: Field["type"], reader: StrictReader, { note, ...where }: Where): Read {
  const raw = reader.varint();
  if (type === "uint64") return { value: raw, size: Number(raw) };
  if (type === "sint64") {
    const value = (raw >> 1n) ^ -(raw & 1n);
    return { value, size: Number(value) };
  }
  if (type === "bool") {
    if (raw > 1n) note({ kind: "out-of-range", ...where });
    return { value: raw !== 0n, size: 1 };
  }
  const signed = isEnum(type);
  const whole = signed ? BigInt.asIntN(64, raw) : raw;
  const value = Number(signed ? BigInt.asIntN(32, raw) : BigInt.asUintN(32, raw));
  if (BigInt(value) !== whole) note({ kind: "out-of-range", ...where });
  else if (signed && !Object.values(type.values).includes(value)) note({ kind: "unknown-enum-value", ...where });
  return { value, size: value };
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const anyText = new TextDecoder("utf-8", { ignoreBOM: true });

function readBlock(type: Field["type"], reader: StrictReader, { note, ...where }: Where): Read {
  const block = reader.block();
  const size = block.length;
  if (isMessage(type)) return { value: readMessage(type, block, where.path, note), size };
  if (type === "bytes") return { value: Uint8Array.from(block), size };
  try {
    return { value: utf8.decode(block), size };
  } catch {
    note({ kind: "not-utf8", ...where });
    return { value: anyText.decode(block), size };
  }
}

const join = (at: string, name: string): string => (at === "" ? name : `${at}.${name}`);
