import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { dHigh, dLow } from "../../rfc-checks/rules/mesh.ts";
import { watchMeshes } from "./mesh-watch.ts";
import { type Dials, inMesh, kept, peersOn, range, type ShardPeer, settles, topicOf } from "./shard-peers.ts";

/** Shards that are joined, and peers of each: of one shard only, or of all of them. */
export interface Spread {
  readonly shards: number;
  readonly peers: number;
  readonly shared?: true;
  readonly dials?: Dials;
}

/** How many peers of a mesh the node dialled, and how many came: the fewest and the most of any shard. */
interface Ends {
  readonly dialled: readonly [number, number];
  readonly came: readonly [number, number];
}

/**
 * Leads peers to all of the shards.
 * @returns them, the meshes as they are watched, and how many of those were out of bounds once they had the time to form
 */
export async function spreadOut(scene: Scene<unknown>, { shards, peers: count, shared, dials = "nobody" }: Spread) {
  const topics = range(shards).map((shard) => topicOf(scene, shard));
  const groups = shared ? [topics] : topics.map((topic) => [topic]);
  const peers: ShardPeer[] = [];
  const watched = watchMeshes(scene, peers, topics);
  await peersOn(
    scene,
    groups.map((group) => ({ count, topics: group, dials })),
    peers,
  );
  const low = Math.min(count, dLow);
  const formed = await Promise.all(topics.map((topic) => settles(scene, peers, topic, low, dHigh)));
  const sizes = await kept(peers, topics, low, dHigh);
  return {
    ...{ topics, peers, watched },
    formedMs: Math.max(...formed.map(({ afterMs }) => afterMs)),
    ends: endsOf(peers, topics),
    thin: exact(sizes.filter((size) => size < low).length),
    crowded: exact(sizes.filter((size) => size > dHigh).length),
  };
}

function endsOf(peers: readonly ShardPeer[], topics: readonly string[]): Ends {
  const meshes = topics.map((topic) => inMesh(peers, topic));
  const bounds = (counts: readonly number[]) => [Math.min(...counts), Math.max(...counts)] as const;
  return {
    dialled: bounds(meshes.map((mesh) => mesh.filter(({ dialled }) => dialled).length)),
    came: bounds(meshes.map((mesh) => mesh.filter(({ dialled }) => !dialled).length)),
  };
}
