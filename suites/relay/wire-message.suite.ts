import type { WakuMessageJson } from "../../fixtures/contract/message.ts";
import { poll } from "../../fixtures/waiting.ts";
import { check } from "../../harness/check.ts";
import { arrivals } from "../../harness/deliveries.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { nowNs } from "../../rfc-checks/rules/timestamp.ts";
import { decode, encode } from "../../rfc-checks/wire/codec.ts";
import { joined } from "../../rfc-checks/wire/framing.ts";
import { RateLimitProof, WakuMessage } from "../../rfc-checks/wire/message.ts";
import type { ValueOf } from "../../rfc-checks/wire/schema.ts";
import { isOf, type Neighbour, ofRelay, relayedPair, same } from "./wire-scene.ts";

type Message = ValueOf<typeof WakuMessage>;
const bytes = (length: number) => new Uint8Array(length).fill(0xa5);
const proof = encode(RateLimitProof, {
  proof: bytes(128),
  ...{ merkleRoot: bytes(32), epoch: bytes(32), shareX: bytes(32), shareY: bytes(32), nullifier: bytes(32) },
});
/** What a message has besides payload and content topic. */
const messages: Record<string, () => Message> = {
  "nothing-else": () => ({}),
  version: () => ({ version: 0 }),
  "version-7": () => ({ version: 7 }),
  timestamp: () => ({ timestamp: nowNs() }),
  "timestamp-negative": () => ({ timestamp: -1n }),
  meta: () => ({ meta: bytes(64) }),
  proof: () => ({ rateLimitProof: proof }),
  ephemeral: () => ({ ephemeral: true }),
  "not-ephemeral": () => ({ ephemeral: false }),
  everything: () => ({ version: 1, timestamp: nowNs(), meta: bytes(8), rateLimitProof: proof, ephemeral: true }),
};

/** Sends bytes through the subject; those that came of them at its other neighbour. */
async function handedOn(scene: Scene<unknown>, from: Neighbour, to: Neighbour, contentTopic: string, data: Uint8Array) {
  const { subject, pubsubTopic } = scene;
  from.gossip.publish(pubsubTopic, data);
  const [came] = await poll(
    async () => to.gossip.delivered(pubsubTopic).filter(({ message }) => isOf(message, contentTopic)),
    (some) => some.length > 0,
    subject.capabilities.timings.deliveryMs,
  );
  return came && (came.message.data ?? new Uint8Array());
}

/** Names of what the node's application is shown otherwise; absent is 0 or false. */
const misread = ({ version = 0, timestamp = 0n, ephemeral = false }: Message, shown: WakuMessageJson): string[] => [
  ...((shown.version ?? 0) === version ? [] : ["version"]),
  // An API may be coarser, but not about none.
  ...((timestamp === 0n) === (BigInt(shown.timestamp ?? 0) === 0n) ? [] : ["timestamp"]),
  ...((shown.ephemeral ?? false) === ephemeral ? [] : ["ephemeral"]),
];

describe("relay on the wire: what a message holds", () => {
  check({
    ...ofRelay,
    id: "relay/wire-message",
    title: "messages are handed on with the fields that they came with, and absent ones read as their defaults",
    requirements: [
      ...["14-MESSAGE-01", "14-MESSAGE-04", "14-MESSAGE-06", "14-MESSAGE-07", "14-MESSAGE-09", "14-MESSAGE-10", "14-MESSAGE-15"],
    ],
    tags: ["#wire"],
    mutates: "connections",
    async observe(scene) {
      const [from, to] = await relayedPair(scene);
      const sendAndSee = async ([name, fields]: readonly [string, () => Message]) => {
        const contentTopic = scene.freshContentTopic();
        const sent: Message = { payload: Buffer.from(scene.freshKey(), "hex"), contentTopic, ...fields() };
        const data = encode(WakuMessage, sent);
        const came = await handedOn(scene, from, to, contentTopic, data);
        const [atNode] = await arrivals(scene.subject, "relay", scene.pubsubTopic, contentTopic);
        const wire = came ? { changed: changed(sent, came), sameBytes: same(came, data) } : null;
        return [name, { wire: exact(wire), misread: exact(atNode ? misread(sent, atNode) : ["absent"]) }] as const;
      };
      return Object.fromEntries(await Promise.all(Object.entries(messages).map(sendAndSee)));
    },
    judge(seen) {
      for (const [name, { wire, misread }] of Object.entries(seen)) {
        expect(wire, "not-delivered", `${name}.wire`).not.to.equal(null);
        expect(wire?.changed, "field-changed", `${name}.wire.changed`).to.deep.equal([]);
        expect(misread, "wrong-value", `${name}.misread`).to.deep.equal([]);
      }
    },
  });

  check({
    ...ofRelay,
    id: "relay/wire-message-unknown-field",
    title: "whether a field that 14 does not have is handed on",
    requirements: ["14-MESSAGE-10"],
    tags: ["#wire"],
    mutates: "connections",
    async observe(scene) {
      const contentTopic = scene.freshContentTopic();
      const known = encode(WakuMessage, { payload: Buffer.from(scene.freshKey(), "hex"), contentTopic });
      // Field 1000, two bytes.
      const data = joined([known, Uint8Array.of(0xc2, 0x3e, 2, 1, 2)]);
      const [from, to] = await relayedPair(scene);
      const came = await handedOn(scene, from, to, contentTopic, data);
      return { arrived: exact(came !== undefined), sameBytes: exact(same(came, data)) };
    },
  });
});

/** Names of the fields that differ; one that has its default may be left out. */
function changed(sent: Message, data: Uint8Array): string[] {
  const { value } = decode(WakuMessage, data);
  const text = (field: unknown): string => (field instanceof Uint8Array ? Buffer.from(field).toString("hex") : String(field || ""));
  return Object.values(WakuMessage.fields)
    .map(({ name }) => name)
    .filter((name) => text(sent[name]) !== text(value[name]));
}
