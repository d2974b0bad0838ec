/** Participants and nodes that run nothing: what a test is about is said, the rest is sensible. */
import type { ReadyParticipant } from "../../../fixtures/contract/adapter.ts";
import { type Answer, ok, unsupported } from "../../../fixtures/contract/answer.ts";
import type { Capabilities } from "../../../fixtures/contract/capabilities.ts";
import type { WakuMessageJson } from "../../../fixtures/contract/message.ts";
import type { PeerView, StartedWakuNode } from "../../../fixtures/contract/node.ts";
import type { Runtime } from "../../../fixtures/contract/runtime.ts";
import type { CheckDefinition } from "../../../harness/definition.ts";
import { type AnyDefinition, type Expansion, expand } from "../../../harness/expansion.ts";
import { Field } from "../../../harness/field.ts";
import { Seeded } from "../../../harness/random.ts";
import type { Topology } from "../../../topologies/topology.ts";

export function capabilities(changes: Partial<Capabilities> = {}): Capabilities {
  return {
    roles: ["relay", "metadata"],
    protocols: { relay: ["/vac/waku/relay/2.0.0"] },
    transports: ["tcp"],
    dials: ["tcp"],
    muxers: ["yamux"],
    lightpushVersions: [],
    timestampResolutionNs: 1,
    hidesProtocols: [],
    lacks: [],
    networkShards: [],
    functions: [],
    strategies: [],
    settings: {},
    gauges: {},
    timings: { meshMs: 100, deliveryMs: 100, settledMs: 100, callMs: 100, startMs: 100 },
    pacing: null,
    overrides: [],
    traffic: [],
    ...changes,
  };
}

/** What the fake nodes of one test share: who is connected to whom, and everything that was started and stopped. */
export class World {
  readonly started: FakeNode[] = [];
  readonly stopped: string[] = [];
  readonly links: (readonly [string, string])[] = [];

  get standing(): string[] {
    return this.started.map(({ name }) => name).filter((name) => !this.stopped.includes(name));
  }

  neighbours(peerId: string): string[] {
    return this.links.flatMap(([one, other]) => (one === peerId ? [other] : other === peerId ? [one] : []));
  }
}

export interface FakeNode extends StartedWakuNode {
  /** What the node answers to a sign of life; `alive` returns it. */
  sign: Answer;
  offset: number;
}

export function fakeNode(name: string, participant: string, declared = capabilities(), world = new World()): FakeNode {
  const inbox = new Map<string, WakuMessageJson[]>();
  inboxes.set(name, inbox);
  const node: FakeNode = {
    name,
    participant,
    capabilities: declared,
    peerId: name,
    addresses: declared.transports.includes("tcp") ? { tcp: `/ip4/127.0.0.1/tcp/1/p2p/${name}` } : {},
    sign: ok(""),
    offset: 0,
    relay: {
      subscribe: async () => ok(""),
      unsubscribe: async () => ok(""),
      async publish(topic, message) {
        for (const peer of world.neighbours(name)) {
          const messages = inboxes.get(peer);
          messages?.set(topic, [...(messages.get(topic) ?? []), message]);
        }
        return ok("");
      },
      received: async (topic) => ok("", inbox.get(topic) ?? []),
    },
    async connect(address) {
      world.links.push([name, address.split("/").at(-1) as string]);
      return ok("");
    },
    peers: async () =>
      ok(
        "",
        world.neighbours(name).map((peerId): PeerView => ({ peerId, protocols: ["/vac/waku/relay/2.0.0"] })),
      ),
    alive: async () => node.sign,
    madeUp: async () => unsupported("made-up"),
    logPosition: () => ({ file: `logs/${name}.log`, offset: node.offset }),
    stats: async () => ({ rssBytes: 0, cpuMs: 0 }),
    kill: async () => void world.stopped.push(name),
    stop: async () => void world.stopped.push(name),
  };
  return node;
}
const inboxes = new Map<string, Map<string, WakuMessageJson[]>>();

export type Changes = Partial<Omit<ReadyParticipant, "capabilities">> & {
  readonly capabilities?: Partial<Capabilities>;
  readonly world?: World;
  /** Spoils a node after its start. */
  spoil?(node: FakeNode): void;
};

/** `alpha@old` is of the implementation `alpha`. */
export function player(name: string, { capabilities: declared, world = new World(), spoil, ...changes }: Changes = {}): ReadyParticipant {
  const full = capabilities(declared);
  return {
    name,
    implementation: name.split("@")[0] as string,
    version: "1.0.0",
    artifact: "fake",
    emulated: false,
    capabilities: full,
    runtimes: ["in-process"],
    async start(spec) {
      const node = fakeNode(spec.name, name, full, world);
      world.started.push(node);
      spoil?.(node);
      return node;
    },
    ...changes,
  };
}

const runtime: Runtime = {
  name: "in-process",
  features: [],
  harnessHost: "127.0.0.1",
  launch: () => Promise.reject(new Error("fake participants start nothing")),
  close: async () => {},
};

export const fieldOf = (ready: readonly ReadyParticipant[], features: Runtime["features"] = []): Field =>
  new Field({ ready, absent: [], seeded: new Seeded(1), open: async () => ({ ...runtime, features }) });

export const alone: Topology = { name: "alone", places: { node: { roles: ["relay"], cast: "varies", relay: true } }, links: [], paths: [] };

type Loose = Partial<CheckDefinition<unknown, unknown>>;

/** A check whose parts do not matter but for those given. */
export const definition = (changes: Loose = {}): AnyDefinition => ({
  id: "area/name",
  title: "a title",
  requirements: [],
  subject: Object.keys((changes.topology ?? alone).places)[0] as string,
  topology: alone,
  mutates: "nothing",
  observe: async () => ({}),
  ...changes,
});

/** The one expansion of a check for one participant. */
export const expansion = (changes: Loose = {}, participants = [player("alpha")]): Expansion =>
  expand(definition(changes), participants)[0] as Expansion;

/** Resolves once `is` holds; for what other threads and processes do. */
export async function until(is: () => boolean | Promise<boolean>, boundMs = 8_000): Promise<void> {
  for (const end = performance.now() + boundMs; !(await is()); await new Promise((resolve) => setTimeout(resolve, 15)))
    if (performance.now() > end) throw new Error(`not within ${boundMs} ms: ${is}`);
}
