import type { DiscoveryProbe } from "../../fixtures/contract/discovery-probe.ts";
import { poll } from "../../fixtures/waiting.ts";
import { check } from "../../harness/check.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { dLow } from "../../rfc-checks/rules/mesh.ts";
import { discoveryAlone } from "../../topologies/index.ts";
import { watchMeshes } from "../peer-management/mesh-watch.ts";
import { degree, range, type ShardPeer, topicOf, twoShards } from "../peer-management/shard-peers.ts";
import { heartbeatMs } from "../relay/wire-scene.ts";
import { discoveryMs, type Findable, findable, introduce, relayOf, unknownGuide } from "./discovery-scene.ts";

type Member = ShardPeer & Findable;

/** Relays of a shard, as many as its mesh needs, that are still to be found. */
const members = (scene: Scene<unknown>, leader: DiscoveryProbe, shard: number): Promise<Member[]> =>
  Promise.all(
    range(dLow).map(async () => {
      const found = await findable(scene, leader, relayOf(scene.clusterId, [shard]));
      const topics = [topicOf(scene, shard)];
      const gossip = await found.probe.gossip();
      gossip.announce(topics);
      return { ...found, gossip, topics, dialled: true, cameAt: performance.now() };
    }),
  );

/** A node that the subject knows, and relays of each shard to which it leads. */
async function network(scene: Scene<unknown>) {
  const leader = await unknownGuide(scene);
  const groups = await Promise.all(twoShards().shards.map((shard) => members(scene, leader, shard)));
  leader.offer(groups.flat().map(({ discv5 }) => discv5.record));
  // All are there when it looks for the first time: what is asked is what it makes of them.
  await introduce(scene, leader);
  return { leader, groups, topics: twoShards().shards.map((shard) => topicOf(scene, shard)) };
}

/** Whoever is dialled opens a relay stream of its own, as a relay does. */
const answerDials = (peers: readonly ShardPeer[], peerId: string) =>
  Promise.all(
    peers.map(async ({ probe, gossip }) => {
      if (probe.connected(peerId) && !gossip.attached(peerId)) await gossip.attach(peerId);
    }),
  );

/** Waits until the subject has found, dialled and grafted enough of each. @returns how large its meshes are, and after how long */
async function meshes(scene: Scene<unknown>, groups: readonly (readonly Member[])[], topics: readonly string[]) {
  const { subject } = scene;
  const begun = performance.now();
  const sizes = await poll(
    async () => {
      await answerDials(groups.flat(), subject.peerId);
      return topics.map((topic, index) => degree(groups[index] ?? [], topic));
    },
    (found) => found.every((size) => size >= dLow),
    discoveryMs(subject) + subject.capabilities.timings.meshMs,
  );
  return { sizes, afterMs: Math.round(performance.now() - begun) };
}

const finder = {
  subject: "node",
  topology: discoveryAlone,
  mutates: "connections",
  tags: ["#relay", "#wire"],
  network: twoShards,
} as const;

describe("nodes find peers of their shards", () => {
  check({
    ...finder,
    id: "discovery/joins-meshes",
    title: "a relay that knows one node of a network comes to D_low mesh peers on each of its shards",
    requirements: ["51-SHARD-26", "REC-DISC-02"],
    async observe(scene) {
      const { groups, topics } = await network(scene);
      const shards = watchMeshes(scene, groups.flat(), topics);
      const { sizes, afterMs } = await meshes(scene, groups, topics);
      return { afterMs, sizes, shards: shards(), thin: exact(sizes.filter((size) => size < dLow).length) };
    },
    judge({ thin }) {
      expect(thin, "wrong-value", "thin").to.equal(0);
    },
  });

  check({
    ...finder,
    id: "discovery/mends-meshes",
    title:
      "a relay whose peers of one shard are gone finds others, and comes to D_low mesh peers there again; the other shard keeps its own",
    requirements: ["REC-DISC-02"],
    async observe(scene) {
      const { leader, groups, topics } = await network(scene);
      const [steady = [], leaving = []] = groups;
      const all: ShardPeer[] = [...groups.flat()];
      const shards = watchMeshes(scene, all, topics);
      const before = await meshes(scene, groups, topics);
      if (before.sizes.some((size) => size < dLow)) throw new CouldNotRun(`its meshes have ${before.sizes.join(" and ")} peers`);
      const others = watchMeshes(scene, steady, topics.slice(0, 1));
      await Promise.all(leaving.map(({ probe }) => probe.close()));
      const coming = await members(scene, leader, 1);
      all.push(...coming);
      leader.offer([...steady, ...coming].map(({ discv5 }) => discv5.record));
      const { sizes, afterMs } = await meshes(scene, [coming], topics.slice(1));
      const least = Math.min(...others().flatMap(({ history }) => history.map(([, size]) => size)));
      return {
        ...{ afterMs, afterHeartbeats: Math.ceil(afterMs / heartbeatMs), sizes, shards: shards() },
        back: exact(sizes.every((size) => size >= dLow)),
        untouched: exact(least >= dLow),
      };
    },
    judge({ back, untouched }) {
      expect(back, "wrong-value", "back").to.equal(true);
      expect(untouched, "wrong-value", "untouched").to.equal(true);
    },
  });
});
