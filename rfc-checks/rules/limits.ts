/**
 * Bounds that the specifications fix, each under the ids of the requirements that name it.
 * What only an implementation limits (criteria of a filter request, for one) stands in its declared capabilities.
 */

/** Time until a subscription of a client that cannot be reached goes, by default, in seconds (12-FILTER-38). */
export const unreachableClientSeconds = 60;

/** `meta` of a message, in bytes (14-MESSAGE-03). */
export const maxMetaBytes = 64;

/** A node record as a whole, in bytes, signature included (31-ENR-01, 31-ENR-09). */
export const maxRecordBytes = 300;

/** The highest cluster (51-SHARD-04). */
export const maxCluster = 65_535;

/** Shards of a cluster; the highest shard is one less (51-SHARD-04). */
export const shardsPerCluster = 1_024;

/** A record lists shards one by one up to this many; from one more on it has a bit vector (51-SHARD-09, 51-SHARD-10). */
export const maxListedShards = 63;

/** A signed message may be this far off the clock, in seconds. 57 names the window and gives no value; this one was proposed (57-PSK-06). */
export const signedMessageWindowSeconds = 300;

/** A signature in `meta`, in bytes (57-PSK-03, 57-PSK-08). */
export const signatureBytes = 64;

/** The signature of an encrypted payload, in bytes: r, s and v (26-PAYLOAD-01, 26-PAYLOAD-03, 26-PAYLOAD-04). */
export const payloadSignatureBytes = 65;

/** The plain text of an encrypted payload is a multiple of this, in bytes (26-PAYLOAD-07). */
export const payloadBlockBytes = 256;

/** The cluster of The Waku Network (64-NET-05, 51-SHARD-18). */
export const wakuNetworkCluster = 1;

/** Shards of The Waku Network (64-NET-01, 51-SHARD-18). */
export const wakuNetworkShards = 8;

/**
 * A serialised message, in bytes (64-NET-30). 64 says 150 kilobytes and not which: a message up to `allReadings` has to pass,
 * one above `anyReading` must not, and between them a node is observed.
 */
export const messageSizes = { allReadings: 150_000, anyReading: 153_600 } as const;

/** A relay node rejects messages that are further off its clock than this, in seconds (64-NET-35). */
export const relayClockToleranceSeconds = 20;
