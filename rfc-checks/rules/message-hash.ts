import { sha256 } from "@noble/hashes/sha2";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils";
import { int64Bytes } from "./int64.ts";

/** The attributes that enter the hash. `version`, `ephemeral` and `rate_limit_proof` do not (14-MESSAGE-19). */
export interface HashedMessage {
  readonly payload: Uint8Array;
  readonly contentTopic: string;
  readonly meta?: Uint8Array | undefined;
  /** Unix time in nanoseconds */
  readonly timestamp?: bigint | undefined;
}

/**
 * SHA-256 over pubsub topic, payload, content topic, meta and timestamp, 32 bytes (14-MESSAGE-17; 14/WAKU2-MESSAGE, Deterministic
 * message hashing). An absent attribute is left out (14-MESSAGE-18); a timestamp of 0 that is present counts with its 8 bytes.
 * @throws RangeError when the timestamp does not fit 64 bits
 */
export const messageHash = (pubsubTopic: string, { payload, contentTopic, meta, timestamp }: HashedMessage): Uint8Array =>
  sha256(
    concatBytes(
      utf8ToBytes(pubsubTopic),
      payload,
      utf8ToBytes(contentTopic),
      meta ?? new Uint8Array(),
      timestamp === undefined ? new Uint8Array() : int64Bytes(timestamp, "big-endian"),
    ),
  );
