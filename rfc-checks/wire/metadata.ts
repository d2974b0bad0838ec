import { decode, encode } from "./codec.ts";
import type { MessageSchema } from "./schema.ts";

/** 66/WAKU2-METADATA */
export const metadataProtocol = "/vac/waku/metadata/1.0.0";

/** The same message asks and answers. The cluster is always there (66-META-07); limits are those of 51/WAKU2-RELAY-SHARDING. */
export const Metadata = {
  name: "WakuMetadata",
  fields: { 1: { name: "clusterId", type: "uint32", limit: 65_535 }, 2: { name: "shards", type: "uint32", repeated: true, limit: 1_024 } },
} as const satisfies MessageSchema;

/**
 * 66 has the shards in field 2. Deployed nodes read them from field 3, packed, which 66 does not mention;
 * a node that wants to be understood by those writes both.
 */
const Deployed = {
  name: "WakuMetadata",
  fields: {
    1: { name: "clusterId", type: "uint32", optional: true },
    2: { name: "shards", type: "uint32", repeated: true },
    3: { name: "packedShards", type: "uint32", repeated: true, packed: true },
  },
} as const satisfies MessageSchema;

export interface MetadataMessage {
  readonly clusterId?: number;
  readonly shards: readonly number[];
}

export interface MetadataEncoding {
  /** Writes the shards into field 3 as well. */
  readonly field3: boolean;
}

export const encodeMetadata = (message: MetadataMessage, { field3 }: MetadataEncoding): Uint8Array =>
  encode(Deployed, { ...message, packedShards: field3 ? message.shards : [] });

/**
 * Shards of field 2, packed or not, else of field 3.
 * @throws WireError when the bytes are not protobuf
 */
export function decodeMetadata(bytes: Uint8Array): MetadataMessage {
  const { clusterId, shards = [], packedShards = [] } = decode(Deployed, bytes).value;
  return { shards: shards.length > 0 ? shards : packedShards, ...(clusterId !== undefined && { clusterId }) };
}
