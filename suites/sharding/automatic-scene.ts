import type { Gossip } from "../../fixtures/contract/gossip.ts";
import type { Scene } from "../../harness/scene.ts";
import { shardOfContentTopic } from "../../rfc-checks/rules/autosharding.ts";
import { pubsubTopicOf } from "../../rfc-checks/rules/pubsub-topic.ts";
import vectors from "../../rfc-checks/vectors/content-topics.json" with { type: "json" };
import { WakuMessage } from "../../rfc-checks/wire/message.ts";
import { strictly } from "../filter/wire-scene.ts";

/** A network that spreads content topics over its shards. */
export interface Spread {
  readonly clusterId: number;
  readonly networkShards: number;
}

/** Sizes that are powers of two and that are not; The Waku Network, clusters of applications, the last one. */
export const networks: Readonly<Record<string, Spread>> = {
  "1-of-8": { clusterId: 1, networkShards: 8 },
  "66-of-8": { clusterId: 66, networkShards: 8 },
  "66-of-1": { clusterId: 66, networkShards: 1 },
  "66-of-3": { clusterId: 66, networkShards: 3 },
  "65535-of-1000": { clusterId: 65_535, networkShards: 1_000 },
};
/** Sizes that differ: a power of two, which every participant can that spreads content topics at all, no power of two, and a large one. */
export const ofSomeSizes: Readonly<Record<string, Spread>> = Object.fromEntries(
  Object.entries(networks).filter(([, { networkShards }]) => networkShards > 1),
);

/** What every participant can that spreads content topics at all. */
export const ofEight: Readonly<Record<string, Spread>> = Object.fromEntries(
  Object.entries(networks).filter(([, { networkShards }]) => networkShards === 8),
);

/** Of either length, and with whatever a part may be made of. */
export const contentTopics = [
  "/myapp/1/mytopic/cbor",
  "/0/toychat/2/huilong/proto",
  "/another-app/10/name/proto",
  "/żółć/🦀/nazwa/proto",
  "/a b/c.d/~/?",
];

/** Where the rule puts a content topic. */
export function derived(contentTopic: string, { clusterId, networkShards }: Spread): string {
  const shard = shardOfContentTopic(contentTopic, networkShards);
  if (shard === undefined) throw new Error(`${contentTopic} has no shard`);
  return pubsubTopicOf({ cluster: clusterId, shard });
}

/** By content topic, where the rule puts it. */
export const derivedAll = (network: Spread): Readonly<Record<string, string>> =>
  Object.fromEntries(contentTopics.map((topic) => [topic, derived(topic, network)]));

/** The shards that the content topics are on, and the first. */
const derivedShards = ({ networkShards }: Spread): number[] => [
  ...new Set([0, ...contentTopics.flatMap((topic) => shardOfContentTopic(topic, networkShards) ?? [])]),
];

/** A network whose nodes have the shards that the content topics are on. */
export const withDerivedShards = (spread: Spread) => ({ ...spread, shards: derivedShards(spread) });

/** A shard that no content topic is on, where there is one. */
export const spareShard = (network: Spread): number => {
  const taken = Object.values(derivedAll(network)).map((topic) => Number(topic.split("/").at(-1)));
  return [...Array(network.networkShards).keys()].find((shard) => !taken.includes(shard)) ?? 0;
};

export const faultyTopics = (undefinedGeneration: boolean): readonly string[] =>
  vectors.vectors
    .filter(({ valid, fault }) => valid === false && (fault === "generation-undefined") === undefinedGeneration)
    .map(({ topic }) => topic);

/** A message whose content topic, and payload, is this one. */
export const messageOf = (scene: Scene<unknown>, contentTopic: string) =>
  scene.message({ contentTopic, payload: Buffer.from(contentTopic).toString("base64") });

/** Topics on which messages of a content topic came. */
export const topicsOf = (gossip: Gossip, contentTopic: string): string[] => [
  ...new Set(
    gossip.received
      .flatMap(({ rpc }) => rpc?.publish ?? [])
      .filter(({ data }) => strictly(WakuMessage, data ?? new Uint8Array()).value?.contentTopic === contentTopic)
      .flatMap(({ topicIDs = [] }) => topicIDs),
  ),
];
