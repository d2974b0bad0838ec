import { secp256k1 } from "@noble/curves/secp256k1";
import { proto_message } from "@waku/proto";
import { expect } from "chai";
import { shardOfContentTopic } from "../../rfc-checks/rules/autosharding.ts";
import { readAutoshardedTopic, readContentTopic } from "../../rfc-checks/rules/content-topic.ts";
import { capabilityBits, decodeCapabilities, encodeCapabilities } from "../../rfc-checks/rules/enr-capabilities.ts";
import { readMultiaddrs } from "../../rfc-checks/rules/enr-multiaddrs.ts";
import { readRecord } from "../../rfc-checks/rules/enr-record.ts";
import { announcedShards, decodeRs, decodeRsv, encodeRs, encodeRsv, shardsField } from "../../rfc-checks/rules/enr-shards.ts";
import { messageHash } from "../../rfc-checks/rules/message-hash.ts";
import { pubsubTopicOf, readPubsubTopic, shardOf } from "../../rfc-checks/rules/pubsub-topic.ts";
import { appMessageHash, faultOfSigned, messageToSign, signMessage } from "../../rfc-checks/rules/signed-message.ts";
import autosharding from "../../rfc-checks/vectors/autosharding.json" with { type: "json" };
import contentTopics from "../../rfc-checks/vectors/content-topics.json" with { type: "json" };
import enrRecords from "../../rfc-checks/vectors/enr-records.json" with { type: "json" };
import enrShards from "../../rfc-checks/vectors/enr-shards.json" with { type: "json" };
import messageHashes from "../../rfc-checks/vectors/message-hash.json" with { type: "json" };
import pubsubTopics from "../../rfc-checks/vectors/pubsub-topics.json" with { type: "json" };
import signedMessages from "../../rfc-checks/vectors/signed-messages.json" with { type: "json" };
import { bytes, hex, sha256 } from "./support/bytes.ts";

const faultOf = (reading: object): unknown => ("fault" in reading ? reading.fault : null);

describe("vectors: message hash", () => {
  for (const { id, pubsubTopic, payload, contentTopic, meta, timestamp, hash } of messageHashes.vectors)
    it(id, () => {
      const message = {
        payload: bytes(payload),
        contentTopic,
        ...(meta !== null && { meta: bytes(meta) }),
        ...(timestamp !== null && { timestamp: BigInt(timestamp) }),
      };
      expect(hex(messageHash(pubsubTopic, message))).to.equal(hash);
    });
});

describe("vectors: content topics", () => {
  for (const { topic, fault, faultBy23 } of contentTopics.vectors)
    it(`${JSON.stringify(topic)}: ${fault ?? "valid"}`, () => {
      expect(faultOf(readAutoshardedTopic(topic)), "51").to.equal(fault);
      expect(faultOf(readContentTopic(topic)), "23").to.equal(faultBy23);
      expect(shardOfContentTopic(topic, 8) === undefined, "has no shard").to.equal(fault !== null);
    });

  it("are called valid or not as their faults are, unless the documents leave them open", () => {
    for (const { topic, valid, fault } of contentTopics.vectors) if (valid !== null) expect(valid, topic).to.equal(fault === null);
  });
});

describe("vectors: autosharding", () => {
  for (const { id, contentTopic, networkShards, sha256: hash, shard } of autosharding.vectors)
    it(`${id}: ${contentTopic} of ${networkShards}`, () => {
      expect(shardOfContentTopic(contentTopic, networkShards)).to.equal(shard);
      // The vector holds together: its hash is of the last four parts' first two, and its shard is of its hash.
      const [application = "", version = ""] = contentTopic.split("/").slice(-4);
      expect(sha256(Buffer.from(application + version))).to.equal(hash);
      expect(Number(BigInt(`0x${hash}`) % BigInt(networkShards))).to.equal(shard);
    });
});

describe("vectors: pubsub topics", () => {
  for (const { topic, kind, shard, name, fault } of pubsubTopics.vectors)
    it(`${JSON.stringify(topic)}: ${fault ?? kind}`, () => {
      const rest = shard ? { shard } : name !== undefined ? { name } : { fault };
      expect(readPubsubTopic(topic)).to.eql({ kind, ...rest });
      expect(shardOf(topic)).to.eql(shard);
      if (shard) expect(pubsubTopicOf(shard)).to.equal(topic);
    });
});

describe("vectors: shards in a node record", () => {
  for (const { id, cluster, shards, value } of enrShards.rs)
    it(id, () => {
      expect(decodeRs(bytes(value))).to.eql({ set: { cluster, shards } });
      expect(hex(encodeRs({ cluster, shards }))).to.equal(value);
      expect(shardsField({ cluster, shards })).to.eql(["rs", bytes(value)]);
    });
  for (const { value, fault } of enrShards.rsMalformed)
    it(`rs ${value || "of no bytes"}: ${fault}`, () => {
      expect(decodeRs(bytes(value))).to.eql({ fault });
    });
  for (const { id, cluster, shards, value } of enrShards.rsv)
    it(id, () => {
      expect(decodeRsv(bytes(value))).to.eql({ set: { cluster, shards } });
      expect(hex(encodeRsv({ cluster, shards }))).to.equal(value);
      expect(shardsField({ cluster, shards })[0]).to.equal(shards.length < 64 ? "rs" : "rsv");
    });
  for (const { value, fault } of enrShards.rsvMalformed)
    it(`rsv of ${value.length / 2} bytes, ${value.slice(0, 8)}…: ${fault}`, () => {
      expect(decodeRsv(bytes(value))).to.eql({ fault });
    });
});

