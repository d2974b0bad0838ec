import { decode, encode } from "@ethersproject/rlp";
import { secp256k1 } from "@noble/curves/secp256k1";
import { keccak_256 } from "@noble/hashes/sha3";
import { verifies } from "./ecdsa.ts";
import { maxRecordBytes } from "./limits.ts";

/** A node record as EIP-778 has it, its signature verified (31-ENR-01). */
export interface NodeRecord {
  readonly seq: bigint;
  /** values by key; one that is a list is kept as its RLP */
  readonly fields: ReadonlyMap<string, Uint8Array>;
  /** of the whole record, in bytes */
  readonly size: number;
}

type RecordFault =
  | "no-enr-prefix"
  | "no-base64url"
  | "too-large"
  | "no-rlp"
  | "no-record"
  | "keys-not-sorted"
  | "no-v4"
  | "no-public-key"
  | "wrong-signature";

export type RecordReading = { readonly record: NodeRecord } | { readonly fault: RecordFault };

/** `enr:…` of the bytes of a record, whatever they are. */
export const recordText = (bytes: Uint8Array): string => `enr:${Buffer.from(bytes).toString("base64url")}`;
export const recordBytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replace(/^enr:/, ""), "base64url"));

/** The id of the node with a public key of 33 bytes, by identity scheme v4. */
export const nodeIdOf = (publicKey: Uint8Array): Uint8Array =>
  keccak_256(secp256k1.ProjectivePoint.fromHex(publicKey).toRawBytes(false).subarray(1));

/** Of two node ids: 0 to 256, by the highest bit in which they differ. */
export function distanceOf(left: Uint8Array, right: Uint8Array): number {
  const at = left.findIndex((byte, index) => byte !== right[index]);
  if (at < 0) return 0;
  const differing = (left[at] ?? 0) ^ (right[at] ?? 0);
  return 8 * (left.length - at) - Math.clz32(differing) + 24;
}

type Rlp = string | Rlp[];
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.slice(2), "hex"));
const isText = (item: Rlp | undefined): item is string => typeof item === "string";

/** Canonical RLP only: what is decoded has to come back as the same bytes. */
function rlpOf(bytes: Uint8Array): Rlp | undefined {
  try {
    const item = decode(bytes) as Rlp;
    return Buffer.from(bytesOf(encode(item))).equals(bytes) ? item : undefined;
  } catch {
    return undefined;
  }
}

function fieldsOf(pairs: readonly Rlp[]): [string, Uint8Array][] | undefined {
  const fields: [string, Uint8Array][] = [];
  for (let at = 0; at < pairs.length; at += 2) {
    const [key, value] = [pairs[at], pairs[at + 1]];
    if (!isText(key) || value === undefined) return undefined;
    // Latin-1, so that keys sort as their bytes do.
    fields.push([Buffer.from(bytesOf(key)).toString("latin1"), bytesOf(isText(value) ? value : encode(value))]);
  }
  return fields;
}

/** Reads `enr:…`: base64url without padding, over the RLP of signature, seq and sorted pairs, at most 300 bytes, identity scheme v4. */
export function readRecord(text: string): RecordReading {
  if (!text.startsWith("enr:")) return { fault: "no-enr-prefix" };
  const bytes = Buffer.from(text.slice(4), "base64url");
  if (bytes.toString("base64url") !== text.slice(4)) return { fault: "no-base64url" };
  if (bytes.length > maxRecordBytes) return { fault: "too-large" };
  const list = rlpOf(bytes);
  if (list === undefined) return { fault: "no-rlp" };
  const [signature, seq, ...pairs] = Array.isArray(list) ? list : [];
  const sorted = fieldsOf(pairs);
  // A number has no leading zeros in RLP.
  if (!isText(signature) || !isText(seq) || seq.length > 18 || seq.startsWith("0x00") || sorted === undefined)
    return { fault: "no-record" };
  if (sorted.some(([key], at) => key <= (sorted[at - 1]?.[0] ?? ""))) return { fault: "keys-not-sorted" };
  const fields = new Map(sorted);
  if (Buffer.from(fields.get("id") ?? []).toString() !== "v4") return { fault: "no-v4" };
  const publicKey = fields.get("secp256k1");
  if (publicKey === undefined || !secp256k1.utils.isValidPublicKey(publicKey, true)) return { fault: "no-public-key" };
  const hash = keccak_256(bytesOf(encode([seq, ...pairs])));
  // EIP-778 does not ask for a low s.
  if (!verifies(bytesOf(signature), hash, publicKey)) return { fault: "wrong-signature" };
  return { record: { seq: BigInt(seq === "0x" ? 0 : seq), fields, size: bytes.length } };
}

/**
 * A record with these fields, besides `id` and `secp256k1`, whatever they say, signed by its key: `enr:…`.
 * @param privateKey 32 bytes
 */
export function signRecord(privateKey: Uint8Array, fields: Readonly<Record<string, Uint8Array>>, seq = 1n): string {
  const all = { ...fields, id: Buffer.from("v4"), secp256k1: secp256k1.getPublicKey(privateKey) };
  const pairs = Object.entries(all)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([key, value]) => [Buffer.from(key, "latin1"), value]);
  const digits = seq.toString(16);
  const content = [seq === 0n ? new Uint8Array() : Buffer.from(digits.padStart(digits.length + (digits.length % 2), "0"), "hex"), ...pairs];
  const signature = secp256k1.sign(keccak_256(bytesOf(encode(content))), privateKey, { prehash: false });
  return recordText(bytesOf(encode([signature.toBytes("compact"), ...content])));
}
