import fc from "fast-check";
import { type Field, fieldsOf, isEnum, isMessage, type MessageSchema, type ValueOf } from "../../../../rfc-checks/wire/schema.ts";

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
/** Bytes of hexadecimal digits; spaces are for the eye. */
export const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));

function single(type: Field["type"], limit: number, range: Range): fc.Arbitrary<unknown> {
  if (isMessage(type)) return message(type, range);
  if (isEnum(type)) return fc.constantFrom(...Object.values(type.values).filter((value) => range !== "common" || value !== 0));
  const least = range === "common" ? 1 : 0;
  switch (type) {
    case "bool":
      return range === "common" ? fc.constant(true) : fc.boolean();
    case "uint32":
      return fc.integer({ min: least, max: Math.min(0xffff_ffff, limit) });
    case "uint64":
      return fc.bigInt({ min: BigInt(least), max: range === "common" ? 2n ** 53n - 1n : 2n ** 64n - 1n });
    case "sint64":
      return range === "common" ? fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }) : fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    case "string":
      // At most four bytes a character.
      return fc
        .string({ minLength: least, maxLength: Math.floor(Math.min(40, limit) / 4), unit: "grapheme-composite" })
        .filter(fits(limit));
    case "bytes":
      return fc.uint8Array({ minLength: least, maxLength: Math.min(40, limit) });
  }
}

const fits = (limit: number) => (text: string) => Buffer.byteLength(text) <= limit;

/** `common`: what every protobuf library writes and reads alike, so no defaults and no integers beyond those of JavaScript. */
type Range = "all" | "common";

function message(schema: MessageSchema, range: Range): fc.Arbitrary<object> {
  const fields = Object.fromEntries(
    fieldsOf(schema).map(([, { name, type, repeated, limit = Number.POSITIVE_INFINITY }]) => {
      const one = single(type, repeated ? Number.POSITIVE_INFINITY : limit, range);
      return [name, repeated ? fc.array(one, { minLength: 1, maxLength: Math.min(4, limit) }) : one] as const;
    }),
  );
  const requiredKeys = fieldsOf(schema)
    .filter(([, { optional, repeated }]) => !optional && !repeated)
    .map(([, { name }]) => name);
  return fc.record(fields, { requiredKeys, noNullPrototype: true });
}

/** Messages by the book: what is not optional is there, and nothing is above a limit. */
export const valuesOf = <S extends MessageSchema>(schema: S, range: Range = "all"): fc.Arbitrary<ValueOf<S>> =>
  message(schema, range) as fc.Arbitrary<ValueOf<S>>;
