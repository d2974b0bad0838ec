import type { Gossip } from "../../fixtures/contract/gossip.ts";
import type { Probe } from "../../fixtures/contract/probe.ts";
import type { SettingName } from "../../fixtures/contract/settings.ts";
import { poll } from "../../fixtures/waiting.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import type { SlotRow } from "../../harness/results/slot-row.ts";
import type { Scene } from "../../harness/scene.ts";
import { inMesh } from "../relay-peer.ts";
import { FilterClient } from "./filter-clients.ts";
import { addressOf, comeAsRelay, pushOnce } from "./slots-scene.ts";

export type Kind = "relay peer" | "relay peer without a shard" | "filter client" | "lightpush client" | "client";

/** What a peer of a kind does when it comes; false where the node did not take its connection. */
const arrivals: Record<Kind, (scene: Scene<unknown>, probe: Probe) => Promise<boolean | Gossip>> = {
  "relay peer": (scene, probe) => relay(scene, probe, [scene.pubsubTopic]),
  // It is in no mesh.
  "relay peer without a shard": (scene, probe) => relay(scene, probe, []),
  async "filter client"(scene, probe) {
    const client = new FilterClient(scene, probe);
    if (!(await client.connect())) return false;
    await client.subscribe(client.topic);
    return probe.connected(scene.subject.peerId);
  },
  async "lightpush client"(scene, probe) {
    if ((await probe.connect(addressOf(scene.subject))).outcome !== "ok") return false;
    await pushOnce(scene, probe);
    return probe.connected(scene.subject.peerId);
  },
  client: async (scene, probe) => (await probe.connect(addressOf(scene.subject))).outcome === "ok",
};

async function relay({ subject }: Scene<unknown>, probe: Probe, topics: readonly string[]): Promise<boolean | Gossip> {
  const { gossip, answer } = await comeAsRelay(subject, probe, topics);
  return answer.outcome === "ok" && gossip;
}

/** Peers that came, one after the other. */
export interface Came {
  readonly probes: readonly Probe[];
  /** Not even taken. */
  readonly refused: readonly Probe[];
  /** Of relay peers that were taken. */
  readonly gossips: readonly Gossip[];
  readonly since: number;
}

/** A relay peer comes into the mesh before the others, and the node has had the time to look after its peers. */
export async function comeToMesh(scene: Scene<unknown>, kinds: readonly Kind[], probes: readonly Probe[]): Promise<Came> {
  const first = await come(scene, kinds, probes.slice(0, 1));
  const [gossip] = first.gossips;
  if (!gossip) throw new CouldNotRun("the first relay peer was not taken");
  await inMesh(scene, gossip);
  const { settledMs, surplusMs = settledMs } = scene.subject.capabilities.timings;
  await scene.elapse(surplusMs);
  const rest = await come(scene, [...kinds.slice(1), kinds[0] as Kind], probes.slice(1));
  return { ...rest, probes, gossips: [gossip, ...rest.gossips] };
}

/** @param kinds in turn */
export async function come(scene: Scene<unknown>, kinds: readonly Kind[], probes: readonly Probe[]): Promise<Came> {
  const [refused, gossips]: [Probe[], Gossip[]] = [[], []];
  for (const [index, probe] of probes.entries()) {
    const taken = await arrivals[kinds[index % kinds.length] as Kind](scene, probe);
    if (taken === false) refused.push(probe);
    else if (taken !== true) gossips.push(taken);
  }
  return { probes, refused, gossips, since: performance.now() };
}

export const holds = ({ subject }: Scene<unknown>, { probes }: Came): Probe[] => probes.filter((probe) => probe.connected(subject.peerId));

/** Waits until no more than so many are held and no further one is parted from, which a node may look after only now and then. */
export async function parted(scene: Scene<unknown>, came: Came, most: number) {
  const { settledMs, surplusMs = settledMs } = scene.subject.capabilities.timings;
  const taken = came.probes.length - came.refused.length;
  let before = came.probes.length;
  /** When the first was gone that was taken, since all had come. */
  let firstGoneMs: number | null = null;
  const held = await poll(
    async () => holds(scene, came),
    ({ length }) => {
      if (length < taken) firstGoneMs ??= Math.round(performance.now() - came.since);
      const settled = length <= most && length === before && performance.now() - came.since > surplusMs;
      before = length;
      return settled;
    },
    surplusMs + settledMs,
  );
  return { held, firstGoneMs };
}

/** What became of those that came: how many stayed, and whether the newest are those that did not. */
export async function outcome(scene: Scene<unknown>, kinds: readonly Kind[], came: Came, most: number) {
  const { held, firstGoneMs } = await parted(scene, came, most);
  const gone = came.probes.length - held.length;
  const newest = came.probes.slice(held.length);
  const slot: SlotRow = {
    kind: kinds.join(", "),
    limit: `maxConnections ${most}`,
    tried: came.probes.length,
    accepted: held.length,
    refused: gone === 0 ? null : came.refused.length > 0 ? "connection refused" : "parted from",
    refusedAfterMs: firstGoneMs,
  };
  return {
    held: held.length,
    refused: came.refused.length,
    gone,
    newestGone: newest.every((probe) => !held.includes(probe)),
    slots: [slot],
  };
}

/** The value of a number that a participant's operator can set. */
export function numberOf({ subject }: Scene<unknown>, name: SettingName, which: 0 | 1): number {
  const value = Number(subject.capabilities.settings[name]?.ordinary?.[which]);
  if (!Number.isInteger(value)) throw new CouldNotRun(`${name} cannot be set to a number`);
  return value;
}
