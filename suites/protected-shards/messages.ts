import { createHash } from "node:crypto";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils";
import { derOf, groupOrder, signHash, twinOf } from "../../rfc-checks/rules/ecdsa.ts";
import { int64Bytes } from "../../rfc-checks/rules/int64.ts";
import { messageHash } from "../../rfc-checks/rules/message-hash.ts";
import { appMessageHash, type SignedFields, signMessage } from "../../rfc-checks/rules/signed-message.ts";
import { nowNs } from "../../rfc-checks/rules/timestamp.ts";
import type { WakuMessage } from "../../rfc-checks/wire/message.ts";
import type { ValueOf } from "../../rfc-checks/wire/schema.ts";

export type Message = ValueOf<typeof WakuMessage>;

/** A message that nothing is wrong with, before it is signed, and who may sign it. */
export interface Draft extends SignedFields {
  /** Private keys, 64 hex digits: of the shard's publishers, and of others. */
  readonly own: string;
  readonly other: string;
}

/** What is sent, made of a draft. */
export type Making = (draft: Draft) => Message;

const seconds = 1_000_000_000n;
const fieldsOf = ({ payload, contentTopic, timestamp, ephemeral }: SignedFields): Message => ({
  payload,
  contentTopic,
  timestamp,
  ...(ephemeral !== undefined && { ephemeral }),
});

export const signatureOf = (draft: Draft, key = draft.own): Uint8Array => signMessage(draft, hexToBytes(key));

/** Fields that are signed, and the signature, that differ between two messages. */
export const changes = (sent: Message, came: Message): string[] =>
  (["payload", "contentTopic", "timestamp", "ephemeral", "meta"] as const).filter((field) => read(sent, field) !== read(came, field));

/** An absent field is read as its default. */
const read = (message: Message, field: keyof Message): string => {
  const value = message[field];
  return value instanceof Uint8Array ? bytesToHex(value) : String(value || "");
};

/** As an honest publisher sends it. */
export const signed: Making = (draft) => ({ ...fieldsOf(draft), meta: signatureOf(draft) });
export const unsigned: Making = fieldsOf;

/** Signed as it is sent, but changed before. */
export const signedWith =
  (changes: Partial<SignedFields> | (() => Partial<SignedFields>)): Making =>
  (draft) =>
    signed({ ...draft, ...(typeof changes === "function" ? changes() : changes) });
/** Changed after it was signed. */
const changedTo =
  (changes: (draft: Draft) => Message): Making =>
  (draft) => ({ ...signed(draft), ...changes(draft) });
/** Sent unchanged, with something else in place of the signature. */
const withMeta =
  (meta: (draft: Draft) => Uint8Array): Making =>
  (draft) => ({ ...fieldsOf(draft), meta: meta(draft) });
const atOffset = (offset: bigint): Making => signedWith(() => ({ timestamp: nowNs() + offset }));

/** 57-PSK-10 */
export const sound: Readonly<Record<string, Making>> = {
  plain: signed,
  "ephemeral-false": signedWith({ ephemeral: false }),
  "ephemeral-true": signedWith({ ephemeral: true }),
  "290-s-ahead": atOffset(290n * seconds),
  "290-s-behind": atOffset(-290n * seconds),
  "payload-1-byte": signedWith({ payload: Uint8Array.of(0) }),
  "payload-64-kib": signedWith({ payload: new Uint8Array(64 * 1024).fill(0xa5) }),
  "content-topic-not-ascii": (draft) => signed({ ...draft, contentTopic: `${draft.contentTopic}-ü漢🜁` }),
  "version-1": changedTo(() => ({ version: 1 })),
};

/** 57-PSK-05 */
export const withoutTime: Readonly<Record<string, Making>> = {
  absent: (draft) => ({ ...signedWith({ timestamp: 0n })(draft), timestamp: undefined }),
  zero: signedWith({ timestamp: 0n }),
};

