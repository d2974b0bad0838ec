import { expect } from "chai";
import { ledger } from "../../rfc-checks/ledger.ts";
import * as limits from "../../rfc-checks/rules/limits.ts";

describe("limits", () => {
  /** What the ledger says of each row, and the constants that say it. */
  const stated: [id: string, words: string, values: readonly number[], constants: readonly number[]][] = [
    ["12-FILTER-38", "1 minute", [60], [limits.unreachableClientSeconds]],
    ["14-MESSAGE-03", "64 bytes", [64], [limits.maxMetaBytes]],
    ["51-SHARD-04", "Cluster 0…65535; shard 0…1023", [65_535, 1_024], [limits.maxCluster, limits.shardsPerCluster]],
    ["51-SHARD-09", "Fewer than 64 shards", [63], [limits.maxListedShards]],
    ["51-SHARD-18", "cluster 1, 8 shards", [1, 8], [limits.wakuNetworkCluster, limits.wakuNetworkShards]],
    ["64-NET-30", "150 kilobytes", [150 * 1_000, 150 * 1_024], [limits.messageSizes.allReadings, limits.messageSizes.anyReading]],
    ["64-NET-35", "more than 20 s", [20], [limits.relayClockToleranceSeconds]],
  ];
  for (const [id, words, values, constants] of stated)
    it(`${id}: ${values.join(", ")}`, () => {
      expect(ledger.get(id)?.rule).to.include(words);
      expect(constants).to.eql(values);
    });

  it("have the values of 26, 31 and 57", () => {
    expect(limits.payloadSignatureBytes, "26-PAYLOAD-01").to.equal(65);
    expect(limits.payloadBlockBytes, "26-PAYLOAD-07").to.equal(256);
    expect(limits.maxRecordBytes, "31-ENR-09").to.equal(300);
    expect(limits.signatureBytes, "57-PSK-08").to.equal(64);
    expect(limits.signedMessageWindowSeconds, "57-PSK-06").to.equal(300);
  });
});
