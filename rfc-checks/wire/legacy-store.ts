import { WakuMessage } from "./message.ts";
import type { EnumSchema, MessageSchema } from "./schema.ts";

/** 13/WAKU2-STORE before version 3; the time range comes from 21/WAKU2-FAULT-TOLERANT-STORE. */
export const legacyStoreProtocol = "/vac/waku/store/2.0.0-beta4";

export const PagingDirection = { name: "Direction", values: { BACKWARD: 0, FORWARD: 1 } } as const satisfies EnumSchema;
export const HistoryError = { name: "Error", values: { NONE: 0, INVALID_CURSOR: 1 } } as const satisfies EnumSchema;

export const Index = {
  name: "Index",
  fields: {
    1: { name: "digest", type: "bytes", limit: 32 },
    2: { name: "receiverTime", type: "sint64", optional: true },
    3: { name: "senderTime", type: "sint64", optional: true },
    4: { name: "pubsubTopic", type: "string", optional: true },
  },
} as const satisfies MessageSchema;

const PagingInfo = {
  name: "PagingInfo",
  fields: {
    1: { name: "pageSize", type: "uint64", optional: true },
    2: { name: "cursor", type: Index, optional: true },
    3: { name: "direction", type: PagingDirection, optional: true },
  },
} as const satisfies MessageSchema;

const ContentFilter = { name: "ContentFilter", fields: { 1: { name: "contentTopic", type: "string" } } } as const satisfies MessageSchema;

export const HistoryQuery = {
  name: "HistoryQuery",
  fields: {
    2: { name: "pubsubTopic", type: "string", optional: true },
    3: { name: "contentFilters", type: ContentFilter, repeated: true },
    4: { name: "pagingInfo", type: PagingInfo, optional: true },
    5: { name: "startTime", type: "sint64", optional: true },
    6: { name: "endTime", type: "sint64", optional: true },
  },
} as const satisfies MessageSchema;

export const HistoryResponse = {
  name: "HistoryResponse",
  fields: {
    2: { name: "messages", type: WakuMessage, repeated: true },
    3: { name: "pagingInfo", type: PagingInfo, optional: true },
    4: { name: "error", type: HistoryError, optional: true },
  },
} as const satisfies MessageSchema;

/** Query and response in the same envelope. */
export const HistoryRpc = {
  name: "HistoryRPC",
  fields: {
    1: { name: "requestId", type: "string" },
    2: { name: "query", type: HistoryQuery, optional: true },
    3: { name: "response", type: HistoryResponse, optional: true },
  },
} as const satisfies MessageSchema;
