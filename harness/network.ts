import { pubsubTopicOf } from "../rfc-checks/rules/pubsub-topic.ts";

/** What all nodes of a topology are told of their network. */
export interface Network {
  readonly clusterId: number;
  /** Joined at start by every relay, at least one; messages of the topology pass on the first. */
  readonly shards: readonly number[];
  /** Over how many shards content topics are spread (RELAY-SHARDING, automatic sharding); without it topics are named. */
  readonly networkShards?: number;
}

/** An application-defined cluster, without a preset in any implementation, and one shard of it. */
export const defaultNetwork: Network = { clusterId: 66, shards: [0] };

/** The shard that every relay of a topology has joined, as a topic. */
export const commonTopic = ({ clusterId, shards: [shard = 0] }: Network): string => pubsubTopicOf({ cluster: clusterId, shard });
