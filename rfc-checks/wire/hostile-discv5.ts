import { challengeAuthdata, type Handshake, handshakeAuthdata, header, headerBytes, newIv, packetFlag, packetOf } from "./discv5.ts";
import { type Item, messageOf, messageType, rlpOf } from "./discv5-message.ts";
import { joined } from "./framing.ts";
import { noise } from "./noise.ts";

export interface HostileBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const seed = 33;
/** What an IPv4 datagram can hold. */
const largestDatagram = 65_507;
const beyondPacket = [1_281, 1_500, 9_000, largestDatagram];
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

/**
 * Datagrams that a careful peer does not send, by what is wrong with them.
 * @param destination node id of who gets them
 * @param source node id of who claims to send them
 */
export function hostileDatagrams(destination: Uint8Array, source: Uint8Array): Readonly<Record<string, readonly HostileBytes[]>> {
  const masked = (plain: Uint8Array, message: Uint8Array) => packetOf(destination, newIv(), plain, message);
  const message = noise(seed, 44);
  const ordinary = masked(headerBytes(header(packetFlag.message, source)), message);
  const proof = { sourceId: source, signature: noise(seed, 64), ephemeralKey: joined([Uint8Array.of(2), noise(seed, 32)]) };
  const handshake = masked(headerBytes(header(packetFlag.handshake, handshakeAuthdata({ ...proof, record: noise(seed, 200) }))), message);
  const whoareyou = headerBytes(header(packetFlag.whoareyou, challengeAuthdata({ idNonce: noise(seed, 16), enrSeq: 2n ** 64n - 1n })));
  const cut = (name: string, whole: Uint8Array) =>
    range(0, whole.length).map((size) => ({ name: `${name}-${size}`, bytes: whole.subarray(0, size) }));
  const withAuthdata = (flag: number, size: number) => masked(headerBytes(header(flag, noise(seed, size))), message);
  return {
    "noise-of-every-length": [...range(0, beyondPacket[0] ?? 0), ...beyondPacket].map((size) => ({
      name: `noise-${size}`,
      bytes: noise(size, size),
    })),
    truncated: [...cut("ordinary", ordinary), ...cut("handshake", handshake), ...cut("whoareyou", masked(whoareyou, new Uint8Array()))],
    lengthened: [100, 1_000, 1_189, 1_190, 2_000].map((more) => ({
      name: `ordinary-and-${more}`,
      bytes: joined([ordinary, noise(seed, more)]),
    })),
    "every-flag": range(0, 256).map((flag) => ({ name: `flag-${flag}`, bytes: withAuthdata(flag, 32) })),
    "authdata-of-other-sizes": Object.entries(packetFlag).flatMap(([name, flag]) =>
      [0, 1, 23, 24, 25, 31, 33, 34, 130, 131, 132, 1_000].map((size) => ({ name: `${name}-${size}`, bytes: withAuthdata(flag, size) })),
    ),
    "wrong-authdata-size": [0, 1, 31, 33, 255, 256, 1_280, 32_767, 32_768, 65_535].map((told) => ({
      name: `told-${told}`,
      bytes: masked(headerBytes(header(packetFlag.message, source), told), message),
    })),
    "whoareyou-unasked": [{ name: "whoareyou", bytes: masked(whoareyou, new Uint8Array()) }],
  };
}

/** Proofs that are not right, by what is wrong with them. */
export const spoiltHandshakes: Readonly<Record<string, (right: Handshake) => Handshake>> = {
  "signature-of-zeros": (right) => ({ ...right, signature: new Uint8Array(64) }),
  "signature-empty": (right) => ({ ...right, signature: new Uint8Array() }),
  "signature-long": (right) => ({ ...right, signature: noise(seed, 255) }),
  "signature-of-noise": (right) => ({ ...right, signature: noise(seed, 64) }),
  "key-empty": (right) => ({ ...right, ephemeralKey: new Uint8Array() }),
  "key-of-zeros": (right) => ({ ...right, ephemeralKey: new Uint8Array(33) }),
  "key-off-the-curve": (right) => ({ ...right, ephemeralKey: joined([Uint8Array.of(2), new Uint8Array(32).fill(0xff)]) }),
  "key-uncompressed-size": (right) => ({ ...right, ephemeralKey: joined([Uint8Array.of(4), noise(seed, 64)]) }),
  "record-none": (right) => ({ ...right, record: new Uint8Array() }),
  "record-of-noise": (right) => ({ ...right, record: noise(seed, 200) }),
  "record-cut": (right) => ({ ...right, record: right.record.slice(0, -1) }),
  "record-changed": (right) => ({ ...right, record: right.record.map((byte, index) => (index === 20 ? byte ^ 1 : byte)) }),
  "record-empty-list": (right) => ({ ...right, record: rlpOf([]) }),
  "record-of-a-thousand-bytes": (right) => ({ ...right, record: noise(seed, 800) }),
  "other-source": (right) => ({ ...right, sourceId: noise(seed, 32) }),
};

