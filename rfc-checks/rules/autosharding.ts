import { sha256 } from "@noble/hashes/sha2";
import { bytesToHex, concatBytes, utf8ToBytes } from "@noble/hashes/utils";
import { readAutoshardedTopic } from "./content-topic.ts";
import { shardsPerCluster } from "./limits.ts";

/**
 * The shard of a content topic in a network of so many shards, numbered from 0: SHA-256 over application and version, the whole of
 * it modulo that number (51-SHARD-17, 51-SHARD-20, 51-SHARD-21). Undefined when the topic is malformed (51-SHARD-22).
 * @throws RangeError when a cluster cannot have so many shards
 */
export function shardOfContentTopic(contentTopic: string, networkShards: number): number | undefined {
  if (!Number.isInteger(networkShards) || networkShards < 1 || networkShards > shardsPerCluster)
    throw new RangeError(`a network of ${networkShards} shards`);
  const reading = readAutoshardedTopic(contentTopic);
  if ("fault" in reading) return undefined;
  const { application, version } = reading.topic;
  const hash = BigInt(`0x${bytesToHex(sha256(concatBytes(utf8ToBytes(application), utf8ToBytes(version))))}`);
  return Number(hash % BigInt(networkShards));
}
