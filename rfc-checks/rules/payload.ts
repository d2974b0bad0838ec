import { secp256k1 } from "@noble/curves/secp256k1";
import { keccak_256 } from "@noble/hashes/sha3";
import { concatBytes } from "@noble/hashes/utils";
import { payloadBlockBytes, payloadSignatureBytes } from "./limits.ts";

/** What is encrypted, as it is read (26/WAKU2-PAYLOAD). */
export interface PlainText {
  readonly payload: Uint8Array;
  /** Absent when it is not signed. */
  readonly signature?: PayloadSignature;
}
interface PayloadSignature {
  /** The last byte: 27 or 28, or 0 or 1, which 26 leaves open (26-PAYLOAD-04). */
  readonly v: number;
  /** Of the signer, 65 bytes; absent when r, s and v give none. */
  readonly publicKey?: Uint8Array;
}
type PlainTextFault = "empty" | "no-payload-length" | "cut";
export type PlainTextReading = { readonly plainText: PlainText } | { readonly fault: PlainTextFault };

const flagBytes = 1;
const lengthMask = 0b011;
const signedFlag = 0b100;
const vOffset = 27;

/** 26 does not say which end comes first; the deployed encoders, after Whisper, have the little one. */
const littleEndian = (value: number, size: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, index) => Math.floor(value / 256 ** index) % 256);
const fromLittleEndian = (bytes: Uint8Array): number => bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);

/**
 * Flags, length of the payload, payload, padding and, with a key, a signature (26-PAYLOAD-01), 256 bytes or a multiple
 * (26-PAYLOAD-07). The padding is zeros: 26 does not say what it holds.
 * @throws RangeError when the length of the payload does not fit the three bytes that the flags can say
 */
export function packPayload(payload: Uint8Array, privateKey?: Uint8Array): Uint8Array {
  const size = [1, 2, 3].find((bytes) => payload.length < 256 ** bytes);
  if (size === undefined) throw new RangeError(`a payload of ${payload.length} bytes`);
  const signature = privateKey === undefined ? 0 : payloadSignatureBytes;
  const used = flagBytes + size + payload.length + signature;
  const padding = new Uint8Array((payloadBlockBytes - (used % payloadBlockBytes)) % payloadBlockBytes);
  const flags = Uint8Array.of(size | (privateKey === undefined ? 0 : signedFlag));
  const unsigned = concatBytes(flags, littleEndian(payload.length, size), payload, padding);
  return privateKey === undefined ? unsigned : concatBytes(unsigned, sign(unsigned, privateKey));
}

/** r and s, 32 bytes each, big-endian, then v, over the Keccak-256 of all that stands before (26-PAYLOAD-02…04). */
function sign(data: Uint8Array, privateKey: Uint8Array): Uint8Array {
  const signature = secp256k1.sign(keccak_256(data), privateKey, { prehash: false });
  return concatBytes(signature.toBytes("compact"), Uint8Array.of(vOffset + signature.recovery));
}

export function readPayload(plainText: Uint8Array): PlainTextReading {
  const [flags] = plainText;
  if (flags === undefined) return { fault: "empty" };
  const size = flags & lengthMask;
  if (size === 0) return { fault: "no-payload-length" };
  const signed = (flags & signedFlag) !== 0;
  const end = plainText.length - (signed ? payloadSignatureBytes : 0);
  const begin = flagBytes + size;
  const length = fromLittleEndian(plainText.subarray(flagBytes, begin));
  if (begin + length > end) return { fault: "cut" };
  const payload = plainText.slice(begin, begin + length);
  return { plainText: signed ? { payload, signature: signatureOf(plainText.subarray(0, end), plainText.subarray(end)) } : { payload } };
}

function signatureOf(data: Uint8Array, bytes: Uint8Array): PayloadSignature {
  const v = bytes.at(-1) ?? 0;
  try {
    const signature = secp256k1.Signature.fromBytes(bytes.subarray(0, -1), "compact").addRecoveryBit(v < vOffset ? v : v - vOffset);
    return { v, publicKey: signature.recoverPublicKey(keccak_256(data)).toBytes(false) };
  } catch {
    return { v };
  }
}
