import type { Gossip } from "../../fixtures/contract/gossip.ts";
import type { StartedWakuNode } from "../../fixtures/contract/node.ts";
import { poll } from "../../fixtures/waiting.ts";
import { demandOk, must, seen } from "../../harness/answers.ts";
import { offers } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { arrivals, given } from "../../harness/deliveries.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { pubsubTopicOf } from "../../rfc-checks/rules/pubsub-topic.ts";
import { chain, lonelyService, mixedMesh } from "../../topologies/index.ts";
import { serves, type Version } from "../lightpush/wire-scene.ts";
import { isOf, neighbour, wakuMessage } from "../relay/wire-scene.ts";

/** The first, the next and the last. */
const shards = [0, 1, 1_023];
const left = 1;
const network = () => ({ shards });

const topicOf = ({ clusterId }: Scene<unknown>, shard: number): string => pubsubTopicOf({ cluster: clusterId, shard });

/**
 * By shard, which shards' messages came on it; as many as were to come are waited for. Nobody judges how soon, and who was left
 * out of a mesh for a while gets them by gossip: the bound is that of a mesh.
 */
async function heard(scene: Scene<unknown>, node: StartedWakuNode, contentTopic: string, expected: readonly number[]) {
  const came = async () =>
    Promise.all(
      shards.map(async (shard) => {
        const own = await given(node, "relay", topicOf(scene, shard), contentTopic);
        return [shard, own.map(({ payload = "" }) => Buffer.from(payload, "base64").toString())] as const;
      }),
    );
  const all = await poll(
    came,
    (found) => expected.every((shard) => found.some(([on, payloads]) => on === shard && payloads.length > 0)),
    node.capabilities.timings.meshMs,
  );
  return Object.fromEntries(all);
}

/** On each shard its own message, once, and none where it was not to come. */
const each = (expected: readonly number[]) =>
  Object.fromEntries(shards.map((shard) => [shard, expected.includes(shard) ? [String(shard)] : []]));

/** One message on each shard, which says on which. Where nobody may be left to hear it, a publisher may refuse. */
async function publishOnEach(scene: Scene<unknown>, publisher: StartedWakuNode, contentTopic: string, deserted: readonly number[]) {
  for (const shard of shards) {
    const message = scene.message({ contentTopic, payload: Buffer.from(String(shard)).toString("base64") });
    const publishing = publisher.relay?.publish(topicOf(scene, shard), message);
    await (deserted.includes(shard) ? publishing : must(`publishing on shard ${shard}`, publishing));
  }
}

/** Messages pass on a shard from one to the other: the topology stands as soon as they do on the first. */
async function passes(scene: Scene<unknown>, from: StartedWakuNode, to: StartedWakuNode, shard: number): Promise<void> {
  const contentTopic = scene.freshContentTopic();
  const passed = await poll(
    async () => {
      await from.relay?.publish(topicOf(scene, shard), scene.message({ contentTopic }));
      return (await arrivals(to, "relay", topicOf(scene, shard), contentTopic, 0)).length > 0;
    },
    (came) => came,
    Math.max(from.capabilities.timings.meshMs, to.capabilities.timings.meshMs),
  );
  if (!passed) throw new CouldNotRun(`no message passes on shard ${shard} from ${from.participant} to ${to.participant}`);
}

/** A peer of the node that is on another shard of its cluster, and on one of its shards in another cluster. */
async function outsider(scene: Scene<unknown>): Promise<Gossip> {
  const elsewhere = [pubsubTopicOf({ cluster: scene.clusterId, shard: 5 }), pubsubTopicOf({ cluster: scene.clusterId + 1, shard: 0 })];
  return (await neighbour(scene, { topics: elsewhere })).gossip;
}

const strayedTo = (gossip: Gossip, contentTopic: string): number =>
  gossip.received.flatMap(({ rpc }) => rpc?.publish ?? []).filter((message) => isOf(message, contentTopic)).length;

/** Leaves one of the shards, where the API can. */
async function leaves(scene: Scene<unknown>, node: StartedWakuNode): Promise<boolean> {
  if (node.capabilities.lacks.includes("relay.unsubscribe")) return false;
  await must("leaving a shard", node.relay?.unsubscribe(topicOf(scene, left)));
  return true;
}

interface Question {
  readonly publisher: StartedWakuNode;
  /** Where messages are looked for, by place. */
  readonly listeners: Readonly<Record<string, StartedWakuNode>>;
  /** Leaves a shard half-way, where its API can. */
  readonly leaver: string;
  /** Who hears no more of that shard then. */
  readonly cutOff: readonly string[];
}

