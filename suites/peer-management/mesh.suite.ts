import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import { dHigh, dLow } from "../../rfc-checks/rules/mesh.ts";
import { watchMeshes } from "./mesh-watch.ts";
import { kept, ofRelay, peersOn, range, roomy, settles, topicOf, twoShards } from "./shard-peers.ts";

/** Shards that are joined, and peers of each: of one shard only, or of all of them. */
interface Spread {
  readonly shards: number;
  readonly peers: number;
  readonly shared?: true;
}
const spreads: Record<string, Spread> = {
  "1-shard-scarce": { shards: 1, peers: dLow - 1 },
  "1-shard-many": { shards: 1, peers: 14 },
  "2-shards-enough": { shards: 2, peers: 6 },
  "2-shards-many": { shards: 2, peers: 12 },
  "8-shards-enough": { shards: 8, peers: 5 },
  "8-shards-shared": { shards: 8, peers: 10, shared: true },
};

describe("peers of each shard", () => {
  check({
    ...ofRelay,
    id: "peer-management/mesh-of-each-shard",
    title: "a relay has between D_low and D_high peers in the mesh of each of its shards, or all that there are",
    requirements: ["29-CONFIG-01", "29-CONFIG-02", "REC-SHARD-07"],
    variants: spreads,
    network: ({ shards }) => ({ shards: range(shards) }),
    settings: roomy,
    async observe(scene) {
      const { shards, peers, shared } = scene.variant;
      const topics = range(shards).map((shard) => topicOf(scene, shard));
      const groups = shared ? [topics] : topics.map((topic) => [topic]);
      const all = (
        await peersOn(
          scene,
          groups.map((group) => ({ count: peers, topics: group })),
        )
      ).flat();
      const low = Math.min(peers, dLow);
      const watched = watchMeshes(scene, all, topics);
      const formed = await Promise.all(topics.map((topic) => settles(scene, all, topic, low, dHigh)));
      const sizes = await kept(all, topics, low, dHigh);
      return {
        formedMs: Math.max(...formed.map(({ afterMs }) => afterMs)),
        shards: watched(),
        thin: exact(sizes.filter((size) => size < low).length),
        crowded: exact(sizes.filter((size) => size > dHigh).length),
      };
    },
    judge({ thin, crowded }) {
      expect(thin, "wrong-value", "thin").to.equal(0);
      expect(crowded, "wrong-value", "crowded").to.equal(0);
    },
  });

  check({
    ...ofRelay,
    id: "peer-management/all-graft",
    title: "when more peers than D_high graft a relay on each of two shards, both meshes are cut to D_high and none below D_low",
    requirements: ["29-CONFIG-03", "REC-SHARD-07"],
    network: twoShards,
    settings: roomy,
    async observe(scene) {
      const topics = [topicOf(scene, 0), topicOf(scene, 1)];
      const groups = await peersOn(
        scene,
        topics.map((topic) => ({ count: dHigh + 4, topics: [topic] })),
      );
      const all = groups.flat();
      const shards = watchMeshes(scene, all, topics);
      for (const [index, topic] of topics.entries()) for (const { gossip } of groups[index] ?? []) gossip.graft(topic);
      const cut = await Promise.all(topics.map((topic) => settles(scene, all, topic, dLow, dHigh)));
      const sizes = await kept(all, topics, dLow, dHigh);
      return {
        cutMs: Math.max(...cut.map(({ afterMs }) => afterMs)),
        shards: shards(),
        within: exact(sizes.every((size) => size >= dLow && size <= dHigh)),
      };
    },
    judge({ within }) {
      expect(within, "wrong-value", "within").to.equal(true);
    },
  });

  check({
    ...ofRelay,
    id: "peer-management/recovery",
    title: "when the mesh peers of one shard vanish, others take their place, and the other shard keeps its own",
    requirements: ["29-CONFIG-02", "REC-SHARD-08"],
    network: twoShards,
    settings: roomy,
    async observe(scene) {
      const { subject } = scene;
      const [steady, shaken] = [topicOf(scene, 0), topicOf(scene, 1)];
      const [others = [], peers = []] = await peersOn(scene, [
        { count: 6, topics: [steady] },
        { count: 14, topics: [shaken] },
      ]);
      const shards = watchMeshes(scene, [...others, ...peers], [steady, shaken]);
      await Promise.all([settles(scene, others, steady, dLow, dHigh), settles(scene, peers, shaken, dLow, dHigh)]);
      const leaving = peers.filter(({ gossip }) => gossip.meshOf(shaken).length > 0);
      const staying = peers.filter((peer) => !leaving.includes(peer));
      await Promise.all(leaving.map(({ probe }) => probe.disconnect(subject.peerId)));
      const { size, afterMs } = await settles(scene, staying, shaken, dLow, dHigh);
      const [other = 0] = await kept(others, [steady], dLow, dHigh);
      return {
        ...{ vanished: leaving.length, left: staying.length, size, afterMs, other, shards: shards() },
        back: exact(size >= dLow),
        untouched: exact(other >= dLow),
      };
    },
    judge({ back, untouched }) {
      expect(back, "wrong-value", "back").to.equal(true);
      expect(untouched, "wrong-value", "untouched").to.equal(true);
    },
  });
});