/** 57-PSK-06; each is signed as it is. */
export const outOfTime: Readonly<Record<string, Making>> = {
  "310-s-ahead": atOffset(310n * seconds),
  "310-s-behind": atOffset(-310n * seconds),
  "a-day-ahead": atOffset(86_400n * seconds),
  "first-nanosecond": signedWith({ timestamp: 1n }),
  "before-1970": signedWith({ timestamp: -1n }),
  "in-milliseconds": signedWith(() => ({ timestamp: BigInt(Date.now()) })),
  highest: signedWith({ timestamp: 2n ** 63n - 1n }),
  lowest: signedWith({ timestamp: -(2n ** 63n) }),
};

/** 57-PSK-07 */
export const withoutSignature: Readonly<Record<string, Making>> = { absent: unsigned, empty: withMeta(() => new Uint8Array()) };

/** 57-PSK-08 */
export const ofWrongLength: Readonly<Record<string, Making>> = {
  "1-byte": withMeta(() => Uint8Array.of(1)),
  "32-bytes": withMeta((draft) => signatureOf(draft).subarray(0, 32)),
  "63-bytes": withMeta((draft) => signatureOf(draft).subarray(0, 63)),
  "65-bytes": withMeta((draft) => Uint8Array.of(...signatureOf(draft), 0)),
  der: withMeta((draft) => derOf(signatureOf(draft))),
  twice: withMeta((draft) => Buffer.concat([signatureOf(draft), signatureOf(draft)])),
};

const [r, s] = [(draft: Draft) => signatureOf(draft).subarray(0, 32), (draft: Draft) => signatureOf(draft).subarray(32)];
const zero = new Uint8Array(32);
/** Signed by the right key, but over another hash. */
const overHash = (hash: (draft: Draft) => Uint8Array): Making => withMeta((draft) => signHash(hash(draft), hexToBytes(draft.own)));
const sha256 = (bytes: Uint8Array): Uint8Array => createHash("sha256").update(bytes).digest();
const otherEnd = (number: bigint): bigint => Buffer.from(int64Bytes(number, "big-endian")).readBigInt64LE();

/** 57-PSK-09 */
export const wronglySigned: Readonly<Record<string, Making>> = {
  "other-key": withMeta((draft) => signatureOf(draft, draft.other)),
  "payload-changed": changedTo(({ payload }) => ({ payload: payload.map((byte) => byte ^ 1) })),
  "payload-longer": changedTo(({ payload }) => ({ payload: Uint8Array.of(...payload, 0) })),
  "content-topic-changed": changedTo(({ contentTopic }) => ({ contentTopic: contentTopic.replace("proto", "other") })),
  "timestamp-changed": changedTo(({ timestamp }) => ({ timestamp: timestamp + 1n })),
  "ephemeral-set": changedTo(() => ({ ephemeral: true })),
  "ephemeral-unset": (draft) => ({ ...signedWith({ ephemeral: true })(draft), ephemeral: undefined }),
  "other-shard": withMeta((draft) => signatureOf({ ...draft, pubsubTopic: `${draft.pubsubTopic}2` })),
  "timestamp-big-endian": withMeta((draft) => signatureOf({ ...draft, timestamp: otherEnd(draft.timestamp) })),
  "hash-of-14": overHash((draft) => messageHash(draft.pubsubTopic, draft)),
  "hashed-twice": overHash((draft) => sha256(appMessageHash(draft))),
  "r-and-s-swapped": withMeta((draft) => Buffer.concat([s(draft), r(draft)])),
  "little-endian": withMeta((draft) => Buffer.concat([r(draft).toReversed(), s(draft).toReversed()])),
  "r-zero": withMeta((draft) => Buffer.concat([zero, s(draft)])),
  "s-zero": withMeta((draft) => Buffer.concat([r(draft), zero])),
  "all-zero": withMeta(() => new Uint8Array(64)),
  "all-ones": withMeta(() => new Uint8Array(64).fill(0xff)),
  "r-of-the-order": withMeta((draft) => Buffer.concat([groupOrder, s(draft)])),
  "last-bit": withMeta((draft) => signatureOf(draft).map((byte, at) => (at === 63 ? byte ^ 1 : byte))),
};

/** REC-PSK-01 */
export const twins: Readonly<Record<string, Making>> = { "high-s": withMeta((draft) => twinOf(signatureOf(draft))) };
