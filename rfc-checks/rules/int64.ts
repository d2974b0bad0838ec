/**
 * A signed 64-bit number as 8 bytes, two's complement.
 * @throws RangeError when it does not fit
 */
export function int64Bytes(value: bigint, order: "big-endian" | "little-endian"): Uint8Array {
  if (BigInt.asIntN(64, value) !== value) throw new RangeError(`${value} does not fit 64 bits`);
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, value, order === "little-endian");
  return bytes;
}
