import { poll } from "../../fixtures/waiting.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { dLow } from "../../rfc-checks/rules/mesh.ts";
import { discoveryAlone } from "../../topologies/index.ts";
import { discoveryMs, type Findable, findable, guide, isDialled, relayOf } from "../discovery/discovery-scene.ts";
import { ordinary, settable } from "../slots/slots-scene.ts";
import { twoShards } from "./shard-peers.ts";

/** Of each shard: an answer of discv5 holds sixteen records. */
const peersOfShard = 8;

describe("peers that a relay dials for its shards", () => {
  check({
    id: "peer-management/dials-within-limit",
    title: "of the peers that it finds a relay dials no more than it has room for, and enough for each of its shards",
    requirements: ["REC-SHARD-12"],
    subject: "node",
    topology: discoveryAlone,
    mutates: "connections",
    tags: ["#relay", "#discovery", "#wire"],
    variants: { smaller: 0, larger: 1 } as const,
    network: twoShards,
    settings: (which, cast) => ordinary("node", "maxConnections", which)(cast),
    meaningful: settable("node", "maxConnections"),
    async observe(scene) {
      const { subject, variant } = scene;
      const limit = Number(subject.capabilities.settings.maxConnections?.ordinary?.[variant]);
      const leader = await guide(scene);
      const shards = twoShards().shards;
      const peers = await Promise.all(
        shards.map((shard) =>
          Promise.all(Array.from({ length: peersOfShard }, () => findable(scene, leader, relayOf(scene.clusterId, [shard])))),
        ),
      );
      leader.offer(peers.flat().map(({ discv5 }) => discv5.record));
      const come = new Set<Findable>();
      const comeTo = () => {
        for (const peer of peers.flat()) if (isDialled(peer, subject)) come.add(peer);
        return peers.map((of) => of.filter((peer) => come.has(peer)).length);
      };
      const each = Math.min(dLow, Math.floor((limit - 1) / shards.length));
      await poll(
        async () => comeTo(),
        (counts) => counts.every((count) => count >= each),
        discoveryMs(subject),
      );
      // Whom it is about to dial besides comes now.
      await poll(
        async () => comeTo(),
        (counts) => counts.some((count) => count === peersOfShard),
        2 * subject.capabilities.timings.settledMs,
      );
      const dialled = comeTo();
      return { limit, each, dialled, held: peers.map((of) => of.filter(({ probe }) => probe.connected(subject.peerId)).length) };
    },
    judge({ limit, each, dialled }) {
      expect(
        dialled.reduce((sum, count) => sum + count, 0),
        "limit-too-high",
        "dialled",
      ).to.be.at.most(limit);
      for (const [shard, count] of dialled.entries()) expect(count, "not-connected", `dialled.${shard}`).to.be.at.least(each);
    },
  });
});