/** Who hears what of messages on each shard, before one relay has left one of them and after. */
async function whoHears(scene: Scene<unknown>, { publisher, listeners, leaver, cutOff }: Question) {
  const places = Object.entries(listeners);
  for (const [, node] of places) await Promise.all(shards.map((shard) => passes(scene, publisher, node, shard)));
  const gossip = await outsider(scene);
  const heardOf = async (contentTopic: string, expected: (place: string) => readonly number[]) => {
    const all = places.map(async ([place, node]) => [place, exact(await heard(scene, node, contentTopic, expected(place)))] as const);
    return Object.fromEntries(await Promise.all(all));
  };
  const listen = async (contentTopic: string, expected: (place: string) => readonly number[]) => {
    await publishOnEach(
      scene,
      publisher,
      contentTopic,
      shards.filter((shard) => !places.some(([place]) => expected(place).includes(shard))),
    );
    return heardOf(contentTopic, expected);
  };
  const [first, second] = [scene.freshContentTopic(), scene.freshContentTopic()];
  // What strays and what is doubled may come after what is waited for, and before what is sent next.
  const listenOn = async (contentTopic: string, expected: (place: string) => readonly number[]) => {
    await listen(contentTopic, expected);
    await listen(scene.freshContentTopic(), expected);
    return heardOf(contentTopic, expected);
  };
  const joined = await listenOn(first, () => shards);
  const apart = await leaves(scene, listeners[leaver] as StartedWakuNode);
  const expected = (place: string) => shards.filter((shard) => !(apart && shard === left && cutOff.includes(place)));
  return {
    joined,
    left: await listenOn(second, expected),
    /** What is to be heard after that. */
    expected: Object.fromEntries(places.map(([place]) => [place, each(expected(place))])),
    strayed: exact(strayedTo(gossip, first) + strayedTo(gossip, second)),
  };
}

type Heard = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** @throws a finding: missing, doubled, or where it should not be */
function demandHeard(came: Heard, expected: Heard, path: string): void {
  for (const [place, on] of Object.entries(expected))
    for (const [shard, payloads] of Object.entries(on)) {
      const found = came[place]?.[shard] ?? [];
      const missing = payloads.some((payload) => !found.includes(payload));
      const strayed = found.some((payload) => !payloads.includes(payload));
      const code = missing ? "not-delivered" : strayed ? "delivered-to-unsubscribed" : "delivered-twice";
      expect(found, code, `${path}.${place}.${shard}`).to.deep.equal(payloads);
    }
}

const judgeHeard = ({ joined, left, expected, strayed }: { joined: Heard; left: Heard; expected: Heard; strayed: number }): void => {
  demandHeard(joined, Object.fromEntries(Object.keys(joined).map((place) => [place, each(shards)])), "joined");
  demandHeard(left, expected, "left");
  expect(strayed, "delivered-to-unsubscribed", "strayed").to.equal(0);
};

/** @throws a finding: how often each was pushed is not how often it was to be */
function demandPushes(counts: readonly number[], wanted: readonly number[], path: string): void {
  const missing = counts.some((count, index) => count < (wanted[index] ?? 0));
  expect(counts, missing ? "not-delivered" : "delivered-to-unsubscribed", path).to.deep.equal(wanted);
}

const ofRelays = { requirements: ["10-WAKU2-13", "51-SHARD-03", "51-SHARD-04"], mutates: "node", tags: ["#relay"], network } as const;

