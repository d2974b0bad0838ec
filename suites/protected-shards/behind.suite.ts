import type { StartedWakuNode } from "../../fixtures/contract/node.ts";
import type { Muxer } from "../../fixtures/contract/probe.ts";
import { poll } from "../../fixtures/waiting.ts";
import { seen } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { arrivals } from "../../harness/deliveries.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { storeQueryProtocol } from "../../rfc-checks/wire/store.ts";
import { protectedAlone, protectedBehindOpen, protectedPair, protectedService } from "../../topologies/index.ts";
import { serves, type Version } from "../lightpush/wire-scene.ts";
import { heartbeatMs, isOf, type Neighbour, neighbour } from "../relay/wire-scene.ts";
import { answered, hashOf, request } from "../store/wire-scene.ts";
import { type Making, type Message, signed, unsigned } from "./messages.ts";
import { jsonOf } from "./paths.ts";
import { at, bytesOf, draft, handedOn, neighbours, passes, shards, shown, topicOf } from "./wire-scene.ts";

type Any = Scene<unknown>;
/** More than after which a peer that hands them on may be parted from (57-PSK-12), and for how long they come. */
const [offences, ratedMs] = [30, 5 * heartbeatMs];
const network = () => ({ shards });
const tags = ["#psk"];
const byOthers: Making = (plain) => signed({ ...plain, own: plain.other });

/** Publishes by a node's own API until one message has come to another node: their mesh forms at a heartbeat of either. */
async function reaches(scene: Any, publisher: StartedWakuNode, subscriber: StartedWakuNode): Promise<boolean> {
  const topic = topicOf(scene, 1);
  const { contentTopic } = draft(scene);
  return poll(
    async () => {
      await publisher.relay?.publish(topic, jsonOf(signed({ ...draft(scene), contentTopic })));
      return (await shown(subscriber, topic, contentTopic)).length > 0;
    },
    (came) => came,
    Math.max(publisher.capabilities.timings.meshMs, subscriber.capabilities.timings.meshMs),
  );
}

