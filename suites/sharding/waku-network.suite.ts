import { poll } from "../../fixtures/waiting.ts";
import { demandOk, seen } from "../../harness/answers.ts";
import { has, offers } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { arrivals } from "../../harness/deliveries.ts";
import { expect } from "../../harness/expect.ts";
import { isSought, meet } from "../../harness/meeting.ts";
import { exact, set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { pubsubTopicOf } from "../../rfc-checks/rules/pubsub-topic.ts";
import { decode } from "../../rfc-checks/wire/codec.ts";
import { WakuMessage } from "../../rfc-checks/wire/message.ts";
import { anyoneAlone, relayAlone } from "../../topologies/index.ts";
import { nextRequest } from "../metadata/next-request.ts";
import { copies, isOf, neighbour, relayedPair, same, wakuMessage } from "../relay/wire-scene.ts";
import { byCluster, whoStays } from "./metadata-scene.ts";
import { announcedBy } from "./stray-scene.ts";

/** 64/WAKU2-NETWORK. */
const clusterId = 1;
const eight = [0, 1, 2, 3, 4, 5, 6, 7];
/** 64 lets a timestamp be off by as much on purpose. */
const aSecond = 1_000;
/** 64-NET-35 gives 20 s. */
const aMinute = 60_000;
const at = (ms: number) => BigInt(ms) * 1_000_000n;
const own = "cluster-1";
/** What is no message of this network, by 64, Message Validation. */
const invalid: Readonly<Record<string, (scene: Scene<unknown>, contentTopic: string) => Uint8Array>> = {
  undecodable: () => new Uint8Array(16).fill(0xff),
  "a-minute-ahead": (scene, contentTopic) => wakuMessage(scene, { contentTopic, timestamp: at(Date.now() + aMinute) }),
  "a-minute-behind": (scene, contentTopic) => wakuMessage(scene, { contentTopic, timestamp: at(Date.now() - aMinute) }),
};
/** Peers that are none of this network. One that is silent is no case: when a dial has failed is not said. */
const strangers = {
  "without-metadata": ["unserved"],
  "without-cluster": ["no-cluster", "nothing"],
  "of-another-cluster": ["other-cluster", "cluster-0"],
  "of-a-cluster-that-wraps": ["cluster-that-wraps"],
} as const;

describe("sharding: relays of The Waku Network", () => {
  check({
    id: "sharding/waku-network-shards",
    title: "a relay announces the topics of those of the eight shards that it was given, and no other",
    requirements: ["23-TOPICS-01", "64-NET-01", "64-NET-07"],
    subject: "node",
    topology: relayAlone,
    mutates: "nothing",
    tags: ["#relay", "#wire"],
    variants: { all: eight, some: [2, 5], last: [7] },
    network: (shards) => ({ clusterId, shards }),
    async observe(scene) {
      const { subject, variant } = scene;
      const { gossip } = await neighbour(scene, { topics: [] });
      const announced = await poll(
        async () => announcedBy(gossip, subject.peerId),
        ({ length }) => length >= variant.length,
        subject.capabilities.timings.settledMs,
      );
      return { announced: set(announced) };
    },
    judge({ announced }, { variant }) {
      const topics = variant.map((shard) => pubsubTopicOf({ cluster: clusterId, shard }));
      expect([...announced].sort(), "wrong-value", "announced").to.deep.equal(topics);
    },
  });

  const asksEach = {
    requirements: ["64-NET-02", "64-NET-03", "64-NET-04", "64-NET-05"],
    subject: "node",
    topology: anyoneAlone,
    mutates: "subscriptions",
    tags: ["#metadata", "#wire"],
    variants: strangers,
    network: () => ({ clusterId }),
  } as const;
  type Stays = { readonly asked: boolean; readonly stays: Readonly<Record<string, boolean>> };
  const asksAndParts = async (scene: Scene<readonly string[]>, meets = meet) => {
    const { variant } = scene;
    const { probe } = await neighbour(scene, { topics: [], meets });
    const asked = (await nextRequest(scene, probe)) !== undefined;
    const peers = Object.fromEntries([own, ...variant].map((name) => [name, byCluster[name] as NonNullable<(typeof byCluster)[string]>]));
    const { stays, afterMs } = await whoStays(scene, peers, clusterId, meets);
    return { asked: exact(asked), stays, afterMs };
  };
  const demandPartings = ({ asked, stays }: Stays): void => {
    expect(asked, "no-answer", "asked").to.equal(true);
    for (const [peer, kept] of Object.entries(stays))
      expect(kept, peer === own ? "disconnected" : "accepted-invalid", `stays.${peer}`).to.equal(peer === own);
  };

  check({
    ...asksEach,
    id: "sharding/waku-network-peers",
    revision: 2,
    title: "a node asks each peer that comes for its cluster, and parts from those that do not say that it is 1",
    meaningful: has("node", "relay"),
    observe: (scene) => asksAndParts(scene),
    judge: demandPartings,
  });

  check({
    ...asksEach,
    id: "sharding/waku-network-peers-dialled",
    revision: 2,
    title: "a node asks each peer that it has dialled for its cluster, and parts from those that do not say that it is 1",
    // Who accepts no connections has dialled in the other check.
    meaningful: (cast) => has("node", "relay")(cast) && (cast.node?.transports.length ?? 0) > 0,
    observe: (scene) => asksAndParts(scene, isSought),
    judge: demandPartings,
  });

  check({
    id: "sharding/waku-network-validation",
    revision: 2,
    title: "a sound message is delivered and handed on; what is none, or is of another time, is neither",
    requirements: ["64-NET-32", "64-NET-33", "64-NET-34", "64-NET-35"],
    subject: "node",
    topology: relayAlone,
    mutates: "subscriptions",
    tags: ["#relay", "#wire"],
    variants: invalid,
    network: () => ({ clusterId, shards: [0] }),
    async observe(scene) {
      const { subject, pubsubTopic } = scene;
      const [from, to] = await relayedPair(scene);
      const contentTopic = scene.freshContentTopic();
      const bad = scene.variant(scene, contentTopic);
      const sound = wakuMessage(scene, { contentTopic });
      from.gossip.publish(pubsubTopic, bad);
      from.gossip.publish(pubsubTopic, sound);
      const handedOn = await copies(scene, to, pubsubTopic, sound);
      const delivered = await arrivals(subject, "relay", pubsubTopic, contentTopic);
      const badHandedOn = to.gossip.delivered(pubsubTopic).filter(({ message }) => same(message.data, bad));
      return { handedOn: exact(handedOn.length), delivered: exact(delivered.length), badHandedOn: exact(badHandedOn.length) };
    },
    judge({ handedOn, delivered, badHandedOn }) {
      expect(handedOn, "not-delivered", "handedOn").to.equal(1);
      expect(badHandedOn, "accepted-invalid", "badHandedOn").to.equal(0);
      expect(delivered, delivered > 1 ? "accepted-invalid" : "not-delivered", "delivered").to.equal(1);
    },
  });

  check({
    id: "sharding/waku-network-message",
    title: "what is published goes out with a timestamp, as version 0 and not as ephemeral; without a timestamp it may be refused",
    requirements: ["64-NET-26", "64-NET-27", "64-NET-28"],
    subject: "node",
    topology: relayAlone,
    mutates: "subscriptions",
    tags: ["#relay", "#wire"],
    variants: { timed: true, "without-timestamp": false },
    network: () => ({ clusterId, shards: [0] }),
    meaningful: offers("node", "relay.publish"),
    async observe(scene) {
      const { subject, pubsubTopic } = scene;
      const [, to] = await relayedPair(scene);
      const contentTopic = scene.freshContentTopic();
      const { payload = "" } = scene.message({ contentTopic });
      const begun = Date.now();
      const timestamp = scene.variant ? { timestamp: String(BigInt(begun) * 1_000_000n) } : {};
      const publish = seen(await subject.relay?.publish(pubsubTopic, { payload, contentTopic, ...timestamp }));
      const [delivery] = await poll(
        async () => to.gossip.delivered(pubsubTopic).filter(({ message }) => isOf(message, contentTopic)),
        ({ length }) => length > 0,
        publish.outcome.value === "ok" ? subject.capabilities.timings.deliveryMs : 0,
      );
      const message = delivery && decode(WakuMessage, delivery.message.data ?? new Uint8Array()).value;
      const ms = Number((message?.timestamp ?? 0n) / 1_000_000n);
      return {
        publish,
        came: exact(message !== undefined),
        timely: exact(ms >= begun - aSecond && ms <= Date.now() + aSecond),
        version: exact(message?.version ?? 0),
        ephemeral: exact(message?.ephemeral ?? false),
      };
    },
    judge({ publish, came, timely, version, ephemeral }, { variant }) {
      if (variant) demandOk(publish, "publish");
      if (publish.outcome !== "ok") return;
      expect(came, "not-delivered", "came").to.equal(true);
      expect(timely, "wrong-value", "timely").to.equal(true);
      expect(version, "wrong-value", "version").to.equal(0);
      expect(ephemeral, "wrong-value", "ephemeral").to.equal(false);
    },
  });
});
