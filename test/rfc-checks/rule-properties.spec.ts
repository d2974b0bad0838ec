import { expect } from "chai";
import fc from "fast-check";
import { shardOfContentTopic } from "../../rfc-checks/rules/autosharding.ts";
import { readAutoshardedTopic, readContentTopic } from "../../rfc-checks/rules/content-topic.ts";
import { type Capability, capabilityBits, decodeCapabilities, encodeCapabilities } from "../../rfc-checks/rules/enr-capabilities.ts";
import {
  announcedShards,
  decodeRs,
  decodeRsv,
  encodeRs,
  encodeRsv,
  type ShardSet,
  shardsField,
} from "../../rfc-checks/rules/enr-shards.ts";
import { int64Bytes } from "../../rfc-checks/rules/int64.ts";
import { type HashedMessage, messageHash } from "../../rfc-checks/rules/message-hash.ts";
import { pubsubTopicOf, readPubsubTopic, shardOf } from "../../rfc-checks/rules/pubsub-topic.ts";
import { hex } from "./support/bytes.ts";

fc.configureGlobal({ seed: 66 });

const topicPart = fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" }).filter((text) => !text.includes("/"));
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const shardNumbers = (max: number) => fc.uniqueArray(fc.nat(1_023), { minLength: 1, maxLength: max });

describe("a message hash", () => {
  const message = fc.record({
    payload: fc.uint8Array({ minLength: 1 }),
    contentTopic: topicPart,
    meta: fc.uint8Array({ minLength: 1 }),
    timestamp: int64,
  });
  const hash = (topic: string, fields: HashedMessage): string => hex(messageHash(topic, fields));
  const flipped = (bytes: Uint8Array): Uint8Array => bytes.map((byte, at) => (at === 0 ? byte ^ 1 : byte));

  it("changes with each of its fields, in value and in presence", () => {
    fc.assert(
      fc.property(topicPart, message, (topic, fields) => {
        const { meta: _meta, ...noMeta } = fields;
        const { timestamp: _timestamp, ...noTimestamp } = fields;
        const hashes = [
          hash(topic, fields),
          hash(`${topic}x`, fields),
          hash(topic, { ...fields, payload: flipped(fields.payload) }),
          hash(topic, { ...fields, contentTopic: `${fields.contentTopic}x` }),
          hash(topic, { ...fields, meta: flipped(fields.meta) }),
          hash(topic, { ...fields, timestamp: fields.timestamp ^ 1n }),
          hash(topic, noMeta),
          hash(topic, noTimestamp),
        ];
        expect(new Set(hashes)).to.have.property("size", hashes.length);
      }),
    );
  });

  it("is the same for an empty meta and an absent one", () => {
    fc.assert(
      fc.property(topicPart, message, (topic, { meta: _meta, ...fields }) => {
        expect(hash(topic, { ...fields, meta: new Uint8Array() })).to.equal(hash(topic, fields));
      }),
    );
  });

  it("is refused for a timestamp beyond 64 bits", () => {
    for (const timestamp of [2n ** 63n, -(2n ** 63n) - 1n])
      expect(() => messageHash("t", { payload: new Uint8Array(), contentTopic: "c", timestamp })).to.throw(RangeError);
  });
});

describe("64-bit numbers", () => {
  it("come back by either order", () => {
    fc.assert(
      fc.property(int64, (value) => {
        expect(Buffer.from(int64Bytes(value, "big-endian")).readBigInt64BE()).to.equal(value);
        expect(Buffer.from(int64Bytes(value, "little-endian")).readBigInt64LE()).to.equal(value);
      }),
    );
  });
});

describe("content topics", () => {
  const parts = fc.record({ application: topicPart, version: topicPart, name: topicPart, encoding: topicPart }, { noNullPrototype: true });

  it("come back, in the short form and in the long", () => {
    fc.assert(
      fc.property(parts, (topic) => {
        const text = `/${topic.application}/${topic.version}/${topic.name}/${topic.encoding}`;
        for (const reading of [readContentTopic(text), readAutoshardedTopic(text), readAutoshardedTopic(`/0${text}`)])
          expect(reading).to.eql({ topic });
      }),
    );
  });

  it("keep the levels of their name by 23", () => {
    fc.assert(
      fc.property(parts, fc.array(topicPart, { minLength: 1, maxLength: 4 }), (topic, levels) => {
        const name = levels.join("/");
        expect(readContentTopic(`/${topic.application}/${topic.version}/${name}/${topic.encoding}`)).to.eql({ topic: { ...topic, name } });
      }),
    );
  });

  it("have a shard that depends on application and version alone", () => {
    fc.assert(
      fc.property(parts, parts, fc.integer({ min: 1, max: 1_024 }), ({ application, version, ...one }, other, shards) => {
        const shard = shardOfContentTopic(`/${application}/${version}/${one.name}/${one.encoding}`, shards);
        expect(shard).to.be.within(0, shards - 1);
        expect(shardOfContentTopic(`/0/${application}/${version}/${other.name}/${other.encoding}`, shards)).to.equal(shard);
      }),
    );
  });

  it("reach every shard of a network", () => {
    const shards = Array.from({ length: 200 }, (_, version) => shardOfContentTopic(`/app/${version}/name/proto`, 7));
    expect(new Set(shards)).to.have.property("size", 7);
  });

  it("have no shard in a network that cannot be", () => {
    for (const shards of [0, -1, 1.5, 1_025, Number.NaN]) expect(() => shardOfContentTopic("/a/1/b/c", shards)).to.throw(RangeError);
  });
});

