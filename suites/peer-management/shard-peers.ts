import type { Answer } from "../../fixtures/contract/answer.ts";
import type { Gossip } from "../../fixtures/contract/gossip.ts";
import type { Probe } from "../../fixtures/contract/probe.ts";
import type { Settings } from "../../fixtures/contract/settings.ts";
import { poll } from "../../fixtures/waiting.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { dialled } from "../../harness/meeting.ts";
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
  /** When it had announced them, by `performance.now`. */
  readonly cameAt: number;
}

/** So many peers that announce these topics. */
interface Group {
  readonly count: number;
  readonly topics: readonly string[];
}

/** Peers of the harness's own that have not come yet, all from addresses of their own where the network allows. */
export const strangers = async (scene: Scene<unknown>, count: number): Promise<Probe[]> => [
  ...(await scene.crowd(count, { metadata: false })).probes,
];

/** Names these shards in metadata and no others of the network: some take the shards of a peer from there. */
export async function tellsShards({ clusterId }: Scene<unknown>, probe: Probe, shards: readonly number[]): Promise<void> {
  const metadata = frame(encodeMetadata({ clusterId, shards }, { field3: true }));
  await probe.serve(metadataProtocol, () => [{ write: metadata }, { close: true }]);
}

/** Comes as a relay peer of these topics. */
export async function comesOn(
  scene: Scene<unknown>,
  probe: Probe,
  topics: readonly string[],
  dialling?: Dialling,
): Promise<{ readonly peer: ShardPeer; readonly answer: Answer<unknown> }> {
  await tellsShards(
    scene,
    probe,
    topics.flatMap((topic) => shardOf(topic)?.shard ?? []),
  );
  const { gossip, answer } = await comeAsRelay(scene.subject, probe, topics, dialling);
  return { peer: { probe, gossip, topics, cameAt: performance.now() }, answer };
}

/**
 * Relay peers that are taken into meshes when the subject asks, by group. Some let in only so many in a second.
 * @param arrived each is put into it as it comes
 * @throws CouldNotRun when one is not taken
 */
export async function peersOn(scene: Scene<unknown>, groups: readonly Group[], arrived: ShardPeer[] = []): Promise<ShardPeer[][]> {
  const coming = await strangers(
    scene,
    groups.reduce((sum, { count }) => sum + count, 0),
  );
  const taken: ShardPeer[][] = [];
  for (const { count, topics } of groups) {
    const peers: ShardPeer[] = [];
    for (const probe of coming.splice(0, count)) {
      const { peer, answer } = await comesOn(scene, probe, topics, dialled);
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

/** How many of them the subject has in its mesh of a topic. */
export const degree = (peers: readonly ShardPeer[], topic: string): number =>
  peers.filter(({ gossip }) => gossip.meshOf(topic).length > 0).length;

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
