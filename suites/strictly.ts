import { decode, WireError } from "../rfc-checks/wire/codec.ts";
import type { MessageSchema, ValueOf } from "../rfc-checks/wire/schema.ts";

/** A message and what is not by the book in it, in words. */
export function strictly<S extends MessageSchema>(schema: S, bytes: Uint8Array): { value?: ValueOf<S>; deviations: string[] } {
  try {
    const { value, deviations } = decode(schema, bytes);
    return { value, deviations: deviations.map(({ kind, path }) => `${kind} ${path}`) };
  } catch (error) {
    if (error instanceof WireError) return { deviations: ["not protobuf"] };
    throw error;
  }
}
