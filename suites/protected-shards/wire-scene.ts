import type { Gossip } from "../../fixtures/contract/gossip.ts";
import type { WakuMessageJson } from "../../fixtures/contract/message.ts";
import type { StartedWakuNode } from "../../fixtures/contract/node.ts";
import { poll } from "../../fixtures/waiting.ts";
import { must } from "../../harness/answers.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { given } from "../../harness/deliveries.ts";
import type { Scene } from "../../harness/scene.ts";
import { pubsubTopicOf } from "../../rfc-checks/rules/pubsub-topic.ts";
import { nowNs } from "../../rfc-checks/rules/timestamp.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { WakuMessage } from "../../rfc-checks/wire/message.ts";
import { protectedAlone, protectorAlone } from "../../topologies/index.ts";
import { heartbeatMs, isOf, type Neighbour } from "../relay/wire-scene.ts";
import { type Draft, type Making, type Message, signed } from "./messages.ts";

/** Shards of the topologies with protected ones: 0 is open, 2 has a key of its own, 1 and 12 share one. */
export const shards = [0, 1, 2, 12] as const;
export type Shard = (typeof shards)[number];

/** A node with protected shards, shared by the checks that do no more than send to it. */
export const ofProtected = {
  subject: "node",
  topology: protectedAlone,
  mutates: "subscriptions",
  network: () => ({ shards }),
} as const;

/** A node that protects nothing itself, for checks that start others. */
export const ofProtector = {
  subject: "node",
  topology: protectorAlone,
  mutates: "nothing",
  network: () => ({ shards }),
} as const;

type Any = Scene<unknown>;

export const topicOf = ({ clusterId }: Pick<Any, "clusterId">, shard: number): string => pubsubTopicOf({ cluster: clusterId, shard });

/** A message for a shard that is like no other, and the keys of its publishers and of others. */
export function draft(scene: Any, shard: number = 1): Draft {
  const [own, other] = [scene.publisherKey("own"), scene.publisherKey("other")];
  return {
    pubsubTopic: topicOf(scene, shard),
    payload: Buffer.from(scene.freshKey(), "hex"),
    contentTopic: scene.freshContentTopic(),
    timestamp: nowNs(),
    ...(shard === 2 ? { own: other, other: own } : { own, other }),
  };
}

export const bytesOf = (message: Message): Uint8Array => encode(WakuMessage, message);

/** The same scene with another node as its subject. */
export const at = (scene: Any, subject: StartedWakuNode): Any => ({ ...scene, subject });

/** One who sends and one who listens, both neighbours of a node on all its shards; what is signed passes from one to the other. */
export async function neighbours(scene: Any, shard = 1, making: Making = signed): Promise<readonly [from: Neighbour, to: Neighbour]> {
  const topics = shards.map((shard) => topicOf(scene, shard));
  const [from, to] = (await strangers(scene, 2, topics)) as [Neighbour, Neighbour];
  // In one frame, so that where one mesh has formed, all have.
  to.gossip.send({ control: { graft: topics.map((topicID) => ({ topicID })) } });
  const formed = await poll(
    async () => passes(scene, from, to, shard, making, heartbeatMs / 4),
    (came) => came,
    scene.subject.capabilities.timings.meshMs,
  );
  if (!formed) throw new CouldNotRun("nothing passes from one neighbour to the other");
  return [from, to];
}

/** Neighbours of a node that dial it, each from an address of its own where that can be. */
export async function strangers(scene: Any, count: number, topics: readonly string[]): Promise<Neighbour[]> {
  const { subject } = scene;
  const crowd = await scene.crowd(count);
  const gossips = await Promise.all(crowd.probes.map((probe) => probe.gossip()));
  for (const answer of await crowd.connect(subject.addresses.tcp ?? "")) await must("connecting", Promise.resolve(answer));
  await Promise.all(
    gossips.map(async (gossip) => {
      gossip.announce(topics);
      await must("opening a relay stream", gossip.attach(subject.peerId));
    }),
  );
  await poll(
    async () => gossips.every((gossip) => gossip.subscribersOf(topics[0] as string).length > 0),
    (known) => known,
    subject.capabilities.timings.settledMs,
  );
  return crowd.probes.map((probe, index) => ({ probe, gossip: gossips[index] as Gossip }));
}

/** Is what nothing is wrong with handed on from one neighbour to the other? */
export async function passes(
  scene: Any,
  from: Neighbour,
  to: Neighbour,
  shard: number = 1,
  making: Making = signed,
  boundMs: number = scene.subject.capabilities.timings.deliveryMs,
): Promise<boolean> {
  const message = making(draft(scene, shard));
  from.gossip.publish(topicOf(scene, shard), bytesOf(message));
  return (await handedOn(to, topicOf(scene, shard), message, boundMs)).length > 0;
}

/** Waits for a message at a neighbour, told by its content topic. */
export const handedOn = ({ gossip }: Neighbour, pubsubTopic: string, { contentTopic = "" }: Message, boundMs: number) =>
  poll(
    async () => gossip.delivered(pubsubTopic).filter(({ message }) => isOf(message, contentTopic)),
    (came) => came.length > 0,
    boundMs,
  );

/** Messages of a content topic that the application of a node was given. */
export const shown = (node: StartedWakuNode, pubsubTopic: string, contentTopic: string): Promise<readonly WakuMessageJson[]> =>
  given(node, "relay", pubsubTopic, contentTopic);
