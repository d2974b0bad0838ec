import { multiaddr } from "@multiformats/multiaddr";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import { encodeRs, encodeRsv } from "../../rfc-checks/rules/enr-shards.ts";
import { range } from "../peer-management/shard-peers.ts";
import { cluster, foundOf, joined, reader, readings } from "./reading.ts";

const lists = { one: [0], several: [0, 5, 1_023], last: [1_000], "sixty-three": range(63) };
const vectors = { "sixty-four": range(64), "both-ends": joined, all: range(1_024) };

const rs = (shards: readonly number[]) => ({ rs: encodeRs({ cluster, shards }) });
const rsv = (shards: readonly number[]) => ({ rsv: encodeRsv({ cluster, shards }) });
const each = <V>(shards: Readonly<Record<string, readonly number[]>>, field: (one: readonly number[]) => V): Record<string, V> =>
  Object.fromEntries(Object.entries(shards).map(([name, one]) => [name, field(one)]));

const whole = encodeRsv({ cluster, shards: joined });
const [high, low] = [cluster >> 8, cluster & 0xff];
/** Fields that are not as 51 has them; the first shard is one of the node's, where there is one. */
const malformed = {
  "rs-empty": { rs: new Uint8Array() },
  "rs-cluster-alone": { rs: Uint8Array.of(high, low) },
  "rs-of-none": { rs: Uint8Array.of(high, low, 0) },
  "rs-short": { rs: Uint8Array.of(high, low, 2, 0, 0) },
  "rs-long": { rs: Uint8Array.of(high, low, 1, 0, 0, 0, 1) },
  "rs-half-a-shard": { rs: Uint8Array.of(high, low, 1, 0, 0, 0) },
  "rs-shard-1024": { rs: Uint8Array.of(high, low, 2, 0, 0, 4, 0) },
  "rsv-empty": { rsv: new Uint8Array() },
  "rsv-of-none": { rsv: Uint8Array.of(high, low, ...new Uint8Array(128)) },
  "rsv-short": { rsv: whole.slice(0, -1) },
  "rsv-long": { rsv: Uint8Array.of(...whole, 0) },
};

/** A size of two bytes before each address. */
const multiaddrs = {
  "size-alone": [0],
  "size-zero": [0, 0],
  "size-too-large": [0, 9, 4, 127, 0, 0, 1],
  "no-multiaddr": [0, 3, 0xff, 0xff, 0xff],
  "byte-too-many": [0, 8, 4, 127, 0, 0, 1, 6, 0, 9, 7],
};

describe("what nodes read out of the records of others", () => {
  check({
    ...reader,
    id: "discovery/reads-rs",
    title: "a node takes a peer to be on the shards of the rs in its record",
    requirements: ["51-SHARD-14"],
    observe: (scene) => readings(scene, each(lists, rs)),
    judge({ read, fair }) {
      expect(fair, "not-connected", "fair").to.equal(true);
      expect(read, "wrong-value", "read").to.deep.equal(lists);
    },
  });

  check({
    ...reader,
    id: "discovery/reads-rsv",
    title: "a node takes a peer to be on the shards of the rsv in its record, the right-most bit of which is shard 0",
    requirements: ["51-SHARD-15"],
    observe: (scene) => readings(scene, each(vectors, rsv)),
    judge({ read, fair }) {
      expect(fair, "not-connected", "fair").to.equal(true);
      expect(read, "wrong-value", "read").to.deep.equal(vectors);
    },
  });

  check({
    ...reader,
    id: "discovery/reads-rs-and-rsv",
    title: "of a record with both keys the rsv is not read",
    requirements: ["51-SHARD-13"],
    observe: (scene) => readings(scene, { both: { ...rs([0]), ...rsv([5, 1_000, 1_018]) } }),
    judge({ read, fair }) {
      expect(fair, "not-connected", "fair").to.equal(true);
      const beyond = (read.both ?? []).filter((shard) => shard !== 0);
      expect(beyond, "accepted-invalid", "read.both").to.deep.equal([]);
    },
  });

  check({
    ...reader,
    id: "discovery/ignores-rs-and-rsv",
    title: "whether a record with both keys is ignored, and what is read of one with neither",
    requirements: ["51-SHARD-12", "64-NET-13"],
    observe: (scene) => readings(scene, { both: { ...rs([0]), ...rsv([0]) }, neither: {} }),
  });

  check({
    ...reader,
    id: "discovery/reads-malformed-shards",
    title: "a shard field that is not as it should be says nothing, and does no harm",
    requirements: ["REC-DISC-04"],
    observe: (scene) => readings(scene, malformed),
    judge({ read, fair }) {
      expect(fair, "not-connected", "fair").to.equal(true);
      const taken = Object.entries(read).filter(([, shards]) => shards?.some((shard) => typeof shard === "number"));
      expect(Object.fromEntries(taken), "accepted-invalid", "read").to.deep.equal({});
    },
  });

  check({
    ...reader,
    id: "discovery/reads-malformed-addresses",
    title: "a node that was given a malformed list of addresses goes on finding others",
    requirements: ["33-DISCV5-02", "CONN-05"],
    mutates: "node",
    tags: ["#wire", "#hostile"],
    variants: multiaddrs,
    async observe(scene) {
      const record = { ...rs([0]), multiaddrs: Uint8Array.from(scene.variant) };
      const { peers, fair } = await foundOf(scene, { record });
      return { used: exact(peers.get("record") !== undefined), fair: exact(fair) };
    },
    judge({ fair }) {
      expect(fair, "not-connected", "fair").to.equal(true);
    },
  });

  check({
    ...reader,
    id: "discovery/reads-circuit",
    title: "an address with a peer id is taken for one behind a circuit relay",
    requirements: ["31-ENR-10"],
    async observe(scene) {
      const relay = await scene.discoveryProbe();
      const address = Buffer.from(multiaddr(`/ip4/127.0.0.1/tcp/9/p2p/${relay.peerId}`).bytes);
      const record = { ...rs([0]), multiaddrs: Buffer.concat([Uint8Array.of(0, address.length), address]) };
      const { peers, fair } = await foundOf(scene, { record });
      const addresses = peers.get("record")?.addresses ?? [];
      return {
        fair: exact(fair),
        circuit: exact(addresses.some((one) => one.includes(`/p2p/${relay.peerId}/p2p-circuit`))),
        addresses,
      };
    },
    judge({ fair, circuit }) {
      expect(fair, "not-connected", "fair").to.equal(true);
      expect(circuit, "wrong-value", "circuit").to.equal(true);
    },
  });
});
