import { pubsubTopicOf } from "../rfc-checks/rules/pubsub-topic.ts";

const shards = [0, 1, 2, 3];

/** For `network` of checks on the mesh of six: those that leave its nodes as they were share them, whether they ask of one shard or of each. */
export const fourShards = () => ({ shards });

export const topicsOfFour = (clusterId: number): string[] => shards.map((shard) => pubsubTopicOf({ cluster: clusterId, shard }));