describe("pubsub topics", () => {
  it("come back for every cluster and shard", () => {
    fc.assert(
      fc.property(fc.nat(65_535), fc.nat(1_023), (cluster, shard) => {
        expect(shardOf(pubsubTopicOf({ cluster, shard }))).to.eql({ cluster, shard });
      }),
    );
  });

  it("name a shard in one way only", () => {
    const near = fc.constantFrom("/", "waku", "2", "rs", "0", "1", "01", "1023", "1024", "65535", "65536", "-", "x", "");
    fc.assert(
      fc.property(fc.array(near, { maxLength: 5 }), (pieces) => {
        const topic = `/waku/2/rs/${pieces.join("")}`;
        const shard = shardOf(topic);
        if (shard) expect(pubsubTopicOf(shard)).to.equal(topic);
        else expect(readPubsubTopic(topic).kind).to.equal("malformed");
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("shards of a node record", () => {
  const set = (max: number): fc.Arbitrary<ShardSet> =>
    fc.record({ cluster: fc.nat(65_535), shards: shardNumbers(max) }, { noNullPrototype: true });
  const ascending = ({ cluster, shards }: ShardSet): ShardSet => ({ cluster, shards: [...shards].sort((a, b) => a - b) });

  it("come back from either form", () => {
    fc.assert(
      fc.property(set(255), (sent) => {
        expect(decodeRs(encodeRs(sent))).to.eql({ set: sent });
        expect(decodeRsv(encodeRsv(sent))).to.eql({ set: ascending(sent) });
      }),
    );
  });

  it("are listed up to 63, and a bit vector from 64 on", () => {
    fc.assert(
      fc.property(set(200), (sent) => {
        const [key, value] = shardsField(sent);
        expect(key).to.equal(sent.shards.length < 64 ? "rs" : "rsv");
        const reading = announcedShards(new Map([[key, value]]));
        expect(reading && "set" in reading && ascending(reading.set)).to.eql(ascending(sent));
      }),
    );
    const first = (count: number) => ({ cluster: 16, shards: Array.from({ length: count }, (_, shard) => shard) });
    expect([63, 64].map((count) => shardsField(first(count))[0])).to.eql(["rs", "rsv"]);
  });

  it("are refused when the value was cut or has more", () => {
    fc.assert(
      fc.property(set(20), fc.uint8Array({ minLength: 1, maxLength: 4 }), (sent, more) => {
        for (const [encode, decode] of [
          [encodeRs, decodeRs],
          [encodeRsv, decodeRsv],
        ] as const) {
          const value = encode(sent);
          expect(decode(value.subarray(0, value.length - more.length))).to.have.property("fault");
          expect(decode(Uint8Array.of(...value, ...more))).to.eql({ fault: "wrong-length" });
        }
      }),
    );
  });

  it("are not announced by a record without the keys, nor by one with both", () => {
    const [rs, rsv] = [encodeRs({ cluster: 1, shards: [1] }), encodeRsv({ cluster: 1, shards: [2] })];
    expect(announcedShards(new Map())).to.equal(undefined);
    expect(announcedShards(new Map([["rsv", rsv]]))).to.eql({ set: { cluster: 1, shards: [2] } });
    for (const [one, other] of [
      [rs, rsv],
      [rs, new Uint8Array()],
      [new Uint8Array(), rsv],
    ] as const)
      expect(
        announcedShards(
          new Map([
            ["rs", one],
            ["rsv", other],
          ]),
        ),
      ).to.eql({ fault: "both-keys" });
  });

  it("are not encoded when they are none, too many, or out of range", () => {
    const faulty: ShardSet[] = [
      { cluster: 65_536, shards: [0] },
      { cluster: -1, shards: [0] },
      { cluster: 1, shards: [] },
      { cluster: 1, shards: [1_024] },
      { cluster: 1, shards: [0.5] },
    ];
    for (const set of faulty)
      for (const encode of [encodeRs, encodeRsv]) expect(() => encode(set), JSON.stringify(set)).to.throw(RangeError);
    expect(() => encodeRs({ cluster: 1, shards: Array.from({ length: 256 }, (_, shard) => shard) })).to.throw(RangeError);
  });
});

describe("capabilities of a node record", () => {
  const names = Object.keys(capabilityBits) as Capability[];

  it("come back in every mix", () => {
    fc.assert(
      fc.property(fc.subarray(names), (capabilities) => {
        expect(decodeCapabilities(encodeCapabilities(capabilities))).to.eql({ capabilities, undefinedBits: [] });
      }),
    );
  });

  it("are one byte", () => {
    for (const value of [[], [0x01, 0x00]]) expect(decodeCapabilities(Uint8Array.from(value))).to.eql({ fault: "wrong-length" });
  });
});
