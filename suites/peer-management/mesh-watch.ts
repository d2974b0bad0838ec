import type { ShardRow } from "../../harness/results/shard-row.ts";
import type { Scene } from "../../harness/scene.ts";
import { degree, type ShardPeer } from "./shard-peers.ts";

/** Looked at several times within a heartbeat. */
const everyMs = 200;

/**
 * Writes down how the meshes of a node grow and shrink, for the picture of shards.
 * @param peers those that have come; more may be put into it later
 * @returns what was seen until it is asked for; it looks no further then
 */
export function watchMeshes(scene: Scene<unknown>, peers: readonly ShardPeer[], topics: readonly string[]): () => ShardRow[] {
  const begun = performance.now();
  const histories = new Map(topics.map((topic) => [topic, [] as [number, number][]]));
  const look = () => {
    for (const [topic, history] of histories) {
      const size = degree(peers, topic);
      if (history.at(-1)?.[1] !== size) history.push([Math.round(performance.now() - begun), size]);
    }
  };
  look();
  const timer = setInterval(look, everyMs);
  const stop = () => clearInterval(timer);
  scene.defer(async () => stop());
  return () => {
    look();
    stop();
    return [...histories].map(([topic, history]) => {
      const there = peers.filter(({ probe, topics: on }) => probe.connected(scene.subject.peerId) && on.includes(topic));
      return { topic, peers: there.length, mesh: history.at(-1)?.[1] ?? 0, history };
    });
  };
}
