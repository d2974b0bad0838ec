/** REST requests as data, for the generator of hostile ones. */

export type RestScalar = "string" | "base64" | "integer" | "boolean";

export interface RestField {
  readonly type: RestScalar | RestObject | RestList;
  /** What a document allows at most: items of a list, characters of a string, bytes behind base64, else the value. */
  readonly limit?: number;
}
interface RestObject {
  readonly fields: Readonly<Record<string, RestField>>;
}
interface RestList {
  readonly items: RestField;
}

export const isObject = (type: RestField["type"]): type is RestObject => typeof type === "object" && "fields" in type;
export const isList = (type: RestField["type"]): type is RestList => typeof type === "object" && "items" in type;

/** A value of a body; a bigint is an integer with all its digits. */
export type Json = string | number | bigint | boolean | readonly Json[] | { readonly [key: string]: Json };

export interface RestDescription {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** `/relay/v1/messages/{pubsubTopic}`: one placeholder for each of `inPath`. */
  readonly path: string;
  readonly inPath?: Readonly<Record<string, RestField>>;
  readonly inQuery?: Readonly<Record<string, RestField>>;
  readonly body?: RestField;
}

/** What a valid request of a description holds. */
export interface RestExample {
  readonly inPath?: Readonly<Record<string, string>>;
  readonly inQuery?: Readonly<Record<string, string>>;
  readonly body?: Json;
}

/** A request as it is sent; the body is text, so that it need not be JSON. */
export interface RawRequest {
  readonly method: RestDescription["method"];
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
}

export function printJson(value: Json): string {
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(printJson).join()}]`;
  return printEntries(Object.entries(value).map(([key, each]) => [key, printJson(each)]));
}

/** An object of printed values, in this order, a key as often as it is given. */
export const printEntries = (entries: readonly (readonly [key: string, text: string])[]): string =>
  `{${entries.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join()}}`;
