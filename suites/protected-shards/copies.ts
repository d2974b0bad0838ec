import { twinOf } from "../../rfc-checks/rules/ecdsa.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { encodeField } from "../../rfc-checks/wire/encode.ts";
import { RateLimitProof, WakuMessage } from "../../rfc-checks/wire/message.ts";
import { fieldsOf } from "../../rfc-checks/wire/schema.ts";
import { type Draft, type Making, type Message, signed } from "./messages.ts";

/** Another form of a message: what was signed is the same. */
export type Copy = (message: Message) => Uint8Array;

const bytes = (message: Message): Uint8Array => encode(WakuMessage, message);
const join = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));
const fill = (length: number): Uint8Array => new Uint8Array(length).fill(0xa5);
const proof = (length: number): Uint8Array => {
  const part = fill(length);
  return encode(RateLimitProof, { proof: part, merkleRoot: part, epoch: part, shareX: part, shareY: part, nullifier: part });
};

/** A field that no document has: number 100, bytes. */
export const unknownField = (content: Uint8Array): Uint8Array => join(Uint8Array.of(0xa2, 0x06), varint(content.length), content);

function varint(value: number): Uint8Array {
  const low = value & 0x7f;
  return value < 0x80 ? Uint8Array.of(value) : join(Uint8Array.of(low | 0x80), varint(value >>> 7));
}

const parts = (message: Message): Uint8Array[] =>
  fieldsOf(WakuMessage).map(([number, field]) => encodeField(number, field, message[field.name as keyof Message]));
/** The same bytes with the first tag in two bytes: a varint may have zeros at its end. */
const longTag = (message: Message): Uint8Array => join(Uint8Array.of(0x8a, 0x00), bytes(message).subarray(1));
function longLength(message: Message): Uint8Array {
  const { length = 0 } = message.payload ?? {};
  return join(Uint8Array.of(0x0a, length | 0x80, 0x00), bytes(message).subarray(2));
}

/** Every way to make a message look new without the key. */
export const copies: Readonly<Record<string, Copy>> = {
  version: (message) => bytes({ ...message, version: 7 }),
  "version-explicit": (message) => bytes({ ...message, version: 0 }),
  "ephemeral-explicit": (message) => bytes({ ...message, ephemeral: false }),
  "rate-limit-proof": (message) => bytes({ ...message, rateLimitProof: proof(32) }),
  "unknown-field": (message) => join(bytes(message), unknownField(fill(16))),
  "unknown-field-100-kib": (message) => join(bytes(message), unknownField(fill(100 * 1024))),
  "fields-reversed": (message) => join(...parts(message).reverse()),
  "payload-twice": (message) => join(bytes({ payload: fill(16) }), bytes(message)),
  "long-tag": longTag,
  "long-length": longLength,
  twin: (message) => bytes({ ...message, meta: twinOf(message.meta as Uint8Array) }),
};

/** Signed for one shard with one division into fields, sent on another or with another: 57 puts nothing between the fields. */
export interface Move {
  /** What was signed. */
  readonly original: Message;
  readonly originalShard: number;
  /** What is sent. */
  readonly moved: Message;
  readonly shard: number;
}
type Moving = (draft: (shard: number) => Draft) => Move;

const text = (words: string): Uint8Array => Uint8Array.from(Buffer.from(words));
const move = (of: Draft, signedAs: Partial<Draft>, sentAs: Message, [originalShard, shard]: readonly [number, number]): Move => {
  const original = (signed as Making)({ ...of, ...signedAs });
  return { original, originalShard, moved: { ...original, ...sentAs }, shard };
};

/** Bytes that are moved from one signed field into its neighbour. */
export const moves: Readonly<Record<string, Moving>> = {
  "payload-into-content-topic": (draft) => {
    const plain = draft(1);
    const payload = join(plain.payload, text("/moved"));
    return move(plain, { payload }, { payload: plain.payload, contentTopic: `/moved${plain.contentTopic}` }, [1, 1]);
  },
  "content-topic-into-payload": (draft) => {
    const plain = draft(1);
    const contentTopic = `/moved${plain.contentTopic}`;
    return move(plain, { contentTopic }, { payload: join(plain.payload, text("/moved")), contentTopic: plain.contentTopic }, [1, 1]);
  },
  "payload-into-shard": (draft) => {
    const plain = draft(1);
    return move(plain, { payload: join(text("2"), plain.payload) }, { payload: plain.payload }, [1, 12]);
  },
  "shard-into-payload": (draft) => {
    const plain = draft(12);
    return move(plain, {}, { payload: join(text("2"), plain.payload) }, [12, 1]);
  },
};
