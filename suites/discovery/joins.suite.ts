import type { StartedWakuNode } from "../../fixtures/contract/node.ts";
import { poll } from "../../fixtures/waiting.ts";
import { must } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { expect } from "../../harness/expect.ts";
import { addressFor, meet } from "../../harness/meeting.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { distanceOf } from "../../rfc-checks/rules/enr-record.ts";
import { messageType } from "../../rfc-checks/wire/discv5-message.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { peerExchangeProtocol } from "../../rfc-checks/wire/peer-exchange.ts";
import { exchange, joining } from "../../topologies/index.ts";
import { discoveryMs, handedOut, idOf, recordOf } from "./discovery-scene.ts";
import { answered, query } from "./px-scene.ts";

const joins = { subject: "joiner", topology: joining, mutates: "nothing" } as const;

type Cast = Readonly<Record<"boot" | "joiner" | "member" | "stranger", StartedWakuNode>>;

const isConnected = async (node: StartedWakuNode, other: StartedWakuNode): Promise<boolean> =>
  (await must("listing peers", node.peers()))?.some(({ peerId }) => peerId === other.peerId) === true;

/** As long as the slower of two may take: either can be the one who dials. */
const boundOf = (...nodes: readonly StartedWakuNode[]): number => Math.max(...nodes.map(discoveryMs));

/** Waits until a node hands out the record of another, by which it is seen to have found it: not every API lists whom it does not dial. */
async function knows(scene: Scene<unknown>, node: StartedWakuNode, other: StartedWakuNode): Promise<boolean> {
  const peer = await scene.discoveryProbe();
  const { callMs } = node.capabilities.timings;
  const theirs = idOf(await recordOf(other));
  return poll(
    async () => {
      const own = await recordOf(node);
      const answers = await peer.ask(own, messageType.FINDNODE, [[distanceOf(idOf(own), theirs)]], callMs);
      return handedOut(answers).some((record) => Buffer.from(idOf(record)).equals(theirs));
    },
    Boolean,
    discoveryMs(node),
  );
}

/** Waits until the joiner is connected with a peer of each of its shards. */
async function joined({ boot, joiner, member }: Cast) {
  const connected = await poll(
    () => Promise.all([boot, member].map((other) => isConnected(joiner, other))),
    (each) => each.every(Boolean),
    boundOf(boot, joiner, member),
  );
  return { boot: exact(connected[0] === true), member: exact(connected[1] === true) };
}

describe("nodes find peers of their shards", () => {
  check({
    ...joins,
    id: "discovery/joins",
    title: "a relay that knows one node of a network becomes connected on each of its shards",
    requirements: ["51-SHARD-26", "REC-DISC-02"],
    observe: ({ nodes }) => joined(nodes as Cast),
    judge({ boot, member }) {
      expect(boot, "not-connected", "boot").to.equal(true);
      expect(member, "not-connected", "member").to.equal(true);
    },
  });

  check({
    ...joins,
    id: "discovery/joins-no-stranger",
    revision: 2,
    title: "a relay that has found the peers of its shards, and one of another, is not connected with that one",
    requirements: ["REC-DISC-01"],
    async observe(scene) {
      const { nodes } = scene;
      const { joiner, stranger } = nodes as Cast;
      const { boot, member } = await joined(nodes as Cast);
      if (!boot.value || !member.value) throw new CouldNotRun("it is not connected on each of its shards");
      if (!(await knows(scene, joiner, stranger))) throw new CouldNotRun("it has not found the stranger");
      // It may have heard of it just now, and be about to dial.
      const met = await poll(() => isConnected(joiner, stranger), Boolean, joiner.capabilities.timings.settledMs);
      return { stranger: exact(met) };
    },
    judge({ stranger }) {
      expect(stranger, "accepted-invalid", "stranger").to.equal(false);
    },
  });

  check({
    id: "discovery/exchange",
    title: "a client that asks a service for peers comes to one that the service has discovered",
    requirements: ["34-PX-01", "34-PX-03"],
    subject: "client",
    topology: exchange,
    mutates: "nothing",
    async observe(scene) {
      const { service, member } = scene.nodes as Readonly<Record<"service" | "member", StartedWakuNode>>;
      // It may hand out later what it has found: who asks once at start would come too early.
      const asker = await scene.probe();
      await must("connecting", meet(asker, service));
      const script = [{ write: frame(query(10n)) }, { close: true }] as const;
      const { callMs } = service.capabilities.timings;
      const handed = await poll(
        async () => answered(await asker.exchange(service.peerId, peerExchangeProtocol, script, { ms: callMs })).records,
        ({ length }) => length > 0,
        discoveryMs(service),
      );
      if (handed.length === 0) throw new CouldNotRun("the service hands out nobody");
      const peerExchangeNode = addressFor(scene.subject, service) ?? "";
      const client = await must("starting a client", scene.launch({ peerExchangeNode }));
      if (!client) throw new CouldNotRun("no client");
      const came = await poll(() => isConnected(client, member), Boolean, boundOf(service, client));
      return { came: exact(came) };
    },
    judge({ came }) {
      expect(came, "not-connected", "came").to.equal(true);
    },
  });
});
