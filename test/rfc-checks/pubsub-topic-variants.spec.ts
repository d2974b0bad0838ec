import { expect } from "chai";
import fc from "fast-check";
import { pubsubTopicOf, readPubsubTopic, shardOf } from "../../rfc-checks/rules/pubsub-topic.ts";
import { labelOf, noShardKinds, strayKinds, strayTopics } from "../../rfc-checks/rules/pubsub-topic-variants.ts";

const near = { cluster: 66, shard: 5 };
const all = strayKinds.flatMap((kind) => strayTopics(kind, near));
const topicsOf = (kind: (typeof strayKinds)[number]): string[] => strayTopics(kind, near).map(({ topic }) => topic);

describe("stray pubsub topics", () => {
  it("are each of one kind, under a name of its own", () => {
    expect(new Set(all.map(({ topic }) => topic))).to.have.property("size", all.length);
    expect(new Set(all.map(({ label }) => label))).to.have.property("size", all.length);
  });

  it("have short names that can be printed", () => {
    for (const { label } of all) expect(label).to.match(/^[ -~…]{0,80}$/);
    expect(labelOf("/é\n")).to.equal("/\\u{e9}\\n");
  });

  for (const kind of noShardKinds)
    it(`are no shards: ${kind}`, () => expect(topicsOf(kind).filter((topic) => shardOf(topic) !== undefined)).to.eql([]));

  it("name shards by other spellings only where the kind says so", () => {
    for (const topic of topicsOf("spelling")) {
      const [cluster, shard] = topic.split("/").slice(-2).map(Number);
      expect({ cluster, shard: Math.abs(shard ?? -1) }, labelOf(topic)).to.deep.be.oneOf([near, { ...near, shard: 0 }]);
      expect(shardOf(topic), labelOf(topic)).to.equal(undefined);
    }
  });

  it("are shards elsewhere only where the kind says so", () => {
    for (const topic of topicsOf("other-cluster")) {
      expect(shardOf(topic)?.shard).to.equal(near.shard);
      expect(shardOf(topic)?.cluster).not.to.equal(near.cluster);
    }
  });

  it("end at every boundary", () => {
    const ends = ["", "/", "/waku", "/waku/", "/waku/2", "/waku/2/", "/waku/2/rs", "/waku/2/rs/", "/waku/2/rs/66", "/waku/2/rs/66/"];
    expect(topicsOf("truncated")).to.eql(ends);
  });

  it("differ in each separator", () => {
    for (const topic of topicsOf("separators")) expect(topic.replace(/[/:\\]/g, "")).to.equal("waku2rs665");
    for (const after of ["waku", "2", "rs", "66"])
      expect(
        topicsOf("separators").filter((topic) => !topic.includes(`${after}/`)),
        after,
      ).to.have.length(3);
  });

  it("have numbers just beyond their ranges, below them, and that wrap to the own", () => {
    const faults = topicsOf("out-of-range").map((topic) => readPubsubTopic(topic));
    expect(faults.filter((reading) => "fault" in reading && reading.fault === "cluster-out-of-range")).to.have.length(6);
    expect(topicsOf("out-of-range")).to.include.members(["/waku/2/rs/66/1024", "/waku/2/rs/65536/5", "/waku/2/rs/66/-1"]);
    expect(topicsOf("out-of-range")).to.include.members(["/waku/2/rs/66/65541", "/waku/2/rs/4294967362/5"]);
  });

  it("are longer than 64 kB", () => {
    for (const topic of topicsOf("long")) expect(Buffer.byteLength(topic)).to.be.above(65_536);
  });

  it("never are the shard itself", () => {
    fc.assert(
      fc.property(fc.nat(65_535), fc.nat(1_023), (cluster, shard) => {
        const sound = pubsubTopicOf({ cluster, shard });
        for (const kind of strayKinds) for (const { topic } of strayTopics(kind, { cluster, shard })) expect(topic).not.to.equal(sound);
      }),
      { numRuns: 10, seed: 66 },
    );
  });
});
