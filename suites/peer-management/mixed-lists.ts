import type { StartedWakuNode } from "../../fixtures/contract/node.ts";
import { must } from "../../harness/answers.ts";
import { dLow } from "../../rfc-checks/rules/mesh.ts";

type Nodes = Readonly<Record<string, StartedWakuNode>>;

/** What a relay lists, as places; a peer that plays none is there by its id. */
interface Listed {
  /** Peers that have announced the shard; absent where its API lists none. */
  readonly announced?: readonly string[];
  /** Those in its mesh, likewise. */
  readonly mesh?: readonly string[];
}
/** Of each relay that is on a shard, by place. */
export type Lists = Readonly<Record<string, Listed>>;

/**
 * What some relays list of a shard that they are on.
 * @param nodes all those who may be listed
 * @throws CouldNotRun when one that has such a list does not answer
 */
export async function listsOf(nodes: Nodes, relays: Nodes, topic: string): Promise<Lists> {
  const places = new Map(Object.entries(nodes).map(([place, { peerId }]) => [peerId, place]));
  const named = (peers: readonly string[]) => [...new Set(peers.map((peer) => places.get(peer) ?? peer))].sort();
  const listed = async (place: string, node: StartedWakuNode): Promise<Listed> => {
    const answer = await node.relay?.peers?.(topic);
    if (answer === undefined || answer.outcome === "unsupported") return {};
    const view = await must(`listing the peers of a shard at ${place}`, Promise.resolve(answer));
    return { ...(view && { announced: named(view.announced) }), ...(view?.mesh && { mesh: named(view.mesh) }) };
  };
  return Object.fromEntries(await Promise.all(Object.entries(relays).map(async ([place, node]) => [place, await listed(place, node)])));
}

/** Relays with fewer than D_low in their mesh though more are on the shard, as they list them or are listed by them, in words. */
export const thin = (lists: Lists): string[] =>
  Object.entries(lists).flatMap(([place, { announced = [], mesh }]) => {
    const there = Math.max(announced.length, listing(lists, place).length);
    return mesh !== undefined && mesh.length < Math.min(dLow, there) ? [`${place} has ${mesh.length} of ${there}`] : [];
  });

/** Links of a mesh that one end lists, and the other, which knows that it is on the shard, does not, in words. */
export const oneSided = (lists: Lists): string[] =>
  Object.entries(lists).flatMap(([place, { mesh = [] }]) =>
    mesh
      .filter((other) => lists[other]?.announced?.includes(place) && lists[other]?.mesh?.includes(place) === false)
      .map((other) => `${place} has ${other}`),
  );

/** Relays that list a peer on the shard: they are connected to it. */
const listing = (lists: Lists, peer: string): string[] => Object.keys(lists).filter((place) => lists[place]?.announced?.includes(peer));

/** Relays that list a peer on the shard or in its mesh. */
export const holding = (lists: Lists, peer: string): string[] =>
  Object.keys(lists).filter((place) => [lists[place]?.announced, lists[place]?.mesh].some((peers) => peers?.includes(peer)));
