import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { dHigh, dLow } from "../../rfc-checks/rules/mesh.ts";
import { watchMeshes } from "./mesh-watch.ts";
import { kept, peersOn, range, type ShardPeer, settles, topicOf } from "./shard-peers.ts";

/** Shards that are joined, and peers of each: of one shard only, or of all of them. */
export interface Spread {
  readonly shards: number;
  readonly peers: number;
  readonly shared?: true;
}

/**
 * Leads peers to all of the shards.
 * @returns them, the meshes as they are watched, and how many of those were out of bounds once they had the time to form
 */
export async function spreadOut(scene: Scene<unknown>, { shards, peers: count, shared }: Spread) {
  const topics = range(shards).map((shard) => topicOf(scene, shard));
  const groups = shared ? [topics] : topics.map((topic) => [topic]);
  const peers: ShardPeer[] = [];
  const watched = watchMeshes(scene, peers, topics);
  await peersOn(
    scene,
    groups.map((group) => ({ count, topics: group })),
    peers,
  );
  const low = Math.min(count, dLow);
  const formed = await Promise.all(topics.map((topic) => settles(scene, peers, topic, low, dHigh)));
  const sizes = await kept(peers, topics, low, dHigh);
  return {
    ...{ topics, peers, watched },
    formedMs: Math.max(...formed.map(({ afterMs }) => afterMs)),
    thin: exact(sizes.filter((size) => size < low).length),
    crowded: exact(sizes.filter((size) => size > dHigh).length),
  };
}
