import type { Gossip } from "../../fixtures/contract/gossip.ts";
import type { StartedWakuNode } from "../../fixtures/contract/node.ts";
import { poll } from "../../fixtures/waiting.ts";
import { must } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { arrivals, given } from "../../harness/deliveries.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { pubsubTopicOf } from "../../rfc-checks/rules/pubsub-topic.ts";
import { chain, mixedMesh } from "../../topologies/index.ts";
import { topicOf } from "../peer-management/shard-peers.ts";
import { isOf, neighbour } from "../relay/wire-scene.ts";
import { network, shards } from "./static-shards.ts";

const left = 1;

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
});
