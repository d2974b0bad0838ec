import { secp256k1 } from "@noble/curves/secp256k1";
import { sha256 } from "@noble/hashes/sha2";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils";
import { signHash, signsMessage } from "./ecdsa.ts";
import { int64Bytes } from "./int64.ts";
import { signatureBytes, signedMessageWindowSeconds } from "./limits.ts";

/** What a publisher to a protected shard signs (57/STATUS-SIMPLE-SCALING, DoS Protection). */
export interface SignedFields {
  readonly pubsubTopic: string;
  readonly payload: Uint8Array;
  readonly contentTopic: string;
  /** Unix time in nanoseconds */
  readonly timestamp: bigint;
  /** absent is false */
  readonly ephemeral?: boolean | undefined;
}

/** A message as it arrives on a protected shard; `meta` holds the signature (57-PSK-04). */
export interface ArrivedMessage extends Omit<SignedFields, "timestamp"> {
  readonly timestamp?: bigint | undefined;
  readonly meta?: Uint8Array | undefined;
}

/** Why it is rejected (57-PSK-05…09). */
export type SignedMessageFault = "no-timestamp" | "outside-window" | "no-meta" | "wrong-meta-length" | "wrong-signature";

/**
 * The bytes under the hash: pubsub topic, payload, content topic, timestamp as 8 bytes little-endian, ephemeral as 1 byte, with
 * nothing between them (57-PSK-02). The hash of 14 has its timestamp big-endian.
 * @throws RangeError when the timestamp does not fit 64 bits
 */
export const messageToSign = ({ pubsubTopic, payload, contentTopic, timestamp, ephemeral }: SignedFields): Uint8Array =>
  concatBytes(
    utf8ToBytes(pubsubTopic),
    payload,
    utf8ToBytes(contentTopic),
    int64Bytes(timestamp, "little-endian"),
    Uint8Array.of(ephemeral === true ? 1 : 0),
  );

/** SHA-256 of the above, 32 bytes; it is signed as it is. */
export const appMessageHash = (fields: SignedFields): Uint8Array => sha256(messageToSign(fields));

/**
 * ECDSA on secp256k1 with the nonce of RFC 6979: r and s, 32 bytes each, big-endian, s in the lower half (57-PSK-03).
 * 57 does not ask for the lower half; deployed verifiers do.
 * @param privateKey 32 bytes
 */
export const signMessage = (fields: SignedFields, privateKey: Uint8Array): Uint8Array => signHash(appMessageHash(fields), privateKey);

/** What speaks against a message on a shard that is protected by this key, at this time. */
type Objection = (message: ArrivedMessage, publicKey: Uint8Array, now: bigint) => boolean;

/** Each fault and how it is told, in the order in which they are looked for: each takes for granted that none before it applies. */
export const signedMessageFaults: Readonly<Record<SignedMessageFault, Objection>> = {
  "no-timestamp": ({ timestamp }) => timestamp === undefined || timestamp === 0n,
  "outside-window"({ timestamp = 0n }, _publicKey, now) {
    const offset = now > timestamp ? now - timestamp : timestamp - now;
    return offset > BigInt(signedMessageWindowSeconds) * 1_000_000_000n;
  },
  "no-meta": ({ meta }) => meta === undefined || meta.length === 0,
  "wrong-meta-length": ({ meta }) => meta?.length !== signatureBytes,
  "wrong-signature": ({ timestamp = 0n, meta = new Uint8Array(), ...fields }, publicKey) =>
    !signsMessage(meta, messageToSign({ ...fields, timestamp }), publicKey),
};

/**
 * Why a node that protects the shard with this key rejects the message; undefined when it accepts (57-PSK-05…10).
 * @param publicKey compressed (33 bytes) or not (65)
 * @param now Unix time in nanoseconds
 * @throws RangeError when the public key is none, or the timestamp does not fit 64 bits
 */
export function faultOfSigned(message: ArrivedMessage, publicKey: Uint8Array, now: bigint): SignedMessageFault | undefined {
  if (!secp256k1.utils.isValidPublicKey(publicKey)) throw new RangeError("no public key of secp256k1");
  return (Object.keys(signedMessageFaults) as SignedMessageFault[]).find((fault) => signedMessageFaults[fault](message, publicKey, now));
}
