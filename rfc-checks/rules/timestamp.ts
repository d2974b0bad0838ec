/** The time as a message tells it, in ns since 1970 (14/WAKU2-MESSAGE, timestamp). */
export const nowNs = (): bigint => BigInt(Date.now()) * 1_000_000n;