describe("protected shards: between nodes", () => {
  check({
    id: "protected-shards/pair",
    title: "what one node publishes with a signature reaches the application of another that protects the shard; without, it does not",
    requirements: ["57-PSK-04", "57-PSK-10"],
    subject: "publisher",
    topology: protectedPair,
    mutates: "nothing",
    network,
    tags,
    async observe(scene) {
      const { publisher, subscriber } = scene.nodes as Record<"publisher" | "subscriber", StartedWakuNode>;
      const topic = topicOf(scene, 1);
      const reached = await reaches(scene, publisher, subscriber);
      const publish = async (making: Making) => {
        const message = making(draft(scene));
        return { contentTopic: message.contentTopic ?? "", answer: seen(await publisher.relay?.publish(topic, jsonOf(message))) };
      };
      const [bad, others, good] = [await publish(unsigned), await publish(byOthers), await publish(signed)];
      const came = await arrivals(subscriber, "relay", topic, good.contentTopic);
      const count = async ({ contentTopic }: { contentTopic: string }) => exact((await shown(subscriber, topic, contentTopic)).length);
      return {
        reached: exact(reached),
        good: good.answer,
        came: exact(came.length),
        refused: { unsigned: bad.answer, byOthers: others.answer },
        strayed: { unsigned: await count(bad), byOthers: await count(others) },
      };
    },
    judge({ reached, came, strayed }) {
      expect(reached, "not-delivered", "reached").to.equal(true);
      expect(came, came === 0 ? "not-delivered" : "delivered-twice", "came").to.equal(1);
      expect(strayed, "accepted-invalid", "strayed").to.deep.equal({ unsigned: 0, byOthers: 0 });
    },
  });

  check({
    id: "protected-shards/open-between",
    title: "a signed message crosses a relay that has no key and reaches one that has; what becomes of one without a signature",
    requirements: ["57-PSK-13"],
    subject: "middle",
    topology: protectedBehindOpen,
    mutates: "subscriptions",
    network,
    tags,
    async observe(scene) {
      const { middle, node } = scene.nodes as Record<"middle" | "node", StartedWakuNode>;
      const topic = topicOf(scene, 1);
      const outside = await neighbour(scene, { topics: [topic] });
      outside.gossip.graft(topic);
      const first = await crosses(scene, outside, node);
      const bad = unsigned(draft(scene));
      outside.gossip.publish(topic, bytesOf(bad));
      const there = first && (await crosses(scene, outside, node));
      // Also the other way, from behind.
      const back = signed(draft(scene));
      const publish = seen(await node.relay?.publish(topic, jsonOf(back)));
      const came = await handedOn(outside, topic, back, middle.capabilities.timings.deliveryMs);
      return {
        there: exact(there),
        back: { publish, came: exact(came.length > 0) },
        unsigned: {
          middle: exact((await shown(middle, topic, bad.contentTopic ?? "")).length),
          node: exact((await shown(node, topic, bad.contentTopic ?? "")).length),
        },
      };
    },
    judge({ there, back, unsigned: bad }) {
      expect(there, "not-delivered", "there").to.equal(true);
      expect(back.came, "not-delivered", "back.came").to.equal(true);
      expect(bad.node, "accepted-invalid", "unsigned.node").to.equal(0);
    },
  });

  check({
    id: "protected-shards/open-relay-blamed",
    title: "whether a relay without a key is still listened to while it hands on what a stranger did not sign",
    requirements: ["57-PSK-12", "57-PSK-13"],
    subject: "node",
    topology: protectedBehindOpen,
    mutates: "node",
    network,
    tags,
    async observe(scene) {
      const { middle, node } = scene.nodes as Record<"middle" | "node", StartedWakuNode>;
      const topic = topicOf(scene, 1);
      const probe = await scene.probe({ muxer: middle.capabilities.muxers[0] as Muxer });
      const outside = await neighbour(at(scene, middle), { topics: [topic], probe });
      const before = await crosses(scene, outside, node);
      // Again and again: a score fades.
      const after = await poll(
        async () => {
          const messages = Array.from({ length: offences }, () => ({ topicIDs: [topic], data: bytesOf(unsigned(draft(scene))) }));
          outside.gossip.send({ publish: messages });
          return crosses(scene, outside, node, heartbeatMs);
        },
        (still) => !still,
        ratedMs,
      );
      return { before: exact(before), after: exact(after) };
    },
  });
});

/** Does a signed message of a neighbour reach the application of a node? Publishes until one has. */
async function crosses(
  scene: Any,
  outside: Neighbour,
  node: StartedWakuNode,
  boundMs: number = node.capabilities.timings.meshMs,
): Promise<boolean> {
  const topic = topicOf(scene, 1);
  const { contentTopic } = draft(scene);
  return poll(
    async () => {
      outside.gossip.publish(topic, bytesOf(signed({ ...draft(scene), contentTopic })));
      return (await shown(node, topic, contentTopic)).length > 0;
    },
    (came) => came,
    boundMs,
  );
}

const clientOf = (scene: Any) => scene.nodes.client as StartedWakuNode;
const ofService = { subject: "node", topology: protectedService, mutates: "subscriptions", network, tags } as const;

