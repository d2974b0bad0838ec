import { createHash } from "node:crypto";
import { signHash } from "../../rfc-checks/rules/ecdsa.ts";
import { messageToSign } from "../../rfc-checks/rules/signed-message.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { WakuMessage } from "../../rfc-checks/wire/message.ts";
import { type Draft, type Message, signed, signedWith } from "./messages.ts";

/** Bytes of a message that is signed as far as its fields can be. */
type Extreme = (draft: Draft) => Uint8Array;

const bytes = (message: Message): Uint8Array => encode(WakuMessage, message);
const join = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));
const of = (...values: readonly number[]): Uint8Array => Uint8Array.of(...values);
/** Tags of field and wire type. */
const [contentTopicTag, timestampTag, metaNumber, ephemeralTag] = [of(0x12), of(0x50), of(0x58), of(0xf8, 0x01)];
/** 64 bits, all set, and one bit more. */
const [longest, tooLong] = [of(...Array(9).fill(0xff), 0x01), of(...Array(10).fill(0xff), 0x01)];

/** A content topic that is no UTF-8, signed by its bytes. */
function notUtf8(draft: Draft): Uint8Array {
  const bad = of(0xff, 0xfe, 0xc0);
  const { payload, pubsubTopic } = draft;
  const rest = messageToSign({ ...draft, pubsubTopic: "", payload: new Uint8Array(), contentTopic: "" });
  const hash = createHash("sha256")
    .update(join(Buffer.from(pubsubTopic), payload, bad, rest))
    .digest();
  const meta = signHash(hash, Buffer.from(draft.own, "hex"));
  return join(bytes({ payload }), contentTopicTag, of(bad.length), bad, bytes({ timestamp: draft.timestamp, meta }));
}

const ephemeral = signedWith({ ephemeral: true });
const withoutEphemeral = (draft: Draft): Uint8Array => bytes({ ...ephemeral(draft), ephemeral: undefined });

/** Every signed field, and the signature, at its extremes. */
const all: Readonly<Record<string, Extreme>> = {
  "payload-empty": (draft) => bytes(signedWith({ payload: new Uint8Array() })(draft)),
  "payload-absent": (draft) => bytes({ ...signedWith({ payload: new Uint8Array() })(draft), payload: undefined }),
  "payload-149-kb": (draft) => bytes(signedWith({ payload: new Uint8Array(149_000).fill(0xa5) })(draft)),
  "payload-1-mib": (draft) => bytes(signedWith({ payload: new Uint8Array(1024 * 1024).fill(0xa5) })(draft)),
  "content-topic-empty": (draft) => bytes(signedWith({ contentTopic: "" })(draft)),
  "content-topic-absent": (draft) => bytes({ ...signedWith({ contentTopic: "" })(draft), contentTopic: undefined }),
  "content-topic-64-kib": (draft) => bytes(signedWith({ contentTopic: draft.contentTopic.padEnd(64 * 1024, "x") })(draft)),
  "content-topic-not-utf8": notUtf8,
  "timestamp-65-bits": (draft) => join(bytes({ ...signed(draft), timestamp: undefined }), timestampTag, tooLong),
  "timestamp-twice": (draft) => join(bytes({ timestamp: 1n }), bytes(signed(draft))),
  "ephemeral-2": (draft) => join(withoutEphemeral(draft), ephemeralTag, of(2)),
  "ephemeral-longest": (draft) => join(withoutEphemeral(draft), ephemeralTag, longest),
  "meta-twice": (draft) => join(bytes({ meta: new Uint8Array(64) }), bytes(signed(draft))),
  "meta-100-kib": (draft) => bytes({ ...signed(draft), meta: new Uint8Array(100 * 1024) }),
  "meta-a-number": (draft) => join(bytes({ ...signed(draft), meta: undefined }), metaNumber, of(64)),
};

/** By field. */
export const extremes: Readonly<Record<string, readonly (readonly [name: string, Extreme])[]>> = Object.fromEntries(
  ["payload", "content-topic", "timestamp", "ephemeral", "meta"].map((field) => [
    field,
    Object.entries(all).filter(([name]) => name.startsWith(field)),
  ]),
);