describe("sharding: static shards", () => {
  check({
    ...ofRelays,
    id: "sharding/static-chain",
    revision: 2,
    title: "through a relay in the middle each message reaches the subscribers of its shard, and nobody else",
    subject: "middle",
    topology: chain,
    async observe(scene) {
      const { publisher, middle, subscriber } = scene.nodes as Record<"publisher" | "middle" | "subscriber", StartedWakuNode>;
      const cutOff = ["middle", "subscriber"];
      return whoHears(scene, { publisher, listeners: { middle, subscriber }, leaver: "middle", cutOff });
    },
    judge: judgeHeard,
  });

  check({
    ...ofRelays,
    id: "sharding/static-mesh",
    revision: 3,
    title:
      "among six relays, of one participant, in halves or in thirds, each message reaches the subscribers of its shard, and nobody else",
    subject: "publisher",
    topology: mixedMesh,
    async observe(scene) {
      const { publisher, ...listeners } = scene.nodes as Record<"publisher" | "second", StartedWakuNode>;
      return whoHears(scene, { publisher, listeners, leaver: "second", cutOff: ["second"] });
    },
    judge: judgeHeard,
  });

  const ofService = {
    subject: "service",
    topology: lonelyService,
    mutates: "subscriptions",
    network,
  } as const;

  check({
    ...ofService,
    id: "sharding/static-filter",
    revision: 2,
    title: "a client is pushed the messages of the shards that it asked for, and of no other that the service has",
    requirements: ["12-FILTER-15", "51-SHARD-03"],
    tags: ["#filter"],
    meaningful: offers("client", "filter.received by pubsub topic"),
    async observe(scene) {
      const client = scene.nodes.client as StartedWakuNode;
      const [contentTopic, marker] = [scene.freshContentTopic(), scene.freshContentTopic()];
      const { gossip } = await neighbour(scene, { topics: shards.map((shard) => topicOf(scene, shard)) });
      const pushesOf = async (topic: string, wanted: readonly number[]): Promise<number[]> =>
        Promise.all(wanted.map(async (shard) => (await given(client, "filter", topicOf(scene, shard), topic)).length));
      /** How often each shard's message was pushed, as of the start. */
      const pushed = async (wanted: readonly number[]) => {
        const publish = (shard: number, topic: string) =>
          gossip.publish(topicOf(scene, shard), wakuMessage(scene, { contentTopic: topic }));
        // What is wanted last, and a marker after it: by then the others have come that were to stay away.
        for (const [topic, order] of [
          [contentTopic, [...shards.filter((shard) => !wanted.includes(shard)), ...wanted]],
          [marker, wanted],
        ] as const) {
          const before = await pushesOf(topic, wanted);
          for (const shard of order) publish(shard, topic);
          await poll(
            () => pushesOf(topic, wanted),
            (counts) => counts.every((count, index) => count > (before[index] ?? 0)),
            client.capabilities.timings.deliveryMs,
          );
        }
        return Promise.all([pushesOf(contentTopic, shards), pushesOf(marker, wanted)]);
      };
      const first = seen(await client.filter?.subscribe(topicOf(scene, 0), [contentTopic, marker]));
      const [ofOne, firstProof] = await pushed([0]);
      const second = seen(await client.filter?.subscribe(topicOf(scene, 1_023), [contentTopic, marker]));
      const [ofTwo, secondProof] = await pushed([0, 1_023]);
      scene.defer(async () => client.filter?.unsubscribeAll());
      return { first, ofOne: exact(ofOne), second, ofTwo: exact(ofTwo), proof: exact([...firstProof, ...secondProof]) };
    },
    judge({ first, ofOne, second, ofTwo, proof }) {
      demandOk(first, "first");
      demandOk(second, "second");
      demandPushes(ofOne, [1, 0, 0], "ofOne");
      // One that strayed of the first time, and late, is among them.
      demandPushes(ofTwo, [2, 0, 1], "ofTwo");
      demandPushes(proof, [1, 2, 1], "proof");
    },
  });

  check({
    ...ofService,
    id: "sharding/static-lightpush",
    revision: 2,
    title: "what a client pushes to a shard is relayed on that shard, and on no other that the service has",
    requirements: ["19-LPV2-03", "19-LPV3-02", "51-SHARD-03"],
    tags: ["#lightpush"],
    variants: { v2: 2, v3: 3 } as Record<string, Version>,
    meaningful: (cast, version) => cast.client?.lightpushVersions.includes(version) === true && serves(cast, version),
    async observe(scene) {
      const { subject, nodes, variant: version } = scene;
      const client = nodes.client as StartedWakuNode;
      const { gossip } = await neighbour(scene, { topics: shards.map((shard) => topicOf(scene, shard)) });
      for (const shard of shards) gossip.graft(topicOf(scene, shard));
      const on = (contentTopic: string) =>
        shards.filter((one) => gossip.delivered(topicOf(scene, one)).some(({ message }) => isOf(message, contentTopic)));
      /** A message of a content topic of its own. @returns that, once the message has come */
      const push = async (shard: number) => {
        const contentTopic = scene.freshContentTopic();
        const answer = await client.lightpush?.push(version, topicOf(scene, shard), scene.message({ contentTopic }));
        await poll(
          async () => on(contentTopic),
          (found) => found.length > 0,
          answer?.outcome === "ok" ? subject.capabilities.timings.deliveryMs : 0,
        );
        return [shard, contentTopic] as const;
      };
      // The grafts are under way: a push that was made after them may be read before.
      const markers = shards.map((shard) => [shard, scene.freshContentTopic()] as const);
      await poll(
        async () => {
          for (const [shard, contentTopic] of markers)
            await client.lightpush?.push(version, topicOf(scene, shard), scene.message({ contentTopic }));
          return markers.every(([, contentTopic]) => on(contentTopic).length > 0);
        },
        (came) => came,
        subject.capabilities.timings.meshMs,
      );
      // A copy that strays may come after what is waited for: each push has another behind it when it is read.
      const pushes: (readonly [number, string])[] = [];
      for (const shard of [...shards, ...shards]) pushes.push(await push(shard));
      const found = (own: typeof pushes) => exact(Object.fromEntries(own.map(([shard, contentTopic]) => [shard, on(contentTopic)])));
      return { relayed: found(pushes.slice(0, shards.length)), proof: found(pushes.slice(shards.length)) };
    },
    judge({ relayed, proof }) {
      for (const [path, found] of Object.entries({ relayed, proof }))
        for (const shard of shards) {
          const own = found[shard]?.includes(shard);
          expect(found[shard], own ? "delivered-to-unsubscribed" : "not-delivered", `${path}.${shard}`).to.deep.equal([shard]);
        }
    },
  });
});
