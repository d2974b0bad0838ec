import { maxMessageBytes, WakuMessage } from "./message.ts";
import type { MessageSchema } from "./schema.ts";

/** 13/WAKU2-STORE, version 3 */
export const storeQueryProtocol = "/vac/waku/store-query/3.0.0";

/** 14/WAKU2-MESSAGE, Deterministic message hashing: SHA-256. */
const hashBytes = 32;

export const StoreQueryRequest = {
  name: "StoreQueryRequest",
  fields: {
    1: { name: "requestId", type: "string" },
    // Absent is false, here and below: hashes only, and backward.
    2: { name: "includeData", type: "bool", optional: true },
    10: { name: "pubsubTopic", type: "string", optional: true },
    11: { name: "contentTopics", type: "string", repeated: true },
    12: { name: "timeStart", type: "sint64", optional: true },
    13: { name: "timeEnd", type: "sint64", optional: true },
    20: { name: "messageHashes", type: "bytes", repeated: true },
    51: { name: "paginationCursor", type: "bytes", optional: true, limit: hashBytes },
    52: { name: "paginationForward", type: "bool", optional: true },
    53: { name: "paginationLimit", type: "uint64", optional: true },
  },
} as const satisfies MessageSchema;

export const WakuMessageKeyValue = {
  name: "WakuMessageKeyValue",
  fields: {
    1: { name: "messageHash", type: "bytes", limit: hashBytes },
    2: { name: "message", type: WakuMessage, optional: true, limit: maxMessageBytes },
    3: { name: "pubsubTopic", type: "string", optional: true },
  },
} as const satisfies MessageSchema;

export const StoreQueryResponse = {
  name: "StoreQueryResponse",
  fields: {
    1: { name: "requestId", type: "string" },
    10: { name: "statusCode", type: "uint32" },
    11: { name: "statusDesc", type: "string", optional: true },
    20: { name: "messages", type: WakuMessageKeyValue, repeated: true },
    51: { name: "paginationCursor", type: "bytes", optional: true, limit: hashBytes },
  },
} as const satisfies MessageSchema;
