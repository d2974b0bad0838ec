/** Ways to cut bytes into writes; a reader must not care. */
export type Cut = (bytes: Uint8Array) => readonly { readonly write: Uint8Array }[];

export const inOneWrite: Cut = (bytes) => [{ write: bytes }];
/** A length prefix of one byte, then the rest; or a prefix of two, cut through. */
export const inTwoWrites: Cut = (bytes) => [{ write: bytes.subarray(0, 1) }, { write: bytes.subarray(1) }];
export const byteByByte: Cut = (bytes) => [...bytes].map((byte) => ({ write: Uint8Array.of(byte) }));
