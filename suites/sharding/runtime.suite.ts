import type { Probe } from "../../fixtures/contract/probe.ts";
import { poll } from "../../fixtures/waiting.ts";
import { demandOk, must } from "../../harness/answers.ts";
import { offers, spreads } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { arrivals, given } from "../../harness/deliveries.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { pubsubTopicOf, shardOf } from "../../rfc-checks/rules/pubsub-topic.ts";
import type { StrayKind } from "../../rfc-checks/rules/pubsub-topic-variants.ts";
import { serviceAlone } from "../../topologies/index.ts";
import { stays } from "../metadata/kept-peers.ts";
import { type Neighbour, neighbour, wakuMessage } from "../relay/wire-scene.ts";
import { askedInTurn } from "./asked-in-turn.ts";
import { contentTopics, derived, ofEight, spareShard } from "./automatic-scene.ts";
import { announcedBy, inWords, straysOf, toldBy } from "./stray-scene.ts";

const ofService = {
  subject: "service",
  topology: serviceAlone,
  mutates: "node",
  tags: ["#relay", "#wire", "#metadata"],
  meaningful: offers("service", "relay.subscribe", "relay.unsubscribe"),
} as const;

/** What a node says that it has joined, once that is what it should be, or the bound has passed. */
async function told(scene: Scene<unknown>, near: () => Promise<Neighbour>, shards: readonly number[]) {
  const { subject, clusterId } = scene;
  const topics = shards.map((shard) => pubsubTopicOf({ cluster: clusterId, shard })).sort();
  const sorted = (all: readonly number[] | undefined) => (all === undefined ? null : [...all].sort((one, other) => one - other));
  return poll(
    async () => {
      const { probe, gossip } = await near();
      return {
        topics: [...announcedBy(gossip, subject.peerId)].sort(),
        metadata: sorted((await toldBy(scene, probe)).metadata?.shards),
      };
    },
    (says) => String(says.topics) === String(topics) && String(says.metadata) === String(shards),
    subject.capabilities.timings.settledMs,
  );
}

/** Is a shard that a node has joined among those that it says it has, where it says any, before the bound has passed? */
async function names(scene: Scene<unknown>, probe: Probe, shard: number) {
  const { metadata, record } = await poll(
    async () => toldBy(scene, probe),
    (says) => says.metadata?.shards.includes(shard) === true && says.record?.shards.includes(shard) !== false,
    scene.subject.capabilities.timings.settledMs,
  );
  return { metadata: exact(metadata?.shards.includes(shard) ?? null), record: exact(record?.shards.includes(shard) ?? null) };
}
const judgeNames = ({ metadata, record }: { readonly metadata: boolean | null; readonly record: boolean | null }): void => {
  expect(metadata, "wrong-value", "metadata").to.equal(true);
  expect(record, "wrong-value", "record").to.not.equal(false);
};

/** Does a message that a neighbour publishes reach the application? */
async function hears(scene: Scene<unknown>, near: () => Promise<Neighbour>, topic: string): Promise<boolean> {
  const contentTopic = scene.freshContentTopic();
  return poll(
    async () => {
      (await near()).gossip.publish(topic, wakuMessage(scene, { contentTopic }));
      return (await arrivals(scene.subject, "relay", topic, contentTopic, 0)).length > 0;
    },
    (came) => came,
    scene.subject.capabilities.timings.deliveryMs,
  );
}

/** The same neighbour, or another, as a node may part at any time from one that shares no shard with it any more. */
function whoIsNear(scene: Scene<unknown>, first: Neighbour): () => Promise<Neighbour> {
  const { peerId } = scene.subject;
  let near = first;
  return async () => {
    if (!near.probe.connected(peerId) || !near.gossip.attached(peerId)) near = await neighbour(scene, { topics: [] });
    return near;
  };
}

