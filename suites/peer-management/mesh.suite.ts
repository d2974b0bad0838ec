import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { dHigh, dLow } from "../../rfc-checks/rules/mesh.ts";
import { heartbeatMs } from "../relay/wire-scene.ts";
import { ordinary, settable } from "../slots/slots-scene.ts";
import { watchMeshes } from "./mesh-watch.ts";
import { kept, ofRelay, peersOn, range, roomy, type ShardPeer, settles, topicOf, twoShards } from "./shard-peers.ts";
import { type Spread, spreadOut } from "./spread.ts";

const [scarce, enough, many] = [dLow - 1, 6, dHigh + 4];
const spreads: Record<string, Spread> = {
  "1-shard-scarce": { shards: 1, peers: scarce },
  "1-shard-enough": { shards: 1, peers: enough },
  "1-shard-many": { shards: 1, peers: many },
  "2-shards-scarce": { shards: 2, peers: scarce },
  "2-shards-enough": { shards: 2, peers: enough },
  "2-shards-many": { shards: 2, peers: many },
  "2-shards-scarce-shared": { shards: 2, peers: scarce, shared: true },
  "2-shards-enough-shared": { shards: 2, peers: enough, shared: true },
  "2-shards-many-shared": { shards: 2, peers: many, shared: true },
  "8-shards-scarce": { shards: 8, peers: scarce },
  "8-shards-enough": { shards: 8, peers: enough },
  "8-shards-scarce-shared": { shards: 8, peers: scarce, shared: true },
  "8-shards-enough-shared": { shards: 8, peers: enough, shared: true },
  "8-shards-many-shared": { shards: 8, peers: many, shared: true },
  "2-shards-enough-dialled": { shards: 2, peers: enough, dials: "all" },
  "2-shards-many-half-dialled": { shards: 2, peers: many, dials: "every-other" },
  "8-shards-enough-shared-dialled": { shards: 8, peers: enough, shared: true, dials: "all" },
};

/** What becomes of the meshes of peers that are spread over shards, and how many of them the subject parts from. */
async function spread(scene: Scene<unknown>, how: Spread) {
  const { peers, watched, formedMs, ends, thin, crowded } = await spreadOut(scene, how);
  const parted = exact(peers.filter(({ probe }) => !probe.connected(scene.subject.peerId)).length);
  return { formedMs, shards: watched(), ends, parted, thin, crowded };
}

function demandMeshes({ thin, crowded }: { readonly thin: number; readonly crowded: number }): void {
  expect(thin, "wrong-value", "thin").to.equal(0);
  expect(crowded, "wrong-value", "crowded").to.equal(0);
}

/** Each way round. */
const switches = {
  "shard-manager-off": { name: "shardManager", which: 0 },
  "shard-manager-on": { name: "shardManager", which: 1 },
  "fewer-for-relay": { name: "relayServiceRatio", which: 0 },
  "more-for-relay": { name: "relayServiceRatio", which: 1 },
} as const;

/** REC-SHARD-08, of heartbeats. */
const aFew = 3;

describe("peers of each shard", () => {
  check({
    ...ofRelay,
    id: "peer-management/mesh-of-each-shard",
    revision: 2,
    title: "a relay has between D_low and D_high peers in the mesh of each of its shards, or all that there are",
    requirements: ["29-CONFIG-01", "29-CONFIG-02", "REC-SHARD-07"],
    variants: spreads,
    network: ({ shards }) => ({ shards: range(shards) }),
    settings: roomy,
    observe: (scene) => spread(scene, scene.variant),
    judge: demandMeshes,
  });

  check({
    ...ofRelay,
    id: "peer-management/mesh-with-switch",
    title: "whichever way a setting of relay peers is switched, each of two shards has a mesh of D_low to D_high",
    requirements: ["REC-SHARD-07"],
    variants: switches,
    network: twoShards,
    settings: ({ name, which }, cast) => ordinary("node", name, which)(cast),
    meaningful: (cast, { name }) => ofRelay.meaningful(cast) && settable("node", name)(cast),
    observe: (scene) => spread(scene, { shards: 2, peers: enough }),
    judge: demandMeshes,
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
      const all: ShardPeer[] = [];
      const shards = watchMeshes(scene, all, topics);
      const groups = await peersOn(
        scene,
        topics.map((topic) => ({ count: dHigh + 4, topics: [topic] })),
        all,
      );
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
    revision: 3,
    title: "when the mesh peers of one shard vanish, others take their place within a few heartbeats, and the other shard keeps its own",
    requirements: ["29-CONFIG-02", "REC-SHARD-08"],
    variants: { "others-connected": false, "others-come": true },
    network: twoShards,
    settings: roomy,
    async observe(scene) {
      const { subject, variant: allGo } = scene;
      const [steady, shaken] = [topicOf(scene, 0), topicOf(scene, 1)];
      const all: ShardPeer[] = [];
      const shards = watchMeshes(scene, all, [steady, shaken]);
      const [others = [], peers = []] = await peersOn(
        scene,
        [
          { count: enough, topics: [steady] },
          { count: allGo ? enough : 14, topics: [shaken] },
        ],
        all,
      );
      await Promise.all([settles(scene, others, steady, dLow, dHigh), settles(scene, peers, shaken, dLow, dHigh)]);
      const leaving = peers.filter(({ gossip }) => allGo || gossip.meshOf(shaken).length > 0);
      const since = watchMeshes(scene, others, [steady]);
      await Promise.all(leaving.map(({ probe }) => probe.disconnect(subject.peerId)));
      const leftAt = performance.now();
      const staying = peers.filter((peer) => !leaving.includes(peer));
      const taking = allGo ? (await peersOn(scene, [{ count: enough, topics: [shaken] }], all)).flat() : staying;
      // As soon as the last has gone, or the last of those has come whom it can take instead.
      const mendable = Math.max(leftAt, ...taking.map(({ cameAt }) => cameAt));
      const { size, afterMs } = await settles(scene, taking, shaken, dLow, dHigh, mendable);
      await kept(others, [steady], dLow, dHigh);
      const least = Math.min(...since().flatMap(({ history }) => history.map(([, other]) => other)));
      return {
        ...{ vanished: leaving.length, left: staying.length, size, least, shards: shards() },
        ...{ afterMs, afterHeartbeats: Math.ceil(afterMs / heartbeatMs) },
        back: exact(size >= dLow),
        inTime: exact(afterMs <= aFew * heartbeatMs + subject.capabilities.timings.settledMs),
        untouched: exact(least >= dLow),
      };
    },
    judge({ back, inTime, untouched }) {
      expect(back, "wrong-value", "back").to.equal(true);
      expect(inTime, "wrong-value", "inTime").to.equal(true);
      expect(untouched, "wrong-value", "untouched").to.equal(true);
    },
  });
});
