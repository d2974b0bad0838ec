/** One strict codec for every schema. */
export { type Decoded, type Deviation, type DeviationKind, decode } from "./decode.ts";
export { encode } from "./encode.ts";
export { WireError } from "./reader.ts";