describe("sharding: shards joined and left at run time", () => {
  check({
    ...ofService,
    id: "sharding/leaves-all",
    revision: 2,
    title: "a relay leaves its last shard and joins others, and says so in its subscriptions and its metadata",
    requirements: ["10-WAKU2-13", "11-RELAY-10", "11-RELAY-12", "66-META-10", "REC-SHARD-05"],
    async observe(scene) {
      const { subject, pubsubTopic, clusterId } = scene;
      const first = await neighbour(scene);
      const near = whoIsNear(scene, first);
      const before = await told(scene, near, [0]);
      const heard = await hears(scene, near, pubsubTopic);
      await must("leaving the last shard", subject.relay?.unsubscribe(pubsubTopic));
      const withdrew = await poll(
        async () => announcedBy(first.gossip, subject.peerId).length === 0,
        (gone) => gone,
        subject.capabilities.timings.settledMs,
      );
      const none = await told(scene, near, []);
      const meanwhile = scene.freshContentTopic();
      (await near()).gossip.publish(pubsubTopic, wakuMessage(scene, { contentTopic: meanwhile }));
      const other = pubsubTopicOf({ cluster: clusterId, shard: 7 });
      const joinsOther = inWords(await subject.relay?.subscribe(other));
      // It follows on the same stream: what is published before it has been seen before the first shard is joined again.
      const heardOther = await hears(scene, near, other);
      const joins = [joinsOther, inWords(await subject.relay?.subscribe(pubsubTopic))];
      const both = await told(scene, near, [0, 7]);
      const heardAgain = [await hears(scene, near, pubsubTopic), heardOther];
      // An application that has left the shard is shown nothing of it; now it would be.
      const silent = (await given(subject, "relay", pubsubTopic, meanwhile)).length === 0;
      return {
        before: exact(before),
        heard: exact(heard),
        withdrew: exact(withdrew),
        none: exact(none),
        silent: exact(silent),
        joins: exact(joins),
        both: exact(both),
        heardAgain: exact(heardAgain),
      };
    },
    judge({ before, heard, withdrew, none, silent, joins, both, heardAgain }) {
      expect(before, "wrong-value", "before").to.deep.equal({ topics: ["/waku/2/rs/66/0"], metadata: [0] });
      expect(heard, "not-delivered", "heard").to.equal(true);
      expect(withdrew, "wrong-value", "withdrew").to.equal(true);
      expect(none, "wrong-value", "none").to.deep.equal({ topics: [], metadata: [] });
      expect(silent, "delivered-to-unsubscribed", "silent").to.equal(true);
      expect(joins, "refused-valid", "joins").to.deep.equal(["ok", "ok"]);
      expect(both, "wrong-value", "both").to.deep.equal({ topics: ["/waku/2/rs/66/0", "/waku/2/rs/66/7"], metadata: [0, 7] });
      expect(heardAgain, "not-delivered", "heardAgain").to.deep.equal([true, true]);
    },
  });

  check({
    ...ofService,
    id: "sharding/keeps-peers-without-shards",
    title: "a relay that leaves its last shard keeps its peers",
    requirements: ["66-META-13", "REC-SHARD-05"],
    async observe(scene) {
      const { subject, pubsubTopic } = scene;
      const { probe } = await neighbour(scene);
      await must("leaving the last shard", subject.relay?.unsubscribe(pubsubTopic));
      return { kept: exact(await stays(scene, probe)) };
    },
    judge({ kept }) {
      expect(kept, "disconnected", "kept").to.equal(true);
    },
  });

  /** A node may be in the middle of something for each of them. */
  const many = [...Array.from({ length: 19 }, (_, index) => index + 100), 1_023];
  check({
    ...ofService,
    id: "sharding/joins-many",
    revision: 2,
    title: `a relay joins ${many.length} shards one after another that a peer has joined as well, and leaves them, each call answered`,
    requirements: ["11-RELAY-12", "51-SHARD-04", "REC-SHARD-06"],
    async observe(scene) {
      const { subject, clusterId } = scene;
      const topics = many.map((shard) => pubsubTopicOf({ cluster: clusterId, shard }));
      const { gossip } = await neighbour(scene, { topics });
      const all = (wanted: number) =>
        poll(
          async () => announcedBy(gossip, subject.peerId).filter((topic) => topics.includes(topic)).length,
          (count) => count === wanted,
          subject.capabilities.timings.settledMs,
        );
      const each = topics.map((topic) => [topic]);
      const joins = await askedInTurn(each, async (...some) => subject.relay?.subscribe(...some));
      if (joins.outcome !== "ok") return { joins, joined: null, leaves: null, left: null };
      const joined = await all(topics.length);
      const leaves = await askedInTurn(each, async (...some) => subject.relay?.unsubscribe(...some));
      return { joins, joined: exact(joined), leaves, left: leaves.outcome === "ok" ? exact(await all(0)) : null };
    },
    judge({ joins, joined, leaves, left }) {
      demandOk(joins, "joins");
      expect(joined, "answered-success-no-effect", "joined").to.equal(many.length);
      if (leaves) demandOk(leaves, "leaves");
      expect(left, "answered-success-no-effect", "left").to.equal(0);
    },
  });

  const strays: Record<string, StrayKind> = {
    named: "named",
    "no-number": "no-number",
    "out-of-range": "out-of-range",
    "other-cluster": "other-cluster",
  };
  check({
    ...ofService,
    id: "sharding/stray-then-sound",
    title: "a relay that was asked to join what is no shard of its cluster still says of itself which shards it joins after that",
    requirements: ["66-META-10"],
    variants: strays,
    async observe(scene) {
      const { subject, clusterId, variant } = scene;
      const stray = straysOf(scene, variant)[0]?.topic ?? "";
      const { probe } = await neighbour(scene, { topics: [] });
      const answer = inWords(await subject.relay?.subscribe(stray));
      const sound = pubsubTopicOf({ cluster: clusterId, shard: 7 });
      await must("joining a shard", subject.relay?.subscribe(sound));
      return { answer: exact(answer), ...(await names(scene, probe, 7)), joined: shardOf(sound)?.shard ?? null };
    },
    judge: judgeNames,
  });

  check({
    ...ofService,
    id: "sharding/automatic-told",
    title: "a relay that joins the shard of a content topic names it in its metadata and its record",
    requirements: ["66-META-10"],
    variants: ofEight,
    network: (spread) => ({ ...spread, shards: [spareShard(spread)] }),
    meaningful: (cast, { networkShards }) => spreads("service", networkShards)(cast) && offers("service", "automatic.subscribe")(cast),
    async observe(scene) {
      const [contentTopic] = contentTopics as [string];
      const { probe } = await neighbour(scene, { topics: [] });
      await must("joining a shard", scene.subject.automatic?.subscribe(contentTopic));
      return names(scene, probe, shardOf(derived(contentTopic, scene.variant))?.shard ?? 0);
    },
    judge: judgeNames,
  });
});
