import { publicKeyFromRaw } from "@libp2p/crypto/keys";
import { peerIdFromPublicKey } from "@libp2p/peer-id";
import { multiaddr } from "@multiformats/multiaddr";
import { secp256k1 } from "@noble/curves/secp256k1";
import { hexToBytes } from "@noble/hashes/utils";
import fc from "fast-check";
import type { StartedWakuNode } from "../../fixtures/contract/node.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact, set } from "../../harness/observation.ts";
import { capabilityBits } from "../../rfc-checks/rules/enr-capabilities.ts";
import { signRecord } from "../../rfc-checks/rules/enr-record.ts";
import { encodeRs, encodeRsv, type ShardSet } from "../../rfc-checks/rules/enr-shards.ts";
import recordVectors from "../../rfc-checks/vectors/enr-records.json" with { type: "json" };
import shardVectors from "../../rfc-checks/vectors/enr-shards.json" with { type: "json" };
import { publishes } from "../functions.ts";
import { sampled } from "../random-inputs.ts";

const ofPublished = publishes("readRecord");

const key = new Uint8Array(32).fill(7);
const peerId = peerIdFromPublicKey(publicKeyFromRaw(secp256k1.getPublicKey(key))).toString();
const recordOf = (fields: Readonly<Record<string, Uint8Array>>): string => signRecord(key, fields);

const inOrder = (shards: readonly number[]): number[] => [...shards].sort((left, right) => left - right);
/** Cluster and shards, in words that can be compared. */
const told = (set: { readonly clusterId: number; readonly shards: readonly number[] } | undefined): string =>
  set === undefined ? "none" : `${set.clusterId}: ${inOrder(set.shards)}`;
const toldBy = async (subject: StartedWakuNode, record: string): Promise<string> => {
  const answer = await subject.rules?.readRecord(record);
  return answer?.outcome === "ok" ? told(answer.value?.shards) : `${answer?.outcome}`;
};

const sets = (max: number): fc.Arbitrary<ShardSet> =>
  fc.record(
    { cluster: fc.nat(65_535), shards: fc.uniqueArray(fc.nat(1_023), { minLength: 1, maxLength: max }) },
    { noNullPrototype: true },
  );
const forms = {
  rs: { encode: encodeRs, sets: [...shardVectors.rs, ...sampled(sets(63), 20)] },
  rsv: { encode: encodeRsv, sets: [...shardVectors.rsv, ...sampled(sets(1_000), 20)] },
};
type Form = keyof typeof forms;

