import { concatBytes } from "@noble/hashes/utils";
import { maxCluster, maxListedShards, shardsPerCluster } from "./limits.ts";

/** Shards that a node record announces, of one cluster (51/WAKU2-RELAY-SHARDING, Discovery; 51-SHARD-16). */
export interface ShardSet {
  readonly cluster: number;
  readonly shards: readonly number[];
}

type ShardsFault = "too-short" | "wrong-length" | "no-shards" | "shard-out-of-range" | "both-keys";
export type ShardsReading = { readonly set: ShardSet } | { readonly fault: ShardsFault };

const vectorBytes = shardsPerCluster / 8;
/** The count of `rs` is one byte. */
const maxCount = 255;

const uint16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 0xff);
const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function mustFit({ cluster, shards }: ShardSet): void {
  const within = (value: number, end: number): boolean => Number.isInteger(value) && value >= 0 && value < end;
  if (!within(cluster, maxCluster + 1)) throw new RangeError(`cluster ${cluster}`);
  if (shards.length === 0) throw new RangeError("no shards");
  for (const shard of shards) if (!within(shard, shardsPerCluster)) throw new RangeError(`shard ${shard}`);
}

/**
 * The index list: cluster, count, shards, in the order given (51-SHARD-14).
 * @throws RangeError when a number is out of range, or there is none or more than the count can say
 */
export function encodeRs(set: ShardSet): Uint8Array {
  mustFit(set);
  if (set.shards.length > maxCount) throw new RangeError(`${set.shards.length} shards`);
  return concatBytes(uint16(set.cluster), Uint8Array.of(set.shards.length), ...set.shards.map(uint16));
}

/** A list of no shards is refused: who is on none announces none. Order and repetition, on which 51 is silent, are kept. */
export function decodeRs(value: Uint8Array): ShardsReading {
  if (value.length < 3) return { fault: "too-short" };
  const count = value[2] ?? 0;
  if (value.length !== 3 + 2 * count) return { fault: "wrong-length" };
  if (count === 0) return { fault: "no-shards" };
  const shards = Array.from({ length: count }, (_, index) => view(value).getUint16(3 + 2 * index));
  if (shards.some((shard) => shard >= shardsPerCluster)) return { fault: "shard-out-of-range" };
  return { set: { cluster: view(value).getUint16(0), shards } };
}

/**
 * The bit vector: cluster, then 128 bytes whose right-most bit is shard 0 and left-most shard 1023 (51-SHARD-15).
 * @throws RangeError when a number is out of range, or there is none
 */
export function encodeRsv(set: ShardSet): Uint8Array {
  mustFit(set);
  const vector = new Uint8Array(vectorBytes);
  for (const shard of set.shards) {
    const at = vectorBytes - 1 - (shard >> 3);
    vector[at] = (vector[at] ?? 0) | (1 << (shard & 7));
  }
  return concatBytes(uint16(set.cluster), vector);
}

/** Shards in ascending order. A vector of zeros is refused as an empty list is. */
export function decodeRsv(value: Uint8Array): ShardsReading {
  if (value.length !== 2 + vectorBytes) return { fault: "wrong-length" };
  const isSet = (shard: number): boolean => (((value[value.length - 1 - (shard >> 3)] ?? 0) >> (shard & 7)) & 1) === 1;
  const shards = Array.from({ length: shardsPerCluster }, (_, shard) => shard).filter(isSet);
  return shards.length === 0 ? { fault: "no-shards" } : { set: { cluster: view(value).getUint16(0), shards } };
}

/**
 * The one key that a record should have for these shards, and its value (51-SHARD-09…11).
 * @throws RangeError as the encoders do
 */
export const shardsField = (set: ShardSet): readonly ["rs" | "rsv", Uint8Array] =>
  new Set(set.shards).size <= maxListedShards ? ["rs", encodeRs(set)] : ["rsv", encodeRsv(set)];

/**
 * What a record announces; undefined when it has neither key. With both it should be ignored (51-SHARD-12); a node may use
 * its `rs` nevertheless, never its `rsv` (51-SHARD-13).
 */
export function announcedShards(fields: ReadonlyMap<string, Uint8Array>): ShardsReading | undefined {
  const [rs, rsv] = [fields.get("rs"), fields.get("rsv")];
  if (rs !== undefined && rsv !== undefined) return { fault: "both-keys" };
  if (rs !== undefined) return decodeRs(rs);
  return rsv === undefined ? undefined : decodeRsv(rsv);
}
