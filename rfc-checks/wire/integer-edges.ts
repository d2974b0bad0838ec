/** Where integers of 32 and of 64 bits end, signed and unsigned. */
export const integerEdges = {
  zero: 0n,
  "minus-one": -1n,
  "int32-max": 2n ** 31n - 1n,
  "int32-over": 2n ** 31n,
  "int32-min": -(2n ** 31n),
  "int32-under": -(2n ** 31n) - 1n,
  "uint32-max": 2n ** 32n - 1n,
  "uint32-over": 2n ** 32n,
  "int64-max": 2n ** 63n - 1n,
  "int64-over": 2n ** 63n,
  "int64-min": -(2n ** 63n),
  "int64-under": -(2n ** 63n) - 1n,
  "uint64-max": 2n ** 64n - 1n,
  "uint64-over": 2n ** 64n,
} as const;
export type IntegerEdge = keyof typeof integerEdges;
