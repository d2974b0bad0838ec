import type { RecordFields } from "../../fixtures/contract/discovery-probe.ts";
import type { FoundPeer } from "../../fixtures/contract/node.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { encodeCapabilities } from "../../rfc-checks/rules/enr-capabilities.ts";
import { shardOf } from "../../rfc-checks/rules/pubsub-topic.ts";
import { discoveryAlone } from "../../topologies/index.ts";
import { guide, ledTo, recordWith, relayOf } from "./discovery-scene.ts";

export const cluster = 66;
/** At both ends: where bits are read from the other end, the record is still one of a peer of the node. */
export const joined = [0, 1_000];

/** A node that is given records. */
export const reader = {
  subject: "node",
  topology: discoveryAlone,
  mutates: "connections",
  tags: ["#wire"],
  network: () => ({ clusterId: cluster, shards: joined }),
} as const;

const waku2 = encodeCapabilities(["relay"]);

/** Shards as numbers; what is no shard of the cluster stays as it is. */
const shardsOf = ({ pubsubTopics }: FoundPeer): (number | string)[] =>
  pubsubTopics
    .map((topic) => {
      const shard = shardOf(topic);
      return shard?.cluster === cluster ? shard.shard : topic;
    })
    .sort((left, right) => Number(left) - Number(right));

/**
 * Leads the subject to records with these fields, and to two that are as they should be.
 * @returns what it has found, by name
 */
export async function foundOf(scene: Scene<unknown>, records: Readonly<Record<string, RecordFields>>) {
  const leader = await guide(scene);
  const named = await Promise.all(
    Object.entries(records).map(async ([name, fields]) => [name, await recordWith(scene, leader, { waku2, ...fields })] as const),
  );
  const texts = named.map(([, { record }]) => record);
  const fair = () => recordWith(scene, leader, relayOf(scene.clusterId, [0]));
  const { found, last } = await ledTo(scene, leader, texts, fair);
  return { peers: new Map(named.map(([name, { peerId }]) => [name, found.get(peerId)])), fair: last };
}

/** What the subject reads out of records with these fields; null is a record that it does not use. */
export async function readings(scene: Scene<unknown>, records: Readonly<Record<string, RecordFields>>) {
  const { peers, fair } = await foundOf(scene, records);
  const read = Object.fromEntries([...peers].map(([name, peer]) => [name, peer === undefined ? null : shardsOf(peer)]));
  return { read: exact(read), fair: exact(fair) };
}
