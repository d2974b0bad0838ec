import { maxMessageBytes, WakuMessage } from "./message.ts";
import type { MessageSchema } from "./schema.ts";

/** 19/WAKU2-LIGHTPUSH */
export const lightpushV2Protocol = "/vac/waku/lightpush/2.0.0-beta1";
/** WAKU-LIGHTPUSH */
export const lightpushV3Protocol = "/vac/waku/lightpush/3.0.0";

const PushRequest = {
  name: "PushRequest",
  fields: { 1: { name: "pubsubTopic", type: "string" }, 2: { name: "message", type: WakuMessage, limit: maxMessageBytes } },
} as const satisfies MessageSchema;

const PushResponse = {
  name: "PushResponse",
  // Absent is false.
  fields: { 1: { name: "isSuccess", type: "bool", optional: true }, 2: { name: "info", type: "string", optional: true } },
} as const satisfies MessageSchema;

/** Version 2: request and response in the same envelope. */
export const PushRpc = {
  name: "PushRPC",
  fields: {
    1: { name: "requestId", type: "string" },
    2: { name: "request", type: PushRequest, optional: true },
    3: { name: "response", type: PushResponse, optional: true },
  },
} as const satisfies MessageSchema;

export const LightPushRequest = {
  name: "LightPushRequest",
  fields: {
    1: { name: "requestId", type: "string" },
    20: { name: "pubsubTopic", type: "string", optional: true },
    21: { name: "message", type: WakuMessage, limit: maxMessageBytes },
  },
} as const satisfies MessageSchema;

export const LightPushResponse = {
  name: "LightPushResponse",
  fields: {
    1: { name: "requestId", type: "string" },
    10: { name: "statusCode", type: "uint32" },
    11: { name: "statusDesc", type: "string", optional: true },
    12: { name: "relayPeerCount", type: "uint32", optional: true },
  },
} as const satisfies MessageSchema;
