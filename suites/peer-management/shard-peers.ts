import type { Answer } from "../../fixtures/contract/answer.ts";
import type { Gossip } from "../../fixtures/contract/gossip.ts";
import type { Probe } from "../../fixtures/contract/probe.ts";
import type { Settings } from "../../fixtures/contract/settings.ts";
import { poll } from "../../fixtures/waiting.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { dialled, isSought } from "../../harness/meeting.ts";
import type { Scene } from "../../harness/scene.ts";
import { pubsubTopicOf, shardOf } from "../../rfc-checks/rules/pubsub-topic.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { encodeMetadata, metadataProtocol } from "../../rfc-checks/wire/metadata.ts";
import { relayAlone } from "../../topologies/index.ts";
import { heartbeatMs } from "../relay/wire-scene.ts";
import { comeAsRelay, type Dialling, settable } from "../slots/slots-scene.ts";

/** A relay that accepts connections, with nobody but the peers of the check. */
export const ofRelay = {
  subject: "node",
  topology: relayAlone,
  mutates: "connections",
  tags: ["#relay", "#wire"],
  meaningful: ({ node }: Parameters<ReturnType<typeof settable>>[0]) => (node?.transports.length ?? 0) > 0,
} as const;

/** For `settings`: room for everybody who comes, where that can be set. */
export const roomy = <Variant>(_variant: Variant, cast: Parameters<ReturnType<typeof settable>>[0]): Readonly<Record<string, Settings>> =>
  settable("node", "maxConnections")(cast) ? { node: { maxConnections: "500" } } : {};

export const twoShards = () => ({ shards: [0, 1] });
export const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
export const topicOf = ({ clusterId }: Scene<unknown>, shard: number): string => pubsubTopicOf({ cluster: clusterId, shard });

/** A relay peer of the subject. */
export interface ShardPeer {
  readonly probe: Probe;
  readonly gossip: Gossip;
  /** Those that it announced. */
  readonly topics: readonly string[];
  /** By the subject. */
  readonly dialled: boolean;
  /** When it had announced them, by `performance.now`. */
  readonly cameAt: number;
}

/** Which of its peers a node dials itself. */
export type Dials = "nobody" | "all" | "every-other";

const isDialled: Record<Dials, (index: number) => boolean> = {
  nobody: () => false,
  all: () => true,
  "every-other": (index) => index % 2 === 0,
};

/** So many peers that announce these topics. */
interface Group {
  readonly count: number;
  readonly topics: readonly string[];
  /** By the subject; nobody by default. */
  readonly dials?: Dials;
}

/** Peers of the harness's own that have not come yet, all of addresses of their own where the network allows. */
export const strangers = async (scene: Scene<unknown>, count: number, listens = false): Promise<Probe[]> => [
  ...(await scene.crowd(count, { metadata: false, listens })).probes,
];

/** Names these shards in metadata and no others of the network: some take the shards of a peer from there. */
export async function tellsShards({ clusterId }: Scene<unknown>, probe: Probe, shards: readonly number[]): Promise<void> {
  const metadata = frame(encodeMetadata({ clusterId, shards }, { field3: true }));
  await probe.serve(metadataProtocol, () => [{ write: metadata }, { close: true }]);
}

/** A relay peer of these topics, whichever end dials. */
interface Came {
  readonly peer: ShardPeer;
  readonly answer: Answer<unknown>;
}

/** Comes as a relay peer of these topics. */
export async function comesOn(scene: Scene<unknown>, probe: Probe, topics: readonly string[], dialling?: Dialling): Promise<Came> {
  await tellsShards(scene, probe, shardsOf(topics));
  const { gossip, answer } = await comeAsRelay(scene.subject, probe, topics, dialling);
  return { peer: { probe, gossip, topics, dialled: false, cameAt: performance.now() }, answer };
}

/** Is dialled by the subject as a relay peer of these topics. */
async function isSoughtOn(scene: Scene<unknown>, probe: Probe, topics: readonly string[]): Promise<Came> {
  const { subject } = scene;
  await tellsShards(scene, probe, shardsOf(topics));
  const gossip = await probe.gossip();
  gossip.announce(topics);
  const met = await isSought(probe, subject);
  const answer = met.outcome === "ok" ? await gossip.attach(subject.peerId) : met;
  return { peer: { probe, gossip, topics, dialled: true, cameAt: performance.now() }, answer };
}

const shardsOf = (topics: readonly string[]): number[] => topics.flatMap((topic) => shardOf(topic)?.shard ?? []);

/**
 * Relay peers that are taken into meshes when the subject asks, by group. Some let in only so many in a second.
 * @param arrived each is put into it as it comes
 * @throws CouldNotRun when one is not taken
 */
export async function peersOn(scene: Scene<unknown>, groups: readonly Group[], arrived: ShardPeer[] = []): Promise<ShardPeer[][]> {
  const plans = groups.map(({ count, topics, dials = "nobody" }) => ({ topics, sought: range(count).map(isDialled[dials]) }));
  const all = plans.flatMap(({ sought }) => sought);
  const coming = await strangers(scene, all.length, all.includes(true));
  const taken: ShardPeer[][] = [];
  for (const { topics, sought } of plans) {
    const peers: ShardPeer[] = [];
    for (const is of sought) {
      const probe = coming.shift() as Probe;
      const { peer, answer } = await (is ? isSoughtOn(scene, probe, topics) : comesOn(scene, probe, topics, dialled));
      if (answer.outcome !== "ok") throw new CouldNotRun(`a relay peer was not taken: ${JSON.stringify(answer)}`);
      peers.push(peer);
      arrived.push(peer);
    }
    taken.push(peers);
  }
  // Before the subject has opened its own stream, what it answers is lost.
  await poll(
    async () => taken.flat().every(({ gossip }) => gossip.received.length > 0),
    (all) => all,
    scene.subject.capabilities.timings.settledMs,
  );
  return taken;
}

/** Those of them that the subject has in its mesh of a topic. */
export const inMesh = (peers: readonly ShardPeer[], topic: string): ShardPeer[] =>
  peers.filter(({ gossip }) => gossip.meshOf(topic).length > 0);

export const degree = (peers: readonly ShardPeer[], topic: string): number => inMesh(peers, topic).length;

/**
 * Waits for a mesh to be within bounds, at the heartbeats at which it is mended.
 * @param since when it could be mended, by `performance.now`
 * @returns its size, and how long after that
 */
export async function settles(
  scene: Scene<unknown>,
  peers: readonly ShardPeer[],
  topic: string,
  low: number,
  high: number,
  since = performance.now(),
) {
  const size = await poll(
    async () => degree(peers, topic),
    (now) => now >= low && now <= high,
    scene.subject.capabilities.timings.meshMs,
  );
  return { size, afterMs: Math.round(performance.now() - since) };
}

/** The sizes of meshes for so many heartbeats, or until one is out of bounds. */
export const kept = (
  peers: readonly ShardPeer[],
  topics: readonly string[],
  low: number,
  high: number,
  heartbeats = 3,
): Promise<number[]> =>
  poll(
    async () => topics.map((topic) => degree(peers, topic)),
    (sizes) => sizes.some((size) => size < low || size > high),
    heartbeats * heartbeatMs,
  );
