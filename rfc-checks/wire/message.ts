import { messageSizes } from "../rules/limits.ts";
import type { MessageSchema } from "./schema.ts";

/** What the wire's fields are held to: the larger reading of 64's 150 kilobytes. */
export const maxMessageBytes = messageSizes.anyReading;

/** 14/WAKU2-MESSAGE, Wire Format. */
export const WakuMessage = {
  name: "WakuMessage",
  fields: {
    1: { name: "payload", type: "bytes" },
    2: { name: "contentTopic", type: "string" },
    3: { name: "version", type: "uint32", optional: true },
    10: { name: "timestamp", type: "sint64", optional: true },
    11: { name: "meta", type: "bytes", optional: true, limit: 64 },
    21: { name: "rateLimitProof", type: "bytes", optional: true },
    31: { name: "ephemeral", type: "bool", optional: true },
  },
} as const satisfies MessageSchema;

/** 17/WAKU2-RLN-RELAY: what `rateLimitProof` holds. */
export const RateLimitProof = {
  name: "RateLimitProof",
  fields: {
    1: { name: "proof", type: "bytes" },
    2: { name: "merkleRoot", type: "bytes" },
    3: { name: "epoch", type: "bytes" },
    4: { name: "shareX", type: "bytes" },
    5: { name: "shareY", type: "bytes" },
    6: { name: "nullifier", type: "bytes" },
  },
} as const satisfies MessageSchema;
