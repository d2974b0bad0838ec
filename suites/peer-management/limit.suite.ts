import { poll } from "../../fixtures/waiting.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { comeAsRelay, ordinary, settable } from "../slots/slots-scene.ts";
import { watchMeshes } from "./mesh-watch.ts";
import { degree, ofRelay, peersOn, type ShardPeer, settles, topicOf, twoShards } from "./shard-peers.ts";

const limits = { smaller: 0, larger: 1 } as const;
const ofLimited = {
  ...ofRelay,
  variants: limits,
  network: twoShards,
  settings: (which: 0 | 1, cast: Parameters<ReturnType<typeof ordinary>>[0]) => ordinary("node", "maxConnections", which)(cast),
  meaningful: (cast: Parameters<typeof ofRelay.meaningful>[0]) => ofRelay.meaningful(cast) && settable("node", "maxConnections")(cast),
} as const;

const limitOf = ({ subject, variant }: Scene<0 | 1>): number => Number(subject.capabilities.settings.maxConnections?.ordinary?.[variant]);

/** Come one after the other, whether they are held or not. */
async function crowdOn(scene: Scene<unknown>, count: number, topic: string): Promise<ShardPeer[]> {
  const { probes } = await scene.crowd(count);
  const peers: ShardPeer[] = [];
  for (const probe of probes) {
    const { gossip } = await comeAsRelay(scene.subject, probe, [topic]);
    peers.push({ probe, gossip, topics: [topic] });
  }
  return peers;
}

const held = ({ subject }: Scene<unknown>, peers: readonly ShardPeer[]): number =>
  peers.filter(({ probe }) => probe.connected(subject.peerId)).length;

/** Waits until no more than so many are held, for as long as a node may take to look after its peers. */
const cut = (scene: Scene<unknown>, peers: readonly ShardPeer[], most: number): Promise<number> => {
  const { settledMs, surplusMs = settledMs } = scene.subject.capabilities.timings;
  return poll(
    async () => held(scene, peers),
    (count) => count <= most,
    Math.max(settledMs, surplusMs),
  );
};

describe("a limit that shards share", () => {
  check({
    ...ofLimited,
    id: "peer-management/last-of-shard",
    title: "of more peers than there is room for, the only one of a shard is not parted from",
    requirements: ["REC-SHARD-09"],
    async observe(scene) {
      const [crowded, thin] = [topicOf(scene, 0), topicOf(scene, 1)];
      const limit = limitOf(scene);
      const last = (await peersOn(scene, [{ count: 1, topics: [thin] }]))[0]?.[0] as ShardPeer;
      const joined = await settles(scene, [last], thin, 1, 1);
      const crowd = await crowdOn(scene, limit + 4, crowded);
      const shards = watchMeshes(scene, [...crowd, last], [crowded, thin]);
      const heldOfCrowd = await cut(scene, [...crowd, last], limit);
      return {
        ...{ limit, joinedMs: joined.afterMs, held: heldOfCrowd, shards: shards() },
        kept: exact(last.probe.connected(scene.subject.peerId)),
        inMesh: exact(last.gossip.meshOf(thin).length > 0),
      };
    },
    judge({ kept, inMesh }) {
      expect(kept, "disconnected", "kept").to.equal(true);
      expect(inMesh, "wrong-value", "inMesh").to.equal(true);
    },
  });

  check({
    ...ofLimited,
    variants: { smaller: limits.smaller },
    id: "peer-management/late-shard",
    title: "what becomes of the peers of a shard that come when those of another have taken all the room",
    requirements: ["REC-SHARD-07"],
    async observe(scene) {
      const [crowded, thin] = [topicOf(scene, 0), topicOf(scene, 1)];
      const limit = limitOf(scene);
      const crowd = await crowdOn(scene, limit + 4, crowded);
      const late = await crowdOn(scene, 6, thin);
      const shards = watchMeshes(scene, [...crowd, ...late], [crowded, thin]);
      await cut(scene, [...crowd, ...late], limit);
      const { size } = await settles(scene, late, thin, Math.min(late.length, limit), late.length);
      const mesh = { crowded: degree(crowd, crowded), late: size };
      return { limit, ofCrowd: held(scene, crowd), ofLate: held(scene, late), mesh, shards: shards() };
    },
  });
});
