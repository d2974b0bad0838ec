import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { joined } from "./framing.ts";

/** 33/WAKU2-DISCV5: Ethereum's discv5, version 1 of its packets, under a protocol id of its own (33-DISCV5-01). */
export const discv5ProtocolId = "d5waku";
/** Of the network that is another one (33-DISCV5-03). */
export const ethereumProtocolId = "discv5";
export const discv5Version = 1;

export const packetFlag = { message: 0, whoareyou: 1, handshake: 2 } as const;
/** 33-DISCV5-02: larger and smaller packets are none. */
const packetBytes = { least: 63, most: 1_280 } as const;
export const nonceBytes = 12;
const ivBytes = 16;
const staticBytes = 23;

export interface PacketHeader {
  /** Six bytes, as latin-1. */
  readonly protocolId: string;
  readonly version: number;
  readonly flag: number;
  readonly nonce: Uint8Array;
  readonly authdata: Uint8Array;
}

export interface Packet {
  readonly header: PacketHeader;
  /** Encrypted; nothing in a WHOAREYOU. */
  readonly message: Uint8Array;
  /** What the encryption of the message vouches for: masking IV and plain header. */
  readonly ad: Uint8Array;
}

export const header = (flag: number, authdata: Uint8Array, nonce: Uint8Array = randomBytes(nonceBytes)): PacketHeader => ({
  ...{ protocolId: discv5ProtocolId, version: discv5Version, flag, nonce, authdata },
});

/** @param authdataSize told as the size of the authdata; by default what it is */
export function headerBytes({ protocolId, version, flag, nonce, authdata }: PacketHeader, authdataSize = authdata.length): Uint8Array {
  const fixed = Buffer.alloc(staticBytes);
  fixed.write(protocolId, 0, 6, "latin1");
  fixed.writeUInt16BE(version, 6);
  fixed.writeUInt8(flag, 8);
  fixed.set(nonce, 9);
  fixed.writeUInt16BE(authdataSize, 21);
  return joined([fixed, authdata]);
}

/** What the encryption of a message vouches for. */
export const associatedData = (iv: Uint8Array, plainHeader: Uint8Array): Uint8Array => joined([iv, plainHeader]);

export const newIv = (): Uint8Array => randomBytes(ivBytes);

/** A datagram for a node. @param destination its node id */
export function packetOf(
  destination: Uint8Array,
  iv: Uint8Array,
  plainHeader: Uint8Array,
  message: Uint8Array = new Uint8Array(),
): Uint8Array {
  const mask = createCipheriv("aes-128-ctr", destination.subarray(0, 16), iv);
  return joined([iv, mask.update(plainHeader), message]);
}

/** A datagram as the node with this id reads it; its protocol id and version are for the caller to judge. */
export function readPacket(nodeId: Uint8Array, datagram: Uint8Array): Packet | { readonly fault: "too-small" | "too-large" | "cut" } {
  if (datagram.length < packetBytes.least) return { fault: "too-small" };
  if (datagram.length > packetBytes.most) return { fault: "too-large" };
  const iv = datagram.subarray(0, ivBytes);
  const mask = createDecipheriv("aes-128-ctr", nodeId.subarray(0, 16), iv);
  const fixed = mask.update(datagram.subarray(ivBytes, ivBytes + staticBytes));
  const size = fixed.readUInt16BE(21);
  const end = ivBytes + staticBytes + size;
  if (datagram.length < end) return { fault: "cut" };
  const authdata = Uint8Array.from(mask.update(datagram.subarray(ivBytes + staticBytes, end)));
  return {
    header: {
      protocolId: fixed.toString("latin1", 0, 6),
      version: fixed.readUInt16BE(6),
      flag: fixed.readUInt8(8),
      nonce: Uint8Array.from(fixed.subarray(9, 21)),
      authdata,
    },
    message: datagram.slice(end),
    ad: associatedData(iv, joined([fixed, authdata])),
  };
}

interface Challenge {
  readonly idNonce: Uint8Array;
  readonly enrSeq: bigint;
}
const challengeBytes = 24;

export const challengeAuthdata = ({ idNonce, enrSeq }: Challenge): Uint8Array => {
  const seq = Buffer.alloc(8);
  seq.writeBigUInt64BE(enrSeq);
  return joined([idNonce, seq]);
};

export const readChallenge = (authdata: Uint8Array): Challenge | undefined =>
  authdata.length === challengeBytes
    ? { idNonce: authdata.slice(0, 16), enrSeq: Buffer.from(authdata.subarray(16)).readBigUInt64BE() }
    : undefined;

export interface Handshake {
  readonly sourceId: Uint8Array;
  readonly signature: Uint8Array;
  readonly ephemeralKey: Uint8Array;
  /** RLP of the sender's record, or nothing. */
  readonly record: Uint8Array;
}

export const handshakeAuthdata = ({ sourceId, signature, ephemeralKey, record }: Handshake): Uint8Array =>
  joined([sourceId, Uint8Array.of(signature.length, ephemeralKey.length), signature, ephemeralKey, record]);

export function readHandshake(authdata: Uint8Array): Handshake | undefined {
  const [signatureSize = 0, keySize = 0] = authdata.subarray(32, 34);
  const [key, record] = [34 + signatureSize, 34 + signatureSize + keySize];
  if (authdata.length < record) return undefined;
  return {
    sourceId: authdata.slice(0, 32),
    signature: authdata.slice(34, key),
    ephemeralKey: authdata.slice(key, record),
    record: authdata.slice(record),
  };
}
