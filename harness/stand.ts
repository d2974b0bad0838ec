import type { ReadyParticipant } from "../fixtures/contract/adapter.ts";
import type { NodeSpec, StartedWakuNode } from "../fixtures/contract/node.ts";
import { NotTried, StartFailure } from "../fixtures/contract/runtime.ts";
import { poll } from "../fixtures/waiting.ts";
import { nowNs } from "../rfc-checks/rules/timestamp.ts";
import type { Place, Topology } from "../topologies/topology.ts";
import type { Expansion } from "./expansion.ts";
import { addressFor, dialledPatiently } from "./meeting.ts";
import { commonTopic, type Network } from "./network.ts";
import { tellingOverdue } from "./overdue.ts";
import { paced } from "./pacing.ts";
import { publicKeyText, publisherKey } from "./publishers.ts";
import type { Seeded } from "./random.ts";

/** A topology that did not come to stand: which link or path, and why. */
export class NotFormed extends Error {
  override readonly name = "NotFormed";
  /** Participants of the link that did not form, dialler first. */
  readonly between: readonly [string, string];
  /** The check that asks just this of the two. */
  readonly asked: "connectivity/connects" | "connectivity/stays-connected";

  constructor(message: string, between: readonly [string, string], asked: NotFormed["asked"]) {
    super(message);
    this.between = between;
    this.asked = asked;
  }
}

/** A node of a topology that did not come up, and the place that it was to take. */
export class NotStarted extends Error {
  override readonly name = "NotStarted";
  readonly place: string;

  constructor(place: string, cause: StartFailure) {
    super(cause.message, { cause });
    this.place = place;
  }
}

export interface Standing {
  readonly nodes: Readonly<Record<string, StartedWakuNode>>;
  /** By `performance.now()`. */
  readonly since: number;
  /** Places of those that let a call pass its bound since all stand. */
  overdue(): readonly string[];
  stop(): Promise<void>;
}

interface StandOptions {
  readonly seeded: Seeded;
  /** Unique in the run. */
  readonly name: string;
  start(participant: ReadyParticipant, spec: NodeSpec): Promise<StartedWakuNode>;
}

export type Question = Pick<Expansion, "cast" | "network" | "settings"> & {
  readonly definition: Pick<Expansion["definition"], "topology">;
};

/** What the player of a place is told, but for what it has to know of other nodes. */
export function specOf({ definition: { topology }, network, settings }: Question, place: string, name: string, seeded: Seeded): NodeSpec {
  const { roles: _, cast: __, discovery, asksForPeers: ___, protectedShards, ...wanted } = topology.places[place] as Place;
  const { filterService = false, lightpushService = false } = wanted;
  const told = settings[place];
  const keys = Object.entries(protectedShards ?? {}).map(([shard, publisher]) => ({
    shard: Number(shard),
    publicKey: publicKeyText(publisherKey(seeded, publisher)),
  }));
  return {
    ...{ name, ...network, ...wanted, filterService, lightpushService, privateKey: seeded.hex(name) },
    ...(told && { settings: told }),
    ...(keys.length > 0 && { protectedShards: keys }),
    ...(discovery && { discovery: { bootstrap: [] } }),
  };
}