const id = Uint8Array.of(7);
const deep = (depth: number): Item => (depth === 0 ? [] : [deep(depth - 1)]);

/** Fair messages, by name: what they are made of is misused. */
const fair: Readonly<Record<string, readonly [type: number, ...items: readonly Item[]]>> = {
  ping: [messageType.PING, 1],
  pong: [messageType.PONG, 1, Uint8Array.of(127, 0, 0, 1), 9_000],
  findnode: [messageType.FINDNODE, [256, 255]],
  nodes: [messageType.NODES, 1, []],
  talkreq: [messageType.TALKREQ, Uint8Array.of(1), Uint8Array.of(2)],
  talkresp: [messageType.TALKRESP, Uint8Array.of(1)],
};

const values: Readonly<Record<string, Item>> = {
  empty: new Uint8Array(),
  zero: Uint8Array.of(0),
  "leading-zero": Uint8Array.of(0, 1),
  "uint16-over": 65_536,
  "uint64-max": 2n ** 64n - 1n,
  "uint64-over": 2n ** 64n,
  "a-thousand-bytes": noise(seed, 1_000),
  "empty-list": [],
  "list-of-lists": [[], [], []],
  "many-items": Array.from({ length: 500 }, (_, index) => index % 257),
  "huge-items": [2n ** 64n, 2n ** 256n],
};

/** Messages that a careful peer does not send, for a session, by what they are made of. */
export function hostileDiscv5Messages(): Readonly<Record<string, readonly HostileBytes[]>> {
  return {
    whole: [
      { name: "nothing", bytes: new Uint8Array() },
      ...range(0, 256).map((type) => ({ name: `type-${type}-alone`, bytes: Uint8Array.of(type) })),
      ...range(0, 256).map((type) => ({ name: `type-${type}-empty`, bytes: messageOf(type, id) })),
      ...[1, 32, 1_000].map((size) => ({ name: `noise-${size}`, bytes: noise(seed, size) })),
    ],
    ...Object.fromEntries(Object.entries(fair).map(([name, [type, ...items]]) => [name, misused(type, items)])),
  };
}

function misused(type: number, items: readonly Item[]): readonly HostileBytes[] {
  const right = messageOf(type, id, ...items);
  const at = (index: number, item: Item): readonly Item[] => items.map((own, each) => (each === index ? item : own));
  const raw = (name: string, content: Item): HostileBytes => ({ name, bytes: joined([Uint8Array.of(type), rlpOf(content)]) });
  return [
    ...range(0, right.length).map((size) => ({ name: `cut-${size}`, bytes: right.subarray(0, size) })),
    { name: "byte-too-many", bytes: joined([right, Uint8Array.of(0)]) },
    { name: "twice", bytes: joined([right, right]) },
    raw("no-list", id),
    raw("list-in-list", [[id, ...items]]),
    raw("deep", deep(300)),
    raw("no-id", [...items]),
    raw("item-too-many", [id, ...items, 1]),
    ...[0, 8, 9, 500].map((size) => ({ name: `id-of-${size}`, bytes: messageOf(type, noise(seed, size), ...items) })),
    raw("id-is-a-list", [[], ...items]),
    ...items.map((_, index) => ({
      name: `item-${index}-missing`,
      bytes: messageOf(type, id, ...items.filter((_one, each) => each !== index)),
    })),
    ...items.flatMap((_, index) =>
      Object.entries(values).map(([name, item]) => ({ name: `item-${index}-${name}`, bytes: messageOf(type, id, ...at(index, item)) })),
    ),
  ];
}
