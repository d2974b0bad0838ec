import { createPublicKey, type JsonWebKey, type KeyObject, verify } from "node:crypto";
import { secp256k1 } from "@noble/curves/secp256k1";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils";

/**
 * Does a compact signature (r and s, 32 bytes each, big-endian) on secp256k1 verify against a hash that is taken as it is?
 * A signature of another form, length or range does not (the library throws at it). The public key has to be valid.
 */
export function verifies(signature: Uint8Array, hash: Uint8Array, publicKey: Uint8Array): boolean {
  try {
    return secp256k1.verify(signature, hash, publicKey, { format: "compact", lowS: false, prehash: false });
  } catch {
    return false;
  }
}

/**
 * Does such a signature, with s in the lower half of its range, verify against the SHA-256 of a message? Verified by Node.js, a
 * sixth of the work, which takes no hash but one that it has made itself.
 */
export function signsMessage(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== 64 || Buffer.compare(signature.subarray(32), highestLowS) > 0) return false;
  try {
    return verify("sha256", message, { key: keyObjectOf(publicKey), dsaEncoding: "ieee-p1363" }, signature);
  } catch {
    return false;
  }
}

const keyObjects = new WeakMap<Uint8Array, KeyObject>();

/** Kept, as it takes longer to make than to use. */
function keyObjectOf(publicKey: Uint8Array): KeyObject {
  const kept = keyObjects.get(publicKey);
  if (kept) return kept;
  const point = secp256k1.Point.fromBytes(publicKey).toBytes(false);
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((bytes) => Buffer.from(bytes).toString("base64url"));
  const made = createPublicKey({ format: "jwk", key: { kty: "EC", crv: "secp256k1", x, y } as JsonWebKey });
  keyObjects.set(publicKey, made);
  return made;
}

/**
 * A compact signature on a hash that is taken as it is, with the nonce of RFC 6979 and s in the lower half.
 * @param privateKey 32 bytes
 */
export const signHash = (hash: Uint8Array, privateKey: Uint8Array): Uint8Array =>
  secp256k1.sign(hash, privateKey, { lowS: true, prehash: false }).toBytes("compact");

/** Both forms of SEC 1, in hex: 33 and 65 bytes. */
export interface PublicKeyForms {
  readonly compressed: string;
  readonly uncompressed: string;
}

/** @param privateKey 64 hex digits */
export const publicKeyOf = (privateKey: string): PublicKeyForms => ({
  compressed: bytesToHex(secp256k1.getPublicKey(privateKey, true)),
  uncompressed: bytesToHex(secp256k1.getPublicKey(privateKey, false)),
});

/** A public key as an operator writes it, in a form of SEC 1: hex in either case, with 0x or without. Undefined when it is none. */
export function readPublicKey(text: string): Uint8Array | undefined {
  try {
    const key = hexToBytes(text.replace(/^0x/i, ""));
    return secp256k1.utils.isValidPublicKey(key) ? key : undefined;
  } catch {
    return undefined;
  }
}

/** The other signature of the same key on the same hash: its s is in the other half. @param signature compact */
export function twinOf(signature: Uint8Array): Uint8Array {
  const { r, s } = secp256k1.Signature.fromBytes(signature, "compact");
  return new secp256k1.Signature(r, secp256k1.Point.Fn.neg(s)).toBytes("compact");
}

/** As ASN.1 has it. @param signature compact */
export const derOf = (signature: Uint8Array): Uint8Array => secp256k1.Signature.fromBytes(signature, "compact").toBytes("der");

const highestLowS = hexToBytes((secp256k1.Point.Fn.ORDER / 2n).toString(16).padStart(64, "0"));

/** The order of the group, 32 bytes: one more than r and s can be. */
export const groupOrder: Uint8Array = hexToBytes(secp256k1.Point.Fn.ORDER.toString(16));
