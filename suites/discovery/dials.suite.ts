import type { RecordFields } from "../../fixtures/contract/discovery-probe.ts";
import { poll } from "../../fixtures/waiting.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact, set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { encodeRs } from "../../rfc-checks/rules/enr-shards.ts";
import { discoveryAlone } from "../../topologies/index.ts";
import { discoveryMs, type Findable, findable, foundBy, guide, isDialled, ledTo, relayOf } from "./discovery-scene.ts";

const finder = { subject: "node", topology: discoveryAlone, mutates: "connections", tags: ["#wire"] } as const;
const otherCluster = 67;
const elsewhere = (cluster: number): Record<string, RecordFields> => ({
  "other-shard": relayOf(cluster, [1]),
  "other-cluster": relayOf(otherCluster, [0]),
  "no-shard": { waku2: Uint8Array.of(1) },
});

/**
 * Leads the subject to peers with these records, and to relays of its own shard.
 * @param all are all of them waited for? By default they should not come
 * @returns which of them it came to
 */
async function dialled(scene: Scene<unknown>, records: Readonly<Record<string, RecordFields>>, all = false) {
  const { subject } = scene;
  const leader = await guide(scene);
  const named = await Promise.all(
    Object.entries(records).map(async ([name, fields]) => ({ name, ...(await findable(scene, leader, fields)) })),
  );
  const texts = named.map(({ discv5 }) => discv5.record);
  let last: Findable | undefined;
  await ledTo(scene, leader, texts, async () => {
    last = await findable(scene, leader, relayOf(scene.clusterId, [0]));
    return last.discv5;
  });
  const reached = await poll(
    async () => last !== undefined && isDialled(last, subject),
    (came) => came,
    discoveryMs(subject),
  );
  // Where all of them are used, the others are a matter of moments now.
  if (all) await poll(async () => named.every((peer) => isDialled(peer, subject)), Boolean, 2 * subject.capabilities.timings.settledMs);
  const found = await foundBy(subject);
  return {
    fair: exact(reached),
    dialled: set(named.filter((peer) => isDialled(peer, subject)).map(({ name }) => name)),
    found: set(named.filter(({ probe }) => found.has(probe.peerId)).map(({ name }) => name)),
  };
}

const rs = { rs: encodeRs({ cluster: 66, shards: [0] }) };
const flags = (byte: number): RecordFields => ({ ...rs, waku2: Uint8Array.of(byte) });

describe("which of the peers that they find nodes dial", () => {
  check({
    ...finder,
    id: "discovery/dials-own-shard",
    title: "a relay dials a peer whose record names a shard of its own",
    requirements: ["51-SHARD-26"],
    observe: (scene) => dialled(scene, {}),
    judge({ fair }) {
      expect(fair, "not-connected", "fair").to.equal(true);
    },
  });

  check({
    ...finder,
    id: "discovery/dials-nobody-else",
    title: "a relay dials no peer of another cluster or with no shard in common",
    requirements: ["REC-DISC-01"],
    observe: (scene) => dialled(scene, elsewhere(66)),
    judge({ fair, dialled: others }) {
      expect(fair, "not-connected", "fair").to.equal(true);
      expect(others, "accepted-invalid", "dialled").to.deep.equal([]);
    },
  });

  check({
    ...finder,
    id: "discovery/ignores-other-shards",
    title: "whether a node of The Waku Network ignores peers of other shards",
    requirements: ["64-NET-13"],
    network: () => ({ clusterId: 1, shards: [0] }),
    observe: (scene) => dialled(scene, elsewhere(1)),
  });

  check({
    ...finder,
    id: "discovery/filters-waku2",
    title: "a record without waku2, or with none of its bits set, is not used",
    requirements: ["31-ENR-17"],
    observe: (scene) => dialled(scene, { "no-waku2": rs, "no-bits": flags(0) }),
    judge({ fair, dialled: others, found }) {
      expect(fair, "not-connected", "fair").to.equal(true);
      expect(found, "accepted-invalid", "found").to.deep.equal([]);
      expect(others, "accepted-invalid", "dialled").to.deep.equal([]);
    },
  });

  check({
    ...finder,
    id: "discovery/filters-capabilities",
    revision: 2,
    title: "peers with which capabilities a relay uses",
    requirements: ["31-ENR-18"],
    // With the two fair ones no more than a shard wants.
    variants: {
      services: { store: flags(2), filter: flags(4), lightpush: flags(8) },
      others: { sync: flags(16), undefined: flags(64) },
    },
    observe: (scene) => dialled(scene, scene.variant, true),
  });
});
