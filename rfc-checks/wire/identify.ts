import type { MessageSchema } from "./schema.ts";

/** libp2p's, which 10/WAKU2 uses directly. */
export const identifyProtocol = "/ipfs/id/1.0.0";
export const identifyPushProtocol = "/ipfs/id/push/1.0.0";
export const pingProtocol = "/ipfs/ping/1.0.0";

export const Identify = {
  name: "Identify",
  fields: {
    1: { name: "publicKey", type: "bytes", optional: true },
    /** binary multiaddrs, as is the observed one */
    2: { name: "listenAddrs", type: "bytes", repeated: true },
    3: { name: "protocols", type: "string", repeated: true },
    4: { name: "observedAddr", type: "bytes", optional: true },
    5: { name: "protocolVersion", type: "string", optional: true },
    6: { name: "agentVersion", type: "string", optional: true },
    8: { name: "signedPeerRecord", type: "bytes", optional: true },
  },
} as const satisfies MessageSchema;
