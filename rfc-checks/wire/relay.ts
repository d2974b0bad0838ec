import type { MessageSchema } from "./schema.ts";

/** 11/WAKU2-RELAY */
export const relayProtocol = "/vac/waku/relay/2.0.0";

/** Names as in 11; control messages as in gossipsub 1.0 to 1.2, which 11 refers to. */
const SubOpts = {
  name: "SubOpts",
  fields: { 1: { name: "subscribe", type: "bool" }, 2: { name: "topicid", type: "string" } },
} as const satisfies MessageSchema;

/** `data` holds a WakuMessage. StrictNoSign: `from`, `seqno`, `signature` and `key` stay absent (11-RELAY-08). */
export const RelayMessage = {
  name: "Message",
  fields: {
    // 11 calls it a string; it holds the bytes of a peer id.
    1: { name: "from", type: "bytes", optional: true },
    2: { name: "data", type: "bytes" },
    3: { name: "seqno", type: "bytes", optional: true },
    4: { name: "topicIDs", type: "string", repeated: true, limit: 1 },
    5: { name: "signature", type: "bytes", optional: true },
    6: { name: "key", type: "bytes", optional: true },
  },
} as const satisfies MessageSchema;

/** 29/WAKU2-CONFIG, Other configuration: ids in an IHAVE. */
const maxIHaveIds = 5_000;

const IHave = {
  name: "ControlIHave",
  fields: {
    1: { name: "topicID", type: "string", optional: true },
    2: { name: "messageIDs", type: "bytes", repeated: true, limit: maxIHaveIds },
  },
} as const satisfies MessageSchema;

const IWant = {
  name: "ControlIWant",
  fields: { 1: { name: "messageIDs", type: "bytes", repeated: true } },
} as const satisfies MessageSchema;

const Graft = { name: "ControlGraft", fields: { 1: { name: "topicID", type: "string", optional: true } } } as const satisfies MessageSchema;

const PeerInfo = {
  name: "PeerInfo",
  fields: { 1: { name: "peerID", type: "bytes", optional: true }, 2: { name: "signedPeerRecord", type: "bytes", optional: true } },
} as const satisfies MessageSchema;

const Prune = {
  name: "ControlPrune",
  fields: {
    1: { name: "topicID", type: "string", optional: true },
    2: { name: "peers", type: PeerInfo, repeated: true },
    /** seconds */
    3: { name: "backoff", type: "uint64", optional: true },
  },
} as const satisfies MessageSchema;

const IDontWant = {
  name: "ControlIDontWant",
  fields: { 1: { name: "messageIDs", type: "bytes", repeated: true } },
} as const satisfies MessageSchema;

const Control = {
  name: "ControlMessage",
  fields: {
    1: { name: "ihave", type: IHave, repeated: true },
    2: { name: "iwant", type: IWant, repeated: true },
    3: { name: "graft", type: Graft, repeated: true },
    4: { name: "prune", type: Prune, repeated: true },
    5: { name: "idontwant", type: IDontWant, repeated: true },
  },
} as const satisfies MessageSchema;

/** One frame of a relay stream. */
export const RelayRpc = {
  name: "RPC",
  fields: {
    1: { name: "subscriptions", type: SubOpts, repeated: true },
    2: { name: "publish", type: RelayMessage, repeated: true },
    3: { name: "control", type: Control, optional: true },
  },
} as const satisfies MessageSchema;
