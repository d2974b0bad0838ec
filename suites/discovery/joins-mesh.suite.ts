import { poll } from "../../fixtures/waiting.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { dLow } from "../../rfc-checks/rules/mesh.ts";
import { discoveryAlone } from "../../topologies/index.ts";
import { watchMeshes } from "../peer-management/mesh-watch.ts";
import { degree, range, type ShardPeer, topicOf, twoShards } from "../peer-management/shard-peers.ts";
import { discoveryMs, findable, introduce, relayOf, unknownGuide } from "./discovery-scene.ts";

/** Relays of each shard, as many as its mesh needs, of which the subject is told by one node that it knows. */
async function members(scene: Scene<unknown>): Promise<ShardPeer[][]> {
  const leader = await unknownGuide(scene);
  const found = await Promise.all(
    twoShards().shards.map((shard) =>
      Promise.all(range(dLow).map(async () => ({ shard, ...(await findable(scene, leader, relayOf(scene.clusterId, [shard]))) }))),
    ),
  );
  const groups = await Promise.all(
    found.map((group) =>
      Promise.all(
        group.map(async ({ probe, shard }) => {
          const topics = [topicOf(scene, shard)];
          const gossip = await probe.gossip();
          gossip.announce(topics);
          return { probe, gossip, topics, cameAt: performance.now() };
        }),
      ),
    ),
  );
  leader.offer(found.flat().map(({ discv5 }) => discv5.record));
  // All are there when it looks for the first time: what is asked is what it makes of them.
  await introduce(scene, leader);
  return groups;
}

/** Whoever is dialled opens a relay stream of its own, as a relay does. */
const answerDials = (peers: readonly ShardPeer[], peerId: string) =>
  Promise.all(
    peers.map(async ({ probe, gossip }) => {
      if (probe.connected(peerId) && !gossip.attached(peerId)) await gossip.attach(peerId);
    }),
  );

describe("nodes find peers of their shards", () => {
  check({
    id: "discovery/joins-meshes",
    title: "a relay that knows one node of a network comes to D_low mesh peers on each of its shards",
    requirements: ["51-SHARD-26", "REC-DISC-02"],
    subject: "node",
    topology: discoveryAlone,
    mutates: "connections",
    tags: ["#relay", "#wire"],
    network: twoShards,
    async observe(scene) {
      const { subject } = scene;
      const groups = await members(scene);
      const topics = twoShards().shards.map((shard) => topicOf(scene, shard));
      const shards = watchMeshes(scene, groups.flat(), topics);
      const begun = performance.now();
      const sizes = await poll(
        async () => {
          await answerDials(groups.flat(), subject.peerId);
          return topics.map((topic, index) => degree(groups[index] ?? [], topic));
        },
        (meshes) => meshes.every((size) => size >= dLow),
        discoveryMs(subject) + subject.capabilities.timings.meshMs,
      );
      return {
        afterMs: Math.round(performance.now() - begun),
        sizes,
        shards: shards(),
        thin: exact(sizes.filter((size) => size < dLow).length),
      };
    },
    judge({ thin }) {
      expect(thin, "wrong-value", "thin").to.equal(0);
    },
  });
});