describe("vectors: node records", () => {
  for (const { text, source, size, seq, fields, multiaddrs, shards, capabilities } of enrRecords.records)
    it(`${source}: ${multiaddrs[0]}`, () => {
      const reading = readRecord(text);
      if ("fault" in reading) throw new Error(reading.fault);
      const { record } = reading;
      expect(record).to.include({ size, seq: BigInt(seq) });
      expect(Object.fromEntries([...record.fields].map(([key, value]) => [key, hex(value)]))).to.eql(fields);
      expect(announcedShards(record.fields)).to.eql({ set: shards });
      expect(decodeCapabilities(bytes(fields.waku2))).to.eql({ capabilities, undefinedBits: [] });
      const addresses = readMultiaddrs(bytes(fields.multiaddrs));
      expect("multiaddrs" in addresses && addresses.multiaddrs.map(String)).to.eql(multiaddrs);
    });

  it("name a bit for each capability", () => {
    expect(capabilityBits).to.eql(enrRecords.capabilityBits);
  });
  for (const { value, capabilities, undefinedBits } of enrRecords.capabilities)
    it(`waku2 ${value}: ${capabilities.join(", ") || "nothing"}`, () => {
      expect(decodeCapabilities(bytes(value))).to.eql({ capabilities, undefinedBits });
      const known = capabilities as (keyof typeof capabilityBits)[];
      if (undefinedBits.length === 0) expect(hex(encodeCapabilities(known))).to.equal(value);
    });
});

describe("vectors: signed messages", () => {
  const [signer, stranger] = signedMessages.keys;
  if (!signer || !stranger) throw new Error("two keys are needed");

  for (const { id, meta, metaHighS, lowSNeeded, wakuMessage, ...vector } of signedMessages.vectors) {
    const { pubsubTopic, contentTopic, ephemeral } = vector;
    const fields = { pubsubTopic, contentTopic, ephemeral, payload: bytes(vector.payload), timestamp: BigInt(vector.timestamp) };
    const fault = (signature: string, key: string) => faultOfSigned({ ...fields, meta: bytes(signature) }, bytes(key), fields.timestamp);

    it(`${id}: signed`, () => {
      expect(hex(messageToSign(fields))).to.equal(vector.messageToSign);
      expect(hex(appMessageHash(fields))).to.equal(vector.hash);
      expect(hex(signMessage(fields, bytes(signer.private)))).to.equal(meta);
      // Without the step to the lower half the nonce of RFC 6979 gives either twin.
      const plain = secp256k1.sign(bytes(vector.hash), bytes(signer.private), { lowS: false, prehash: false });
      expect(hex(plain.toBytes("compact"))).to.equal(lowSNeeded ? metaHighS : meta);
    });
    it(`${id}: verified`, () => {
      expect(fault(meta, signer.publicCompressed)).to.equal(undefined);
      expect(fault(meta, signer.publicUncompressed)).to.equal(undefined);
      expect(fault(meta, stranger.publicCompressed)).to.equal("wrong-signature");
      expect(fault(metaHighS, signer.publicCompressed)).to.equal("wrong-signature");
    });
    it(`${id}: on the wire`, () => {
      const { payload, timestamp } = fields;
      const message = { payload, contentTopic, timestamp, meta: bytes(meta), ...(ephemeral && { ephemeral }) };
      expect(hex(proto_message.WakuMessage.encode(message))).to.equal(wakuMessage);
    });
  }

  it("have both forms of each key", () => {
    for (const { private: key, publicCompressed, publicUncompressed } of signedMessages.keys) {
      const message = { pubsubTopic: "/waku/2/rs/16/1", payload: bytes(""), contentTopic: "/a/1/b/c", timestamp: 1n };
      const signed = { ...message, meta: signMessage(message, bytes(key)) };
      for (const form of [publicCompressed, publicUncompressed]) expect(faultOfSigned(signed, bytes(form), 1n)).to.equal(undefined);
    }
  });

  it("are told from wrong serialisations", () => {
    const { of, timestampBigEndian, ephemeralMissing, ephemeralZero, topicPayloadContentTopicOnly } = signedMessages.hashesOfWrongBytes;
    const vector = signedMessages.vectors.find(({ id }) => id === of);
    if (!vector) throw new Error(`no vector ${of}`);
    const [right, head] = [vector.messageToSign, vector.messageToSign.slice(0, -18)];
    const bigEndian = Buffer.from(right.slice(-18, -2), "hex").reverse().toString("hex");
    expect(sha256(bytes(`${head}${bigEndian}01`))).to.equal(timestampBigEndian);
    expect(sha256(bytes(right.slice(0, -2)))).to.equal(ephemeralMissing);
    expect(sha256(bytes(`${right.slice(0, -2)}00`))).to.equal(ephemeralZero);
    expect(sha256(bytes(head))).to.equal(topicPayloadContentTopicOnly);
    expect([timestampBigEndian, ephemeralMissing, ephemeralZero, topicPayloadContentTopicOnly]).not.to.include(vector.hash);
  });
});
