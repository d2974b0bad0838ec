import type { MessageSchema } from "./schema.ts";

/** 34/WAKU2-PEER-EXCHANGE */
export const peerExchangeProtocol = "/vac/waku/peer-exchange/2.0.0-alpha1";

/** EIP-778: the whole record. */
const maxEnrBytes = 300;

const PeerInfo = { name: "PeerInfo", fields: { 1: { name: "enr", type: "bytes", limit: maxEnrBytes } } } as const satisfies MessageSchema;

const PeerExchangeQuery = {
  name: "PeerExchangeQuery",
  fields: { 1: { name: "numPeers", type: "uint64" } },
} as const satisfies MessageSchema;

const PeerExchangeResponse = {
  name: "PeerExchangeResponse",
  fields: { 1: { name: "peerInfos", type: PeerInfo, repeated: true } },
} as const satisfies MessageSchema;

/** Query and response in the same envelope. */
export const PeerExchangeRpc = {
  name: "PeerExchangeRPC",
  fields: {
    1: { name: "query", type: PeerExchangeQuery, optional: true },
    2: { name: "response", type: PeerExchangeResponse, optional: true },
  },
} as const satisfies MessageSchema;
