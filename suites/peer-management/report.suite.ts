import { poll } from "../../fixtures/waiting.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { gauge } from "../../harness/gauges.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { dHigh, dLow } from "../../rfc-checks/rules/mesh.ts";
import { degree, ofRelay, peersOn, roomy, type ShardPeer, settles, topicOf, twoShards } from "./shard-peers.ts";

/** What a node says of its peers, once it is what the wire says or it had the time to say so; null where it says nothing. */
const told = (scene: Scene<unknown>, groups: readonly (readonly ShardPeer[])[], topics: readonly string[]) =>
  poll(
    async () => {
      const all = groups.flat();
      const wire = {
        peers: all.filter(({ probe }) => probe.connected(scene.subject.peerId)).length,
        meshes: topics.map((topic) => degree(all, topic)),
      };
      const listed = (await scene.subject.peers()).value?.length ?? null;
      const counted = (await gauge(scene.subject, "connectedPeers")) ?? null;
      const meshes = await Promise.all(topics.map(async (topic) => (await gauge(scene.subject, "meshPeers", { topic })) ?? null));
      return { wire, listed, counted, meshes };
    },
    ({ wire, listed, counted, meshes }) =>
      listed === wire.peers && (counted ?? wire.peers) === wire.peers && meshes.every((size, index) => size === wire.meshes[index]),
    scene.subject.capabilities.timings.settledMs,
  );

describe("what a relay reports of its shards", () => {
  const changes = { formed: false, "after-some-left": true };

  check({
    ...ofRelay,
    id: "peer-management/reported-peers",
    title: "a relay lists and counts the peers that are connected, no more and no fewer",
    requirements: ["REC-SHARD-10"],
    variants: changes,
    network: twoShards,
    settings: roomy,
    async observe(scene) {
      const { wire, listed, counted } = await reported(scene);
      return { listed: exact(listed), counted: exact(counted), wire: exact(wire.peers) };
    },
    judge({ listed, counted, wire }) {
      expect(listed, "wrong-value", "listed").to.equal(wire);
      if (counted !== null) expect(counted, "wrong-value", "counted").to.equal(wire);
    },
  });

  check({
    ...ofRelay,
    id: "peer-management/reported-meshes",
    title: "a relay that has metrics says how many peers are in the mesh of each of its shards",
    requirements: ["REC-SHARD-11"],
    variants: changes,
    network: twoShards,
    settings: roomy,
    meaningful: (cast) => ofRelay.meaningful(cast) && cast.node?.gauges.connectedPeers !== undefined,
    async observe(scene) {
      const { wire, meshes } = await reported(scene);
      return {
        ...{ wire: wire.meshes, meshes },
        told: exact(meshes.every((size) => size !== null)),
        right: exact(meshes.every((size, index) => size === wire.meshes[index])),
      };
    },
    judge({ told: says, right }) {
      expect(says, "no-answer", "told").to.equal(true);
      expect(right, "wrong-value", "right").to.equal(true);
    },
  });
});

/** Two shards with six and five peers, of which some may leave. */
async function reported(scene: Scene<boolean>) {
  const topics = [topicOf(scene, 0), topicOf(scene, 1)];
  const groups = await peersOn(
    scene,
    topics.map((topic, index) => ({ count: 6 - index, topics: [topic] })),
  );
  await Promise.all(topics.map((topic, index) => settles(scene, groups[index] ?? [], topic, dLow, dHigh)));
  if (scene.variant)
    await Promise.all(groups.flatMap((group) => group.slice(0, 2).map(({ probe }) => probe.disconnect(scene.subject.peerId))));
  return told(scene, groups, topics);
}
