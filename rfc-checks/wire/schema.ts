/** Protobuf messages as data: one codec, one generator of hostile input and the documents' limits come from it. */

type Scalar = "bool" | "uint32" | "uint64" | "sint64" | "string" | "bytes";

export interface EnumSchema {
  readonly name: string;
  readonly values: Readonly<Record<string, number>>;
}

export interface Field {
  readonly name: string;
  readonly type: Scalar | MessageSchema | EnumSchema;
  readonly repeated?: true;
  /** A repeated number is written as one block; both forms are read. */
  readonly packed?: true;
  /** May be absent. Without it an absent field is reported, also where proto3 would read it as its default. */
  readonly optional?: true;
  /** What a document allows at most: items of a repeated field, bytes of a string, bytes or message, else the value. */
  readonly limit?: number;
}

export interface MessageSchema {
  readonly name: string;
  /** By field number. */
  readonly fields: Readonly<Record<number, Field>>;
}

interface ScalarValues {
  bool: boolean;
  uint32: number;
  uint64: bigint;
  sint64: bigint;
  string: string;
  bytes: Uint8Array;
}

type Single<T> = T extends Scalar ? ScalarValues[T] : T extends MessageSchema ? ValueOf<T> : number;
type FieldValue<F extends Field> = F extends { readonly repeated: true } ? readonly Single<F["type"]>[] : Single<F["type"]>;

/** A message of a schema. Each field may be absent, and stays so; a value of an enum is its number. */
export type ValueOf<S extends MessageSchema> = {
  readonly [N in keyof S["fields"] as S["fields"][N] extends Field ? S["fields"][N]["name"] : never]?:
    | (S["fields"][N] extends Field ? FieldValue<S["fields"][N]> : never)
    | undefined;
};

export const isMessage = (type: Field["type"]): type is MessageSchema => typeof type === "object" && "fields" in type;
export const isEnum = (type: Field["type"]): type is EnumSchema => typeof type === "object" && "values" in type;

/** Fields in the order of their numbers, which is how JavaScript orders such keys. */
export const fieldsOf = (schema: MessageSchema): readonly (readonly [number: number, field: Field])[] =>
  Object.entries(schema.fields).map(([number, field]) => [Number(number), field] as const);
