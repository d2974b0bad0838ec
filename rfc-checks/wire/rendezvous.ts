import type { EnumSchema, MessageSchema } from "./schema.ts";

/** WAKU-RENDEZVOUS: libp2p's messages under an id of its own. */
export const rendezvousProtocol = "/vac/waku/rendezvous/1.0.0";
/** libp2p's own, from which Waku's derives. */
export const libp2pRendezvousProtocol = "/rendezvous/1.0.0";

export const RendezvousType = {
  name: "MessageType",
  values: { REGISTER: 0, REGISTER_RESPONSE: 1, UNREGISTER: 2, DISCOVER: 3, DISCOVER_RESPONSE: 4 },
} as const satisfies EnumSchema;

export const RendezvousStatus = {
  name: "ResponseStatus",
  values: {
    OK: 0,
    E_INVALID_NAMESPACE: 100,
    E_INVALID_SIGNED_PEER_RECORD: 101,
    E_INVALID_TTL: 102,
    E_INVALID_COOKIE: 103,
    E_NOT_AUTHORIZED: 200,
    E_INTERNAL_ERROR: 300,
    E_UNAVAILABLE: 400,
  },
} as const satisfies EnumSchema;

/** libp2p rendezvous: bytes of a namespace. */
const maxNamespaceBytes = 255;

const Register = {
  name: "Register",
  fields: {
    1: { name: "ns", type: "string", limit: maxNamespaceBytes },
    /** a signed envelope around a WakuPeerRecord */
    2: { name: "signedPeerRecord", type: "bytes" },
    /** seconds */
    3: { name: "ttl", type: "uint64", optional: true },
  },
} as const satisfies MessageSchema;

const RegisterResponse = {
  name: "RegisterResponse",
  fields: {
    1: { name: "status", type: RendezvousStatus, optional: true },
    2: { name: "statusText", type: "string", optional: true },
    3: { name: "ttl", type: "uint64", optional: true },
  },
} as const satisfies MessageSchema;

const Unregister = {
  name: "Unregister",
  fields: { 1: { name: "ns", type: "string", optional: true, limit: maxNamespaceBytes } },
} as const satisfies MessageSchema;

const Discover = {
  name: "Discover",
  fields: {
    1: { name: "ns", type: "string", optional: true, limit: maxNamespaceBytes },
    2: { name: "limit", type: "uint64", optional: true },
    3: { name: "cookie", type: "bytes", optional: true },
  },
} as const satisfies MessageSchema;

const DiscoverResponse = {
  name: "DiscoverResponse",
  fields: {
    1: { name: "registrations", type: Register, repeated: true },
    2: { name: "cookie", type: "bytes", optional: true },
    3: { name: "status", type: RendezvousStatus, optional: true },
    4: { name: "statusText", type: "string", optional: true },
  },
} as const satisfies MessageSchema;

export const RendezvousMessage = {
  name: "Message",
  fields: {
    1: { name: "type", type: RendezvousType },
    2: { name: "register", type: Register, optional: true },
    3: { name: "registerResponse", type: RegisterResponse, optional: true },
    4: { name: "unregister", type: Unregister, optional: true },
    5: { name: "discover", type: Discover, optional: true },
    6: { name: "discoverResponse", type: DiscoverResponse, optional: true },
  },
} as const satisfies MessageSchema;

/** Multicodec 0x300000. */
export const wakuPeerRecordType = Uint8Array.of(0x30, 0x00, 0x00);
/** What a signature over a record is bound to. */
export const wakuPeerRecordDomain = "libp2p-custom-peer-record";
export const WakuPeerRecord = {
  name: "WakuPeerRecord",
  fields: {
    1: { name: "peerId", type: "string" },
    2: { name: "seqNo", type: "uint64" },
    3: { name: "multiaddrs", type: "string", repeated: true },
    4: { name: "mixPublicKey", type: "bytes", optional: true },
  },
} as const satisfies MessageSchema;
