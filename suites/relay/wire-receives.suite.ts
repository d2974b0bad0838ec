import type { PubsubMessage, Rpc } from "../../fixtures/contract/gossip.ts";
import { poll } from "../../fixtures/waiting.ts";
import { must } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact, set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { RelayRpc } from "../../rfc-checks/wire/relay.ts";
import { measured } from "../measured.ts";
import { heartbeatMs, isOf, type Neighbour, neighbour, ofRelay, relayedPair, relays, same, wakuMessage } from "./wire-scene.ts";

/** What a bad neighbour sends, given a sound message. */
type Offence = (scene: Scene<unknown>, bad: Neighbour, data: Uint8Array) => readonly PubsubMessage[] | Promise<readonly PubsubMessage[]>;
const plain = (scene: Scene<unknown>, data: Uint8Array): PubsubMessage => ({ data, topicIDs: [scene.pubsubTopic] });
const eight = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const none = new Uint8Array();
const withField =
  (fields: Partial<PubsubMessage>): Offence =>
  (scene, _bad, data) => [{ ...plain(scene, data), ...fields }];

/** What StrictNoSign has not. */
const signedFields: Record<string, Offence> = {
  signed: async (scene, { gossip }, data) => [await gossip.signed(scene.pubsubTopic, data)],
  "signed-badly": async (scene, { gossip }, data) => [{ ...(await gossip.signed(scene.pubsubTopic, data)), signature: eight }],
  from: withField({ from: eight }),
  seqno: withField({ seqno: eight }),
  signature: withField({ signature: eight }),
  key: withField({ key: eight }),
};
/** The same fields with nothing in them, which some cannot tell from absent ones. */
const emptyFields: Record<string, Offence> = {
  from: withField({ from: none }),
  seqno: withField({ seqno: none }),
  signature: withField({ signature: none }),
  key: withField({ key: none }),
};

const strangers: Record<string, Offence> = {
  "no-topic": (_scene, _bad, data) => [{ data }],
  "empty-topic": (_scene, _bad, data) => [{ data, topicIDs: [""] }],
  "two-topics": (scene, _bad, data) => [{ data, topicIDs: [scene.pubsubTopic, scene.freshPubsubTopic()] }],
  "topic-twice": (scene, _bad, data) => [{ data, topicIDs: [scene.pubsubTopic, scene.pubsubTopic] }],
  "no-data": (scene) => [{ topicIDs: [scene.pubsubTopic] }],
  "empty-data": (scene) => [{ data: none, topicIDs: [scene.pubsubTopic] }],
  "not-protobuf": (scene) => [plain(scene, new Uint8Array(8).fill(0xff))],
  "no-content-topic": (scene) => [plain(scene, wakuMessage(scene, { contentTopic: "" }))],
  "meta-65-bytes": (scene) => [plain(scene, wakuMessage(scene, { meta: new Uint8Array(65) }))],
  "timestamp-1": (scene) => [plain(scene, wakuMessage(scene, { timestamp: 1n }))],
  "timestamp-a-minute-ahead": (scene) => [plain(scene, wakuMessage(scene, { timestamp: BigInt(Date.now() + 60_000) * 1_000_000n }))],
  "200-kib": (scene) => [plain(scene, wakuMessage(scene, { payload: new Uint8Array(200 * 1024) }))],
};

/** Sends from a third neighbour; whether it was handed on, and whether others are served after it. */
async function offend(scene: Scene<Offence>) {
  const { subject, pubsubTopic, variant } = scene;
  const [from, to] = await relayedPair(scene);
  const bad = await neighbour(scene);
  const data = wakuMessage(scene);
  const publish = await variant(scene, bad, data);
  const before = to.gossip.received.length;
  bad.gossip.send({ publish });
  // From the same stream and sound, so that what was sent before it has been dealt with when it comes.
  const after = wakuMessage(scene);
  bad.gossip.publish(pubsubTopic, after);
  const sound = await poll(
    async () => to.gossip.delivered(pubsubTopic).some(({ message }) => same(message.data, after)),
    (came) => came,
    heartbeatMs,
  );
  const proof = await relays(scene, from, to);
  const handedOn = to.gossip.received
    .slice(before)
    .flatMap(({ rpc }) => rpc?.publish ?? [])
    .filter((one) => publish.some((sent) => same(one.data ?? none, sent.data ?? none)));
  return {
    handedOn: exact(handedOn.length),
    asSent: exact(
      handedOn.every((one) => publish.some((sent) => same(encode(RelayRpc, { publish: [one] }), encode(RelayRpc, { publish: [sent] })))),
    ),
    senderStillServed: exact(sound),
    senderStillConnected: exact(bad.probe.connected(subject.peerId)),
    proof: exact(proof),
  };
}

const ofOffender = { ...ofRelay, tags: ["#wire", "#hostile"], mutates: "node", observe: offend } as const;

const demandProof = ({ proof }: { readonly proof: boolean }): void => void expect(proof, "not-delivered", "proof").to.equal(true);