describe("protected shards: clients", () => {
  check({
    ...ofService,
    id: "protected-shards/filter-client",
    title: "a filter client behind a protected shard is given what is signed and nothing else",
    requirements: ["57-PSK-07", "57-PSK-09", "57-PSK-10"],
    async observe(scene) {
      const client = clientOf(scene);
      const [topic, contentTopic] = [topicOf(scene, 1), scene.freshContentTopic()];
      const subscribe = seen(await client.filter?.subscribe(topic, [contentTopic]));
      scene.defer(async () => client.filter?.unsubscribeAll());
      const [from, to] = await neighbours(scene);
      const of = (making: Making): Message => making({ ...draft(scene), contentTopic });
      for (const making of [unsigned, byOthers]) from.gossip.publish(topic, bytesOf(of(making)));
      await passes(scene, from, to);
      const good = of(signed);
      from.gossip.publish(topic, bytesOf(good));
      const came = await arrivals(client, "filter", topic, contentTopic);
      return { subscribe, pushed: exact(came.length), signed: exact(came.every(({ payload }) => payload === jsonOf(good).payload)) };
    },
    judge({ pushed, signed: sound }) {
      expect(pushed, pushed === 0 ? "not-delivered" : "accepted-invalid", "pushed").to.equal(1);
      expect(sound, "accepted-invalid", "signed").to.equal(true);
    },
  });

  check({
    ...ofService,
    id: "protected-shards/lightpush-client",
    title: "what a lightpush client pushes to a protected shard is relayed when it is signed, and refused when it is not",
    requirements: ["57-PSK-07", "57-PSK-10", "REC-PSK-05"],
    variants: { v2: 2 as Version, v3: 3 as Version },
    meaningful: ({ node, client }, version) =>
      client?.lightpushVersions.includes(version) === true && node !== undefined && serves({ service: node }, version),
    async observe(scene) {
      const client = clientOf(scene);
      const topic = topicOf(scene, 1);
      const [from, to] = await neighbours(scene);
      const push = async (making: Making) => {
        const message = making(draft(scene));
        return { message, answer: seen(await client.lightpush?.push(scene.variant, topic, jsonOf(message))) };
      };
      const [bad, good] = [await push(unsigned), await push(signed)];
      const came = await handedOn(to, topic, good.message, scene.subject.capabilities.timings.deliveryMs);
      const proof = await passes(scene, from, to);
      const strayed = to.gossip.delivered(topic).filter(({ message }) => isOf(message, bad.message.contentTopic ?? ""));
      return { good: good.answer, bad: bad.answer, relayed: exact(came.length), strayed: exact(strayed.length), proof: exact(proof) };
    },
    judge({ good, bad, relayed, strayed }) {
      expect(good.outcome, "refused-valid", "good.outcome").to.equal("ok");
      expect(relayed, "answered-success-no-effect", "relayed").to.equal(1);
      expect(strayed, "accepted-invalid", "strayed").to.equal(0);
      expect(bad.outcome, "answered-success-no-effect", "bad.outcome").to.equal("refused");
    },
  });
});

describe("protected shards: store", () => {
  check({
    id: "protected-shards/store",
    title: "a store behind a protected shard keeps what is signed and nothing else",
    requirements: ["57-PSK-07", "57-PSK-10"],
    subject: "node",
    topology: protectedAlone,
    roles: ["store-service"],
    mutates: "subscriptions",
    network,
    tags: ["#psk", "#wire"],
    async observe(scene) {
      const { subject } = scene;
      const [topic, contentTopic] = [topicOf(scene, 1), scene.freshContentTopic()];
      const [from, to] = await neighbours(scene);
      const of = (making: Making): Message => making({ ...draft(scene), contentTopic });
      const [bad, others, good] = [of(unsigned), of(byOthers), of(signed)];
      for (const message of [bad, others]) from.gossip.publish(topic, bytesOf(message));
      await passes(scene, from, to);
      from.gossip.publish(topic, bytesOf(good));
      const criteria = { pubsubTopic: topic, contentTopics: [contentTopic], paginationForward: true };
      const { hashes } = await poll(
        async () => {
          const asking = [{ write: frame(request(scene.freshKey(), criteria)) }, { close: true }] as const;
          return answered(
            await from.probe.exchange(subject.peerId, storeQueryProtocol, asking, { ms: subject.capabilities.timings.callMs }),
          );
        },
        (found) => found.hashes.includes(hashOf(topic, good)),
        subject.capabilities.timings.deliveryMs,
      );
      return { kept: exact([bad, others, good].map((message) => hashes.includes(hashOf(topic, message)))) };
    },
    judge({ kept: [bad, others, good] }) {
      expect(good, "not-delivered", "kept.2").to.equal(true);
      expect([bad, others], "accepted-invalid", "kept").to.deep.equal([false, false]);
    },
  });
});
