import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { type Field, fieldsOf, isEnum, isMessage, type MessageSchema, type ValueOf } from "./schema.ts";

/** The wire type of one value; `packed` fields differ. */
export function wireTypeOf(type: Field["type"]): WireType {
  return isMessage(type) || type === "string" || type === "bytes" ? WireType.LengthDelimited : WireType.Varint;
}

function writeSingle(writer: BinaryWriter, type: Field["type"], value: unknown): BinaryWriter {
  if (isMessage(type)) return writer.bytes(encodeLoose(type, value as object));
  if (isEnum(type)) return writer.int32(value as number);
  switch (type) {
    case "bool":
      return writer.bool(value as boolean);
    case "uint32":
      return writer.uint32(value as number);
    case "uint64":
      return writer.uint64(value as bigint);
    case "sint64":
      return writer.sint64(value as bigint);
    case "string":
      return writer.string(value as string);
    case "bytes":
      return writer.bytes(value as Uint8Array);
  }
}

/** A field with its tag, as often as it occurs. */
export function encodeField(number: number, field: Field, value: unknown): Uint8Array {
  const writer = new BinaryWriter();
  if (value === undefined) return writer.finish();
  const values = field.repeated ? (value as readonly unknown[]) : [value];
  if (field.packed) {
    if (values.length === 0) return writer.finish();
    writer.tag(number, WireType.LengthDelimited).fork();
    for (const single of values) writeSingle(writer, field.type, single);
    return writer.join().finish();
  }
  for (const single of values) writeSingle(writer.tag(number, wireTypeOf(field.type)), field.type, single);
  return writer.finish();
}

/** Encodes what is known to be of the schema only at run time. */
export function encodeLoose(schema: MessageSchema, value: object): Uint8Array {
  const writer = new BinaryWriter();
  for (const [number, field] of fieldsOf(schema))
    writer.raw(encodeField(number, field, (value as Readonly<Record<string, unknown>>)[field.name]));
  return writer.finish();
}

/**
 * Fields in the order of their numbers. An absent field is not written; one that is present is, its default too.
 * @throws when a number is outside its type
 */
export const encode = <S extends MessageSchema>(schema: S, value: ValueOf<S>): Uint8Array => encodeLoose(schema, value);
