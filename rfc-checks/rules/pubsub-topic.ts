import { maxCluster, shardsPerCluster } from "./limits.ts";

/** A shard of a cluster (51/WAKU2-RELAY-SHARDING, Static Sharding). */
export interface Shard {
  /** 0…65535 */
  readonly cluster: number;
  /** 0…1023 */
  readonly shard: number;
}

type PubsubTopicFault =
  | "no-waku-topic"
  | "no-name"
  | "no-cluster"
  | "cluster-no-number"
  | "cluster-out-of-range"
  | "no-shard"
  | "shard-no-number"
  | "shard-out-of-range"
  | "too-many-parts";

type PubsubTopicReading =
  | { readonly kind: "static"; readonly shard: Shard }
  /** named sharding (23/WAKU2-TOPICS, Pubsub Topic Format), not to be used any more (51-SHARD-01) */
  | { readonly kind: "named"; readonly name: string }
  | { readonly kind: "malformed"; readonly fault: PubsubTopicFault };

const malformed = (fault: PubsubTopicFault): PubsubTopicReading => ({ kind: "malformed", fault });
/** Signs and leading zeros, on which 51 is silent, are refused: a shard would have several topics. */
const isNumber = (part: string): boolean => /^(0|[1-9]\d*)$/.test(part);

/** `/waku/2/rs/<cluster>/<shard>` */
export const pubsubTopicOf = ({ cluster, shard }: Shard): string => `/waku/2/rs/${cluster}/${shard}`;

/** What a pubsub topic is. Everything under `/waku/2/rs` is meant as a static shard (51-SHARD-03, 51-SHARD-04). */
export function readPubsubTopic(pubsubTopic: string): PubsubTopicReading {
  const prefix = "/waku/2/";
  if (!pubsubTopic.startsWith(prefix)) return malformed("no-waku-topic");
  const name = pubsubTopic.slice(prefix.length);
  const [kind, cluster = "", shard = "", ...more] = name.split("/");
  if (name === "") return malformed("no-name");
  if (kind !== "rs") return { kind: "named", name };
  if (cluster === "") return malformed("no-cluster");
  if (!isNumber(cluster)) return malformed("cluster-no-number");
  if (Number(cluster) > maxCluster) return malformed("cluster-out-of-range");
  if (shard === "") return malformed("no-shard");
  if (!isNumber(shard)) return malformed("shard-no-number");
  if (Number(shard) >= shardsPerCluster) return malformed("shard-out-of-range");
  if (more.length > 0) return malformed("too-many-parts");
  return { kind: "static", shard: { cluster: Number(cluster), shard: Number(shard) } };
}

/** The shard that a static-sharding topic names, or undefined when it is malformed or out of range. */
export function shardOf(pubsubTopic: string): Shard | undefined {
  const reading = readPubsubTopic(pubsubTopic);
  return reading.kind === "static" ? reading.shard : undefined;
}