describe("relay on the wire: what a node does with strange messages", () => {
  check(
    measured({
      ...ofOffender,
      id: "relay/wire-signed",
      revision: 2,
      title: "a message that carries what StrictNoSign has not goes no further; others are served after it",
      requirements: ["11-RELAY-03", "11-RELAY-09", "CONN-05"],
      variants: signedFields,
      judge({ handedOn, proof }) {
        demandProof({ proof });
        expect(handedOn, "accepted-invalid", "handedOn").to.equal(0);
      },
    }),
  );

  check(
    measured({
      ...ofOffender,
      id: "relay/wire-empty-fields",
      title: "what becomes of a message with empty fields that StrictNoSign has not; others are served after it",
      requirements: ["11-RELAY-03", "11-RELAY-09", "CONN-05"],
      variants: emptyFields,
      judge: demandProof,
    }),
  );

  check(
    measured({
      ...ofOffender,
      id: "relay/wire-strange-message",
      title: "what becomes of a message that is out of form; others are served after it",
      requirements: ["11-RELAY-03", "11-RELAY-05", "14-MESSAGE-02", "14-MESSAGE-03", "64-NET-34", "64-NET-35", "CONN-05"],
      variants: strangers,
      judge: demandProof,
    }),
  );

  check({
    ...ofRelay,
    id: "relay/wire-other-topic",
    revision: 2,
    title: "a message on a topic that the node has not joined goes no further",
    requirements: ["10-WAKU2-13", "11-RELAY-03", "51-SHARD-03"],
    tags: ["#wire", "#sharding"],
    mutates: "connections",
    variants: {
      "other-shard": (topic: string) => topic,
      named: () => "/waku/2/default-waku/proto",
      "common-prefix": (topic: string) => `${topic}0`,
    },
    async observe(scene) {
      const topic = scene.variant(scene.freshPubsubTopic());
      const [from, to] = await relayedPair(scene);
      for (const { gossip } of [from, to]) gossip.announce([topic]);
      // Who has joined it has a mesh that this neighbour is in.
      to.gossip.graft(topic);
      const data = wakuMessage(scene);
      from.gossip.publish(topic, data);
      const proof = await relays(scene, from, to);
      const strayed = to.gossip.received.flatMap(({ rpc }) => rpc?.publish ?? []).filter((one) => same(one.data, data));
      return { proof: exact(proof), strayed: exact(strayed.length) };
    },
    judge({ proof, strayed }) {
      demandProof({ proof });
      expect(strayed, "delivered-to-unsubscribed", "strayed").to.equal(0);
    },
  });
});

describe("relay on the wire: neighbours that leave", () => {
  check({
    ...ofRelay,
    id: "relay/wire-left",
    title: "a neighbour that has left the shard is sent nothing of it, and others are",
    requirements: ["10-WAKU2-13"],
    tags: ["#wire", "#sharding"],
    mutates: "connections",
    async observe(scene) {
      const { pubsubTopic } = scene;
      const [from, leaving] = await relayedPair(scene);
      const staying = await neighbour(scene);
      // As GossipSub v1.0 has it: LEAVE is a PRUNE to the mesh, and the subscription is taken back.
      leaving.gossip.prune(pubsubTopic);
      leaving.gossip.withdraw([pubsubTopic]);
      await scene.elapse(heartbeatMs);
      const before = leaving.gossip.delivered(pubsubTopic).length;
      const contentTopic = scene.freshContentTopic();
      // Its own goes to every peer of the topic at once, that of another to those in the mesh.
      await must("publishing", scene.subject.relay?.publish(pubsubTopic, scene.message({ contentTopic })));
      const own = await poll(
        async () => staying.gossip.delivered(pubsubTopic).some(({ message }) => isOf(message, contentTopic)),
        (came) => came,
        scene.subject.capabilities.timings.deliveryMs,
      );
      const proof = own && (await relays(scene, from, staying));
      return { proof: exact(proof), strayed: exact(leaving.gossip.delivered(pubsubTopic).length - before) };
    },
    judge({ proof, strayed }) {
      demandProof({ proof });
      expect(strayed, "delivered-to-unsubscribed", "strayed").to.equal(0);
    },
  });
});

const id = (index: number): Uint8Array => {
  const bytes = new Uint8Array(32);
  new DataView(bytes.buffer).setUint32(28, index);
  return bytes;
};
const idsFrom = (first: number, count: number): Uint8Array[] => Array.from({ length: count }, (_, index) => id(first + index));
/** 29/WAKU2-CONFIG, Other configuration. */
const [iHaveMaxLength, iHaveBudget] = [5_000, 10];
const longest = 2n ** 64n - 1n;

