import type { Capabilities } from "../../fixtures/contract/capabilities.ts";
import type { StartedWakuNode, Transport } from "../../fixtures/contract/node.ts";
import { poll } from "../../fixtures/waiting.ts";
import { must, seen } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { expect } from "../../harness/expect.ts";
import { exact, set } from "../../harness/observation.ts";
import { bookMetadata, strangers } from "../../topologies/index.ts";

interface Two {
  readonly dialler: StartedWakuNode;
  readonly listener: StartedWakuNode;
}

const common = ({ dials }: Capabilities, { transports }: Capabilities): Transport[] =>
  dials.filter((transport) => transports.includes(transport));

const settledMs = (left: StartedWakuNode, right: StartedWakuNode): number =>
  Math.max(left.capabilities.timings.settledMs, right.capabilities.timings.settledMs);

const sees = async (node: StartedWakuNode, other: StartedWakuNode): Promise<boolean> =>
  ((await node.peers()).value ?? []).some(({ peerId }) => peerId === other.peerId);
const bothSee = async (left: StartedWakuNode, right: StartedWakuNode): Promise<boolean> =>
  (await sees(left, right)) && (await sees(right, left));

/** Both ends, once both had the time for what may end a connection. */
const stayed = async (left: StartedWakuNode, right: StartedWakuNode): Promise<boolean> =>
  !(await poll(
    async () => !(await bothSee(left, right)),
    (gone) => gone,
    settledMs(left, right),
  ));

/** Connects the two, or says that the question cannot be put. */
async function introduce({ dialler, listener }: Two): Promise<void> {
  const [transport] = common(dialler.capabilities, listener.capabilities);
  await must("connecting", dialler.connect(listener.addresses[transport as Transport] as string));
  await poll(
    () => bothSee(dialler, listener),
    (yes) => yes,
    settledMs(dialler, listener),
  );
}

async function connect({ dialler, listener }: Two, transport: Transport | undefined) {
  return { dial: seen(await dialler.connect(listener.addresses[transport as Transport] as string)) };
}

describe("connectivity", () => {
  check({
    id: "connectivity/connects",
    title: "two nodes with shipped defaults connect over the transport that the dialler prefers",
    requirements: ["CONN-01"],
    subject: "dialler",
    topology: strangers,
    // First of those that share two nodes: strangers they are only until they have met.
    mutates: "nothing",
    tags: ["#smoke"],
    meaningful: ({ dialler, listener }) => common(dialler as Capabilities, listener as Capabilities).length > 0,
    observe({ nodes }) {
      const two = nodes as unknown as Two;
      return connect(two, common(two.dialler.capabilities, two.listener.capabilities)[0]);
    },
    judge({ dial }) {
      expect(dial.outcome, dial.reason ?? "not-connected", "dial.outcome").to.equal("ok");
    },
  });

  check({
    id: "connectivity/connects-over",
    title: "two nodes connect over each further transport that one dials and the other listens on",
    requirements: ["CONN-01", "10-WAKU2-08", "10-WAKU2-09", "10-WAKU2-10"],
    subject: "dialler",
    topology: strangers,
    mutates: "connections",
    variants: { tcp: "tcp", ws: "ws", wss: "wss" } satisfies Record<string, Transport>,
    meaningful: ({ dialler, listener }, transport) => common(dialler as Capabilities, listener as Capabilities).indexOf(transport) > 0,
    observe({ nodes, variant }) {
      return connect(nodes as unknown as Two, variant);
    },
    judge({ dial }) {
      expect(dial.outcome, dial.reason ?? "not-connected", "dial.outcome").to.equal("ok");
    },
  });

  check({
    id: "connectivity/stays-connected",
    title: "two nodes of one cluster stay connected for longer than what they ask each other first takes",
    requirements: ["CONN-02"],
    subject: "dialler",
    topology: strangers,
    mutates: "nothing",
    meaningful: ({ dialler, listener }) => common(dialler as Capabilities, listener as Capabilities).length > 0,
    async observe({ nodes }) {
      const { dialler, listener } = nodes as unknown as Two;
      await introduce(nodes as unknown as Two);
      return { stayed: exact(await stayed(dialler, listener)) };
    },
    judge({ stayed }) {
      expect(stayed, "disconnected", "stayed").to.equal(true);
    },
  });

  check({
    id: "connectivity/protocols-known",
    title: "each of two connected nodes learns the Waku protocols that the other serves",
    requirements: ["CONN-03", "10-WAKU2-05"],
    subject: "dialler",
    topology: strangers,
    mutates: "nothing",
    meaningful: ({ dialler, listener }) => common(dialler as Capabilities, listener as Capabilities).length > 0,
    async observe({ nodes }) {
      const { dialler, listener } = nodes as unknown as Two;
      await introduce(nodes as unknown as Two);
      if (!(await stayed(dialler, listener))) throw new CouldNotRun("the two did not stay connected");
      const told = (protocol: string) => !dialler.capabilities.hidesProtocols.some((hidden) => protocol.startsWith(hidden));
      const served = Object.values(listener.capabilities.protocols).flat().filter(told);
      const known = await poll(
        async () => (await must("listing peers", dialler.peers()))?.find(({ peerId }) => peerId === listener.peerId)?.protocols ?? [],
        (protocols) => served.every((protocol) => protocols.includes(protocol)),
        settledMs(dialler, listener),
      );
      return { unknown: set(served.filter((protocol) => !known.includes(protocol))) };
    },
    judge({ unknown }) {
      expect(unknown, "protocol-missing", "unknown").to.deep.equal([]);
    },
  });

  check({
    id: "connectivity/book-metadata",
    title: "a node keeps the connection to a relay whose metadata has its shards where 66 has them",
    requirements: ["66-META-01", "66-META-13"],
    subject: "node",
    topology: bookMetadata,
    mutates: "connections",
    async observe({ nodes: { node, book } }) {
      const [left, right] = [node as StartedWakuNode, book as StartedWakuNode];
      const transport = common(left.capabilities, right.capabilities)[0];
      const dial =
        transport === undefined
          ? await right.connect(Object.values(left.addresses)[0] as string)
          : await left.connect(right.addresses[transport] as string);
      await poll(
        () => bothSee(left, right),
        (yes) => yes,
        settledMs(left, right),
      );
      return { dial: seen(dial), stayed: exact(await stayed(left, right)) };
    },
    judge({ dial, stayed }) {
      expect(dial.outcome, dial.reason ?? "not-connected", "dial.outcome").to.equal("ok");
      expect(stayed, "disconnected", "stayed").to.equal(true);
    },
  });
});
