import { poll } from "../../fixtures/waiting.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { dLow } from "../../rfc-checks/rules/mesh.ts";
import { discoveryAlone } from "../../topologies/index.ts";
import { discoveryMs, type Findable, findable, introduce, isDialled, relayOf, unknownGuide } from "../discovery/discovery-scene.ts";
import { numberOf } from "../slots/connections.ts";
import { ordinary, settable } from "../slots/slots-scene.ts";
import { range, tellsShards, twoShards } from "./shard-peers.ts";

/** So many more than there is room for. */
const surplus = 4;

/** Peers of the shards in turn, which can be found, and the shard of each. */
async function findableOn(scene: Scene<unknown>, leader: Parameters<typeof findable>[1], count: number) {
  const { shards } = twoShards();
  return Promise.all(
    range(count).map(async (index) => {
      const shard = shards[index % shards.length] as number;
      const peer = await findable(scene, leader, relayOf(scene.clusterId, [shard]), { metadata: false });
      await tellsShards(scene, peer.probe, [shard]);
      return { shard, ...peer };
    }),
  );
}

describe("peers that a relay dials for its shards", () => {
  check({
    id: "peer-management/dials-within-limit",
    revision: 2,
    title: "of the peers that it finds a relay dials no more than it has room for, and enough for each of its shards",
    requirements: ["REC-SHARD-12"],
    subject: "node",
    topology: discoveryAlone,
    mutates: "connections",
    tags: ["#relay", "#discovery", "#wire"],
    variants: { smaller: false, "smaller-with-shard-manager": true },
    network: twoShards,
    settings: (managed, cast) => ({
      node: {
        ...ordinary("node", "maxConnections")(cast).node,
        ...(managed && ordinary("node", "shardManager", 1)(cast).node),
      },
    }),
    meaningful: (cast, managed) => settable("node", "maxConnections")(cast) && (!managed || settable("node", "shardManager")(cast)),
    async observe(scene) {
      const { subject } = scene;
      const { shards } = twoShards();
      const limit = numberOf(scene, "maxConnections", 0);
      const leader = await unknownGuide(scene);
      const peers = await findableOn(scene, leader, limit + surplus);
      // Last: some soon forget a guide that keeps them waiting.
      await introduce(scene, leader);
      const room = limit - ((await subject.peers()).value?.length ?? 0);
      const come = new Set<Findable>();
      const dialled = async () => {
        for (const peer of peers) if (isDialled(peer, subject)) come.add(peer);
        // An answer of discv5 holds sixteen records: whoever was dialled makes room in it for the others.
        leader.offer(peers.filter((peer) => !come.has(peer)).map(({ discv5 }) => discv5.record));
        return shards.map((shard) => peers.filter((peer) => peer.shard === shard && come.has(peer)).length);
      };
      const each = Math.min(dLow, Math.floor(room / shards.length));
      await poll(dialled, (counts) => counts.every((count) => count >= each), discoveryMs(subject));
      // As long again: all that are offered it may find by then, and dial.
      const counts = await poll(dialled, () => come.size > room, discoveryMs(subject));
      const held = shards.map((shard) => peers.filter((peer) => peer.shard === shard && peer.probe.connected(subject.peerId)).length);
      return {
        limit,
        room,
        each,
        counts,
        held,
        beyond: exact(come.size > room),
        thin: exact(counts.filter((count) => count < each).length),
      };
    },
    judge({ beyond, thin }) {
      expect(beyond, "limit-too-high", "beyond").to.equal(false);
      expect(thin, "not-connected", "thin").to.equal(0);
    },
  });
});
