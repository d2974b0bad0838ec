import { check } from "../../harness/check.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { dLow } from "../../rfc-checks/rules/mesh.ts";
import { numberOf, parted } from "../slots/connections.ts";
import { ordinary, settable } from "../slots/slots-scene.ts";
import { watchMeshes } from "./mesh-watch.ts";
import { comesOn, degree, ofRelay, type ShardPeer, settles, strangers, topicOf, twoShards } from "./shard-peers.ts";

/** A limit, and when the only peer of a shard comes: before all others, when half of the room is taken, or when all of it is. */
interface Place {
  readonly which: 0 | 1;
  readonly before: 0 | 0.5 | 1;
}
const places: Record<string, Place> = {
  first: { which: 0, before: 0 },
  middle: { which: 0, before: 0.5 },
  last: { which: 0, before: 1 },
  "last-of-more": { which: 1, before: 1 },
};

const ofLimited = {
  ...ofRelay,
  revision: 2,
  network: twoShards,
  meaningful: (cast: Parameters<typeof ofRelay.meaningful>[0]) => ofRelay.meaningful(cast) && settable("node", "maxConnections")(cast),
} as const;

/** More than there is room for. */
const surplus = 4;

/** Come one after the other to a topic each, whether they are held or not. @returns those that were taken */
async function comeAll(scene: Scene<unknown>, topics: readonly string[], arrived: ShardPeer[]): Promise<ReadonlySet<ShardPeer>> {
  const taken = new Set<ShardPeer>();
  for (const [index, probe] of (await strangers(scene, topics.length)).entries()) {
    const { peer, answer } = await comesOn(scene, probe, [topics[index] as string]);
    arrived.push(peer);
    if (answer.outcome === "ok") taken.add(peer);
  }
  return taken;
}

/** How many are held once the node has looked after its peers. @throws CouldNotRun when it parts from nobody */
async function heldOf(scene: Scene<unknown>, peers: readonly ShardPeer[], limit: number): Promise<number> {
  const came = { probes: peers.map(({ probe }) => probe), refused: [], gossips: [], since: performance.now() };
  const { held } = await parted(scene, came, limit);
  if (held.length > limit) throw new CouldNotRun(`${held.length} of ${peers.length} peers are held, of which it was told to hold ${limit}`);
  return held.length;
}

const many = (count: number, topic: string): string[] => Array.from({ length: count }, () => topic);

describe("a limit that shards share", () => {
  check({
    ...ofLimited,
    id: "peer-management/last-of-shard",
    title: "of more peers than there is room for, the only one of a shard is not parted from",
    requirements: ["REC-SHARD-09"],
    variants: places,
    settings: ({ which }, cast) => ordinary("node", "maxConnections", which)(cast),
    async observe(scene) {
      const { which, before } = scene.variant;
      const [crowded, thin] = [topicOf(scene, 0), topicOf(scene, 1)];
      const limit = numberOf(scene, "maxConnections", which);
      const earlier = Math.floor(limit * before);
      const peers: ShardPeer[] = [];
      const shards = watchMeshes(scene, peers, [crowded, thin]);
      const taken = await comeAll(scene, [...many(earlier, crowded), thin, ...many(limit + surplus - earlier, crowded)], peers);
      const only = peers[earlier] as ShardPeer;
      if (!taken.has(only)) throw new CouldNotRun("the only peer of the shard was never one of its peers");
      const held = await heldOf(scene, peers, limit);
      const kept = only.probe.connected(scene.subject.peerId);
      const { size } = await settles(scene, [only], thin, Number(kept), 1);
      return { limit, held, shards: shards(), kept: exact(kept), inMesh: exact(size === 1) };
    },
    judge({ kept }) {
      expect(kept, "disconnected", "kept").to.equal(true);
    },
  });

  check({
    ...ofLimited,
    id: "peer-management/late-shard",
    title: "a shard whose peers come when those of another have taken all the room has a mesh of D_low, and the other keeps one",
    requirements: ["REC-SHARD-07"],
    variants: { smaller: 0 } as const,
    settings: (which, cast) => ordinary("node", "maxConnections", which)(cast),
    async observe(scene) {
      const topics = [topicOf(scene, 0), topicOf(scene, 1)] as const;
      const limit = numberOf(scene, "maxConnections", scene.variant);
      const peers: ShardPeer[] = [];
      const shards = watchMeshes(scene, peers, topics);
      await comeAll(scene, [...many(limit + surplus, topics[0]), ...many(dLow + 2, topics[1])], peers);
      const held = await heldOf(scene, peers, limit);
      const sizes = await Promise.all(topics.map((topic) => settles(scene, peers, topic, dLow, peers.length)));
      const heldOn = (topic: string) =>
        peers.filter(({ probe, topics: on }) => on.includes(topic) && probe.connected(scene.subject.peerId));
      return {
        ...{ limit, held, heldOn: topics.map((topic) => heldOn(topic).length), meshes: topics.map((topic) => degree(peers, topic)) },
        shards: shards(),
        thin: exact(sizes.filter(({ size }) => size < dLow).length),
      };
    },
    judge({ thin }) {
      expect(thin, "wrong-value", "thin").to.equal(0);
    },
  });
});
