import { decode, encode } from "@ethersproject/rlp";
import { joined } from "./framing.ts";

/** Messages of discv5 (33-DISCV5-02), by their first byte. */
export const messageType = { PING: 1, PONG: 2, FINDNODE: 3, NODES: 4, TALKREQ: 5, TALKRESP: 6 } as const;
export type MessageType = (typeof messageType)[keyof typeof messageType];

/** What stands in a message: a number has no leading zeros. */
export type Item = Uint8Array | number | bigint | readonly Item[];
export type ReadItem = Uint8Array | readonly ReadItem[];

export interface Message {
  readonly type: number;
  readonly requestId: Uint8Array;
  /** After the request id. */
  readonly items: readonly ReadItem[];
}

function numberBytes(value: number | bigint): Uint8Array {
  const hex = value === 0 || value === 0n ? "" : BigInt(value).toString(16);
  return Uint8Array.from(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex"));
}
export const numberOf = (item: ReadItem | undefined): bigint | undefined =>
  item instanceof Uint8Array && item.length <= 8 ? BigInt(`0x0${Buffer.from(item).toString("hex")}`) : undefined;

const isList = (item: Item): item is readonly Item[] => Array.isArray(item);
const plain = (item: Item): Uint8Array | unknown[] =>
  isList(item) ? item.map(plain) : item instanceof Uint8Array ? item : numberBytes(item);

/** Items in RLP. */
export const rlpOf = (items: Item): Uint8Array => Uint8Array.from(Buffer.from(encode(plain(items)).slice(2), "hex"));

const readRlp = (hex: string | unknown[]): ReadItem =>
  Array.isArray(hex) ? hex.map((each) => readRlp(each as string | unknown[])) : Uint8Array.from(Buffer.from(hex.slice(2), "hex"));

/** What RLP says; undefined when it is none. */
export function rlpRead(bytes: Uint8Array): ReadItem | undefined {
  try {
    return readRlp(decode(bytes) as string | unknown[]);
  } catch {
    return undefined;
  }
}

export const messageOf = (type: number, requestId: Uint8Array, ...items: readonly Item[]): Uint8Array =>
  joined([Uint8Array.of(type), rlpOf([requestId, ...items])]);

/** Undefined when the bytes are no message. */
export function readMessage(bytes: Uint8Array): Message | undefined {
  const [type] = bytes;
  const list = rlpRead(bytes.subarray(1));
  if (type === undefined || list === undefined || list instanceof Uint8Array) return undefined;
  const [requestId, ...items] = list;
  return requestId instanceof Uint8Array ? { type, requestId, items } : undefined;
}