type Controls = (topic: string, other: string) => readonly Rpc[];
const controls: Record<string, Controls> = {
  "ihave-one": (topicID) => [{ control: { ihave: [{ topicID, messageIDs: [id(1)] }] } }],
  "ihave-unknown-topic": (_, topicID) => [{ control: { ihave: [{ topicID, messageIDs: [id(1)] }] } }],
  "ihave-too-long": (topicID) => [{ control: { ihave: [{ topicID, messageIDs: idsFrom(0, iHaveMaxLength + 1) }] } }],
  "ihave-too-often": (topicID) =>
    Array.from({ length: 2 * iHaveBudget }, (_, index) => ({ control: { ihave: [{ topicID, messageIDs: [id(index)] }] } })),
  "ihave-flood": (topicID) =>
    Array.from({ length: 100 }, (_, index) => ({ control: { ihave: [{ topicID, messageIDs: idsFrom(index * 1_000, 1_000) }] } })),
  "ihave-empty-ids": (topicID) => [{ control: { ihave: [{ topicID, messageIDs: [new Uint8Array(), new Uint8Array()] }] } }],
  "iwant-unknown": () => [{ control: { iwant: [{ messageIDs: [id(1)] }] } }],
  "iwant-flood": () => Array.from({ length: 100 }, (_, index) => ({ control: { iwant: [{ messageIDs: idsFrom(index * 1_000, 1_000) }] } })),
  "graft-unknown-topic": (_, topicID) => [{ control: { graft: [{ topicID }] } }],
  "graft-no-topic": () => [{ control: { graft: [{}] } }],
  "graft-many-topics": (topic) => [{ control: { graft: Array.from({ length: 1_000 }, (_, index) => ({ topicID: `${topic}${index}` })) } }],
  "graft-flood": (topicID) =>
    Array.from({ length: 100 }, () => ({ control: { graft: [{ topicID }], prune: [{ topicID, backoff: 60n }] } })),
  "prune-not-in-mesh": (topicID) => [{ control: { prune: [{ topicID }] } }],
  "prune-no-backoff": (topicID) => [{ control: { prune: [{ topicID, backoff: 0n }] } }],
  "prune-endless-backoff": (topicID) => [{ control: { prune: [{ topicID, backoff: longest }] } }],
  "prune-strange-peers": (topicID) => [
    {
      control: {
        prune: [{ topicID, peers: Array.from({ length: 100 }, (_, index) => ({ peerID: id(index), signedPeerRecord: id(index) })) }],
      },
    },
  ],
  "graft-in-backoff": (topicID) => [{ control: { prune: [{ topicID, backoff: 60n }] } }, { control: { graft: [{ topicID }] } }],
  "idontwant-flood": () =>
    Array.from({ length: 100 }, (_, index) => ({ control: { idontwant: [{ messageIDs: idsFrom(index * 1_000, 1_000) }] } })),
  "empty-control": () => [{ control: {} }],
  "empty-rpc": () => Array.from({ length: 100 }, () => ({})),
  "subscriptions-1000": (topic) => [
    { subscriptions: Array.from({ length: 1_000 }, (_, index) => ({ subscribe: true, topicid: `${topic}${index}` })) },
  ],
  "subscription-repeated": (topicid) => Array.from({ length: 100 }, () => ({ subscriptions: [{ subscribe: true, topicid }] })),
  "leave-not-joined": (_, topicid) => [{ subscriptions: [{ subscribe: false, topicid }] }],
  "join-and-leave": (_, topicid) =>
    Array.from({ length: 100 }, (_, index) => ({ subscriptions: [{ subscribe: index % 2 === 0, topicid }] })),
};

describe("relay on the wire: what a node does with control messages", () => {
  check(
    measured({
      ...ofRelay,
      id: "relay/wire-control",
      title: "control messages out of order and in excess: what is answered; others are served after them",
      requirements: ["11-RELAY-03", "11-RELAY-13", "29-CONFIG-16", "CONN-05"],
      tags: ["#wire", "#hostile"],
      mutates: "node",
      variants: controls,
      async observe(scene) {
        const { subject, pubsubTopic, variant } = scene;
        const [from, to] = await relayedPair(scene);
        const bad = await neighbour(scene, { polite: false });
        const before = bad.gossip.received.length;
        bad.gossip.play(variant(pubsubTopic, scene.freshPubsubTopic()).map((rpc) => ({ write: frame(encode(RelayRpc, rpc)) })));
        await scene.elapse(heartbeatMs);
        const proof = await relays(scene, from, to);
        const answers = bad.gossip.received.slice(before).map(({ rpc }) => rpc?.control);
        const wanted = answers.flatMap((one) => one?.iwant ?? []).reduce((sum, { messageIDs = [] }) => sum + messageIDs.length, 0);
        return {
          // How many of a flood are asked for depends on whether it falls into one heartbeat or two.
          wanted,
          asks: exact(wanted > 0),
          pruned: set(new Set(answers.flatMap((one) => one?.prune ?? []).map(({ backoff }) => Number(backoff ?? 0n)))),
          stillConnected: exact(bad.probe.connected(subject.peerId)),
          proof: exact(proof),
        };
      },
      judge: demandProof,
    }),
  );
});
