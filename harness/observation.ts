/**
 * Observations are JSON. A value that is compared between participants says how; the rest is evidence.
 * `judge` sees plain values, so that it reads the same whether a value is compared or not.
 */
interface Exact<T> {
  readonly compare: "exact";
  readonly value: T;
}
/** Compared without order. */
interface Unordered<T> {
  readonly compare: "set";
  readonly value: readonly T[];
}
/** Compared within a tolerance of the same unit. */
export interface Range {
  readonly compare: "range";
  readonly value: number;
  readonly tolerance: number;
}

export const exact = <T>(value: T): Exact<T> => ({ compare: "exact", value });
export const set = <T>(value: Iterable<T>): Unordered<T> => ({ compare: "set", value: [...value].sort() });
export const range = (value: number, tolerance: number): Range => ({ compare: "range", value, tolerance });

/** An observation as `judge` sees it. */
export type Plain<T> =
  T extends Exact<infer V>
    ? Plain<V>
    : T extends Unordered<infer V>
      ? readonly Plain<V>[]
      : T extends Range
        ? number
        : T extends (infer V)[]
          ? Plain<V>[]
          : T extends readonly (infer V)[]
            ? readonly Plain<V>[]
            : T extends object
              ? { [K in keyof T]: Plain<T[K]> }
              : T;

/** Strips the marks of comparison from a stored observation. */
export function plain<T>(observation: T): Plain<T> {
  if (Array.isArray(observation)) return observation.map(plain) as Plain<T>;
  if (observation === null || typeof observation !== "object") return observation as Plain<T>;
  if ("compare" in observation && "value" in observation) return plain(observation.value) as Plain<T>;
  return Object.fromEntries(Object.entries(observation).map(([key, value]) => [key, plain(value)])) as Plain<T>;
}
