import { publicKeyFromRaw } from "@libp2p/crypto/keys";
import { peerIdFromPublicKey } from "@libp2p/peer-id";
import { check } from "../../harness/check.ts";
import { NotApplicable } from "../../harness/definition.ts";
import { expect } from "../../harness/expect.ts";
import { exact, set } from "../../harness/observation.ts";
import { decodeCapabilities } from "../../rfc-checks/rules/enr-capabilities.ts";
import { readMultiaddrs } from "../../rfc-checks/rules/enr-multiaddrs.ts";
import { anyoneAlone } from "../../topologies/index.ts";
import { ownRecord, shardsIn } from "./own-record.ts";

const ofAnyone = { subject: "node", topology: anyoneAlone, mutates: "nothing", meaningful: relays } as const;

/** Nodes that have a record: those with relay. */
function relays({ node }: Readonly<Record<string, { roles: readonly string[] }>>): boolean {
  return node?.roles.includes("relay") === true;
}

describe("node record", () => {
  check({
    ...ofAnyone,
    id: "discovery/record",
    title: "a node's record is one by EIP-778, of at most 300 bytes, signed by the key that its peer id is of",
    requirements: ["31-ENR-01", "31-ENR-04", "31-ENR-05", "31-ENR-09"],
    async observe(scene) {
      const { fault, fields, record } = await ownRecord(scene);
      const key = fields.get("secp256k1");
      return {
        fault: exact(fault),
        samePeerId: exact(key !== undefined && peerIdFromPublicKey(publicKeyFromRaw(key)).toString() === scene.subject.peerId),
        keys: set(fields.keys()),
        size: record?.size ?? null,
      };
    },
    judge({ fault, samePeerId }) {
      expect(fault, "not-by-the-book", "fault").to.equal(null);
      expect(samePeerId, "wrong-value", "samePeerId").to.equal(true);
    },
  });

  check({
    ...ofAnyone,
    id: "discovery/record-waku2",
    revision: 2,
    title: "waku2 is one byte, with a bit for no service that the node lacks, and none that is undefined",
    requirements: ["31-ENR-11", "31-ENR-13", "31-ENR-15"],
    async observe(scene) {
      const { fields } = await ownRecord(scene);
      const value = fields.get("waku2");
      const read = value === undefined ? undefined : decodeCapabilities(value);
      const { roles } = scene.subject.capabilities;
      const has = { relay: "relay", store: "store-service", filter: "filter-service", lightpush: "lightpush-service" } as const;
      const told = read === undefined || "fault" in read ? [] : read.capabilities;
      return {
        bytes: exact(value?.length ?? null),
        told: set(told),
        lacking: set(told.filter((name) => !(name in has) || !roles.includes(has[name as keyof typeof has]))),
        undefinedBits: exact(read === undefined || "fault" in read ? [] : read.undefinedBits),
      };
    },
    judge({ bytes, lacking, undefinedBits }) {
      expect(bytes, "not-by-the-book", "bytes").to.equal(1);
      expect(undefinedBits, "not-by-the-book", "undefinedBits").to.deep.equal([]);
      expect(lacking, "capability-mismatch", "lacking").to.deep.equal([]);
    },
  });

  check({
    ...ofAnyone,
    id: "discovery/record-bits",
    title: "which bits of waku2 a node sets that relays and serves all that it can",
    requirements: ["31-ENR-12", "31-ENR-14"],
    async observe(scene) {
      return { waku2: exact(Buffer.from((await ownRecord(scene)).fields.get("waku2") ?? []).toString("hex")) };
    },
  });

  check({
    ...ofAnyone,
    id: "discovery/record-multiaddrs",
    title: "multiaddrs is a list of sized addresses without peer ids, and has none that the plain keys can say",
    revision: 3,
    requirements: ["31-ENR-02", "31-ENR-03", "31-ENR-06", "31-ENR-08"],
    async observe(scene) {
      const { fields } = await ownRecord(scene);
      const value = fields.get("multiaddrs");
      if (!value) throw new NotApplicable("its record has no multiaddrs");
      const read = readMultiaddrs(value);
      const addresses = "fault" in read ? [] : read.multiaddrs;
      const texts = addresses.map(String);
      return {
        fault: exact("fault" in read ? read.fault : null),
        // Any other peer id is that of a circuit relay, whose address is stored with it.
        withPeerId: exact(texts.filter((address) => address.includes(`/p2p/${scene.subject.peerId}`)).length),
        plain: exact(
          addresses.map((address) => address.protoNames()).filter((names) => names.length === 2 && names[0]?.startsWith("ip")).length,
        ),
        addresses: texts,
      };
    },
    judge({ fault, withPeerId, plain }) {
      expect(fault, "not-by-the-book", "fault").to.equal(null);
      expect(withPeerId, "not-by-the-book", "withPeerId").to.equal(0);
      expect(plain, "not-by-the-book", "plain").to.equal(0);
    },
  });

  check({
    ...ofAnyone,
    id: "discovery/record-location",
    title: "which of the plain address keys a record has",
    requirements: ["31-ENR-07"],
    async observe(scene) {
      const { fields, record } = await ownRecord(scene);
      const keys = ["ip", "tcp", "udp", "ip6", "tcp6", "udp6"].filter((key) => fields.has(key));
      return { keys: set(keys), size: record?.size ?? null };
    },
  });

  check({
    ...ofAnyone,
    id: "discovery/record-shards",
    title: "a record announces the shards of a relay under one key",
    requirements: ["51-SHARD-09", "51-SHARD-11", "51-SHARD-14"],
    async observe(scene) {
      const { keys, fault, announced } = shardsIn((await ownRecord(scene)).fields);
      return { keys: set(keys), fault: exact(fault), announced: exact(announced) };
    },
    judge({ keys, fault, announced }) {
      expect(fault, "not-by-the-book", "fault").to.equal(null);
      expect(keys, "wrong-value", "keys").to.deep.equal(["rs"]);
      expect(announced, "wrong-value", "announced").to.deep.equal({ cluster: 66, shards: [0] });
    },
  });
});
