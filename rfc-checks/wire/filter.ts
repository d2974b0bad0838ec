import { maxMessageBytes, WakuMessage } from "./message.ts";
import type { EnumSchema, MessageSchema } from "./schema.ts";

/** 12/WAKU2-FILTER */
export const filterSubscribeProtocol = "/vac/waku/filter-subscribe/2.0.0-beta1";
export const filterPushProtocol = "/vac/waku/filter-push/2.0.0-beta1";

export const FilterSubscribeType = {
  name: "FilterSubscribeType",
  values: { SUBSCRIBER_PING: 0, SUBSCRIBE: 1, UNSUBSCRIBE: 2, UNSUBSCRIBE_ALL: 3 },
} as const satisfies EnumSchema;

export const FilterSubscribeRequest = {
  name: "FilterSubscribeRequest",
  fields: {
    1: { name: "requestId", type: "string" },
    // Absent is a ping.
    2: { name: "filterSubscribeType", type: FilterSubscribeType, optional: true },
    10: { name: "pubsubTopic", type: "string", optional: true },
    11: { name: "contentTopics", type: "string", repeated: true },
  },
} as const satisfies MessageSchema;

export const FilterSubscribeResponse = {
  name: "FilterSubscribeResponse",
  fields: {
    1: { name: "requestId", type: "string" },
    10: { name: "statusCode", type: "uint32" },
    11: { name: "statusDesc", type: "string", optional: true },
  },
} as const satisfies MessageSchema;

export const MessagePush = {
  name: "MessagePush",
  fields: {
    1: { name: "wakuMessage", type: WakuMessage, limit: maxMessageBytes },
    2: { name: "pubsubTopic", type: "string", optional: true },
  },
} as const satisfies MessageSchema;