/** Starts the nodes of a topology side by side, links them, and waits until messages pass. */
export async function stand(question: Question, options: StandOptions): Promise<Standing> {
  const { cast, network, definition } = question;
  const { topology } = definition;
  const since = performance.now();
  const starting = new Map<string, Promise<StartedWakuNode>>();
  /** Those whose record or address it is told come first. */
  const start = (place: string): Promise<StartedWakuNode> => {
    const begun = starting.get(place) ?? begin(place);
    starting.set(place, begun);
    return begun;
  };
  const begin = async (place: string) => {
    const { discovery, asksForPeers } = topology.places[place] as Place;
    const participant = cast[place] as ReadyParticipant;
    const spec = specOf(question, place, nodeName(options.name, place, participant), options.seeded);
    const bootstrap = await Promise.all((discovery ?? []).map(async (other) => recordOf(other, await start(other))));
    const peerExchangeNode = asksForPeers === undefined ? undefined : addressFor(participant, await start(asksForPeers));
    try {
      return await options.start(participant, {
        ...spec,
        ...(discovery && { discovery: { bootstrap } }),
        ...(peerExchangeNode !== undefined && { peerExchangeNode }),
      });
    } catch (error) {
      throw error instanceof StartFailure && !(error instanceof NotTried) ? new NotStarted(place, error) : error;
    }
  };
  const started = await Promise.allSettled(Object.keys(topology.places).map(async (place) => [place, await start(place)] as const));
  const nodes = Object.fromEntries(started.flatMap((result) => (result.status === "fulfilled" ? [result.value] : [])));
  const stop = async () => {
    // What cannot be stopped here ends with its runtime.
    await Promise.allSettled(Object.values(nodes).map((node) => node.stop()));
  };
  try {
    const failure = started.find((result) => result.status === "rejected");
    if (failure) throw failure.reason;
    await Promise.all(topology.links.map(([from, to]) => link(nodes[from] as StartedWakuNode, nodes[to] as StartedWakuNode)));
    await Promise.all(topology.paths.map(([from, to]) => warmUp(nodes[from] as StartedWakuNode, nodes[to] as StartedWakuNode, network)));
    const late = new Set<string>();
    const lent = Object.entries(nodes).map(([place, node]) => [place, tellingOverdue(node, () => late.add(place))] as const);
    return { nodes: withPace(topology, Object.fromEntries(lent)), since, overdue: () => [...late], stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Names a node and its log; unique in the run. */
export const nodeName = (lease: string, place: string, { name }: ReadyParticipant): string =>
  `${lease}-${place}-${name.replace(/[^\w.-]/g, "-")}`;

async function recordOf(place: string, node: StartedWakuNode): Promise<string> {
  const { value, raw } = (await node.discovery?.record()) ?? { raw: "no API" };
  if (value === undefined) throw new NotStarted(place, new StartFailure(`${node.name} tells no record: ${JSON.stringify(raw)}`));
  return value;
}

/** Connects two nodes, whichever of them can dial the other, and waits until each knows the other's protocols. */
async function link(from: StartedWakuNode, to: StartedWakuNode): Promise<void> {
  const [dialler, listener] = addressFor(from, to) === undefined ? [to, from] : [from, to];
  const address = addressFor(dialler, listener);
  const between = [dialler.participant, listener.participant] as const;
  if (address === undefined)
    throw new NotFormed(`${from.participant} and ${to.participant} have no transport in common`, between, "connectivity/connects");
  const answer = await dialledPatiently(() => dialler.connect(address));
  if (answer.outcome !== "ok")
    throw new NotFormed(
      `${dialler.participant} cannot connect to ${listener.participant}: ${answer.reason ?? answer.outcome}`,
      between,
      "connectivity/connects",
    );
  const [there, back] = await Promise.all([knows(dialler, listener), knows(listener, dialler)]);
  if (!there || !back)
    throw new NotFormed(
      `${dialler.participant} and ${listener.participant} did not stay connected`,
      between,
      "connectivity/stays-connected",
    );
}

/** Nobody judges how soon: the bound is that of what comes after it, as many nodes start at once. */
async function knows(node: StartedWakuNode, other: StartedWakuNode): Promise<boolean> {
  const peers = await poll(
    async () => (await node.peers()).value ?? [],
    (seen) => seen.some(({ peerId, protocols }) => peerId === other.peerId && protocols.length > 0),
    node.capabilities.timings.meshMs,
  );
  return peers.some(({ peerId, protocols }) => peerId === other.peerId && protocols.length > 0);
}

/** Publishes until one message has come through: a mesh forms at the heartbeat of either end. */
async function warmUp(from: StartedWakuNode, to: StartedWakuNode, network: Network): Promise<void> {
  const topic = commonTopic(network);
  const contentTopic = `/waku-conformance/1/${from.name}-${to.name}/proto`;
  let attempt = 0;
  const arrived = await poll(
    async () => {
      attempt += 1;
      await from.relay?.publish(topic, {
        payload: Buffer.from(`warm-up ${attempt}`).toString("base64"),
        contentTopic,
        timestamp: nowNs().toString(),
      });
      return (await to.relay?.received(topic))?.value?.some((message) => message.contentTopic === contentTopic) ?? false;
    },
    (came) => came,
    Math.max(from.capabilities.timings.meshMs, to.capabilities.timings.meshMs),
  );
  if (!arrived)
    throw new NotFormed(
      `no message came from ${from.participant} to ${to.participant}`,
      [from.participant, to.participant],
      "connectivity/stays-connected",
    );
}

function withPace(topology: Topology, nodes: Record<string, StartedWakuNode>): Record<string, StartedWakuNode> {
  const found = { ...nodes };
  for (const [from, to] of topology.links) {
    if (!topology.places[from]?.relay && nodes[from] && nodes[to]) found[from] = paced(nodes[from], nodes[to]);
  }
  return found;
}