describe("node records as a function", () => {
  const shardChecks: Record<Form, readonly string[]> = { rs: ["51-SHARD-14"], rsv: ["51-SHARD-15"] };
  for (const form of Object.keys(forms) as Form[])
    check({
      ...ofPublished,
      id: `discovery/function-${form}`,
      title: `the shards of ${form} are read as they were written, over vectors and random sets`,
      requirements: shardChecks[form],
      async observe({ subject }) {
        const wrong: string[] = [];
        for (const { cluster, shards } of forms[form].sets) {
          const read = await toldBy(subject, recordOf({ [form]: forms[form].encode({ cluster, shards }) }));
          if (read !== told({ clusterId: cluster, shards })) wrong.push(`${cluster}: ${inOrder(shards)}, read as ${read}`);
        }
        return { agrees: exact(wrong.length === 0), wrong };
      },
      judge({ agrees }) {
        expect(agrees, "wrong-value", "agrees").to.equal(true);
      },
    });

  check({
    ...ofPublished,
    id: "discovery/function-shards-malformed",
    title: "what is read from rs and rsv that 51 has no meaning for",
    requirements: ["51-SHARD-14", "51-SHARD-15"],
    async observe({ subject }) {
      const { rsMalformed, rsvMalformed } = shardVectors;
      const records = [
        ...rsMalformed.map(({ value }) => [`rs ${value}`, recordOf({ rs: hexToBytes(value) })] as const),
        ...rsvMalformed.map(
          ({ value }) => [`rsv of ${value.length / 2}, ${value.slice(0, 8)}`, recordOf({ rsv: hexToBytes(value) })] as const,
        ),
      ];
      const answers: Record<string, string> = {};
      for (const [name, record] of records) answers[name] = await toldBy(subject, record);
      return { answers: exact(answers) };
    },
  });

  const [own, other] = [
    { cluster: 66, shards: [1, 2] },
    { cluster: 66, shards: [5] },
  ];
  check({
    ...ofPublished,
    id: "discovery/function-both",
    title: "of a record with rs and rsv nothing of rsv is used",
    requirements: ["51-SHARD-12", "51-SHARD-13"],
    async observe({ subject }) {
      return { read: exact(await toldBy(subject, recordOf({ rs: encodeRs(own), rsv: encodeRsv(other) }))) };
    },
    judge({ read }) {
      const allowed = ["refused", "none", told({ clusterId: own.cluster, shards: own.shards })];
      expect(read, "not-by-the-book", "read").to.be.oneOf(allowed);
    },
  });

  const judgedBits = ["relay", "store", "filter", "lightpush"] as const;
  check({
    ...ofPublished,
    id: "discovery/function-waku2",
    title: "the flags of waku2 are read bit by bit, whatever else is set",
    requirements: ["31-ENR-12"],
    async observe({ subject }) {
      const wrong: string[] = [];
      const others = new Set<string>();
      for (let flags = 0; flags < 256; flags += 1) {
        const read = (await subject.rules?.readRecord(recordOf({ waku2: Uint8Array.of(flags) })))?.value?.waku2 ?? [];
        const right = judgedBits.filter((name) => (flags >> capabilityBits[name]) & 1);
        const known = judgedBits.filter((name) => read.includes(name));
        if (known.join() !== right.join()) wrong.push(`${flags}: ${read}`);
        for (const name of read) if (!judgedBits.includes(name as (typeof judgedBits)[number])) others.add(name);
      }
      return { agrees: exact(wrong.length === 0), wrong, others: set(others) };
    },
    judge({ agrees }) {
      expect(agrees, "wrong-value", "agrees").to.equal(true);
    },
  });

  check({
    ...ofPublished,
    id: "discovery/function-waku2-length",
    title: "what is read from a waku2 that is not one byte",
    requirements: ["31-ENR-11"],
    async observe({ subject }) {
      const answers: Record<string, unknown> = {};
      for (const value of ["", "0500", "0005"]) {
        const answer = await subject.rules?.readRecord(recordOf({ waku2: hexToBytes(value) }));
        answers[value] = answer?.outcome === "ok" ? (answer.value?.waku2 ?? null) : answer?.outcome;
      }
      return { answers: exact(answers) };
    },
  });

  const port = fc.nat(65_535);
  const address = fc.oneof(
    fc.tuple(fc.ipV4(), port).map(([ip, at]) => `/ip4/${ip}/tcp/${at}/ws`),
    fc.tuple(fc.ipV4(), port).map(([ip, at]) => `/ip4/${ip}/udp/${at}/quic-v1`),
    fc.tuple(fc.domain({ size: "xsmall" }), port).map(([name, at]) => `/dns4/${name}/tcp/${at}/wss`),
  );
  const listed = (addresses: readonly string[]): Uint8Array =>
    Uint8Array.from(
      addresses.flatMap((text) => [multiaddr(text).bytes.length >> 8, multiaddr(text).bytes.length & 0xff, ...multiaddr(text).bytes]),
    );
  const dialled = (addresses: readonly string[]): string => [...addresses].sort().join(" ");
  check({
    ...ofPublished,
    id: "discovery/function-multiaddrs",
    title: "the addresses of multiaddrs are read as they were written, whatever their number",
    requirements: ["31-ENR-02", "31-ENR-03"],
    async observe({ subject }) {
      const wrong: string[] = [];
      for (const addresses of sampled(fc.uniqueArray(address, { maxLength: 4 }), 30)) {
        const read = (await subject.rules?.readRecord(recordOf({ multiaddrs: listed(addresses) })))?.value?.multiaddrs ?? [];
        if (dialled(read) !== dialled(addresses.map((text) => `${text}/p2p/${peerId}`))) wrong.push(`${addresses}, read as ${read}`);
      }
      return { agrees: exact(wrong.length === 0), wrong };
    },
    judge({ agrees }) {
      expect(agrees, "wrong-value", "agrees").to.equal(true);
    },
  });

  check({
    ...ofPublished,
    id: "discovery/function-circuit",
    title: "an address with the id of another peer is read as one through that peer's circuit relay",
    requirements: ["31-ENR-10"],
    async observe({ subject }) {
      const relay = "/ip4/1.2.3.4/tcp/55555/p2p/16Uiu2HAmPLe7Mzm8TsYUubgCAW1aJoeFScxrLj8ppHFivPo97bUZ";
      const read = (await subject.rules?.readRecord(recordOf({ multiaddrs: listed([relay]) })))?.value?.multiaddrs ?? [];
      return { agrees: exact(dialled(read) === `${relay}/p2p-circuit/p2p/${peerId}`), read };
    },
    judge({ agrees }) {
      expect(agrees, "wrong-value", "agrees").to.equal(true);
    },
  });

  const [firstCharacter = ""] = recordVectors.records.map(({ text }) => text);
  /** With one character of the signature changed. */
  const forged = `${firstCharacter.slice(0, 20)}${firstCharacter[20] === "A" ? "B" : "A"}${firstCharacter.slice(21)}`;
  check({
    ...ofPublished,
    id: "discovery/function-record",
    title: "published records are read, and one whose signature does not fit is not",
    requirements: ["31-ENR-01"],
    async observe({ subject }) {
      const refused: string[] = [];
      for (const { text, shards } of recordVectors.records) {
        const read = await toldBy(subject, text);
        if (read !== told({ clusterId: shards.cluster, shards: shards.shards })) refused.push(`${text}: ${read}`);
      }
      return { refused: exact(refused.length), wrong: refused, forged: exact((await subject.rules?.readRecord(forged))?.outcome) };
    },
    judge({ refused, forged: outcome }) {
      expect(refused, "refused-valid", "refused").to.equal(0);
      expect(outcome, "accepted-invalid", "forged").to.equal("refused");
    },
  });
});
