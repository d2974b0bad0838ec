import type { NodeSpec, ProtectedShard, StartedWakuNode } from "../../fixtures/contract/node.ts";
import type { Probe } from "../../fixtures/contract/probe.ts";
import { must } from "../../harness/answers.ts";
import { offers } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { publicKeyOf } from "../../rfc-checks/rules/ecdsa.ts";
import { heartbeatMs, type Neighbour } from "../relay/wire-scene.ts";
import { demandGuard, type Guard, guardOf } from "./guard.ts";
import { type Making, signed, unsigned } from "./messages.ts";
import { at, bytesOf, draft, neighbours, ofProtector, passes, topicOf } from "./wire-scene.ts";

/** What is done to a node and to its shard 1, one after the other. */
type Step = "join" | "leave" | "restart" | "kill" | "leave-other" | "join-other";

interface Life {
  /** Is shard 1 joined at start? */
  readonly joined: boolean;
  readonly steps: readonly Step[];
}
const life = (joined: boolean, ...steps: Step[]): Life => ({ joined, steps });

/** Orders of configuring, joining, leaving and restarting in which shard 1 ends up joined: without a leave since the last start … */
const plainLives: Readonly<Record<string, Life>> = {
  "joined-at-start": life(true),
  restarted: life(true, "restart"),
  killed: life(true, "kill"),
  "left-and-restarted": life(true, "leave", "restart"),
  "joined-again-and-restarted": life(true, "leave", "join", "restart"),
  "joined-later": life(false, "join"),
  "joined-after-restart": life(false, "join", "restart", "join"),
  "joined-after-kill": life(false, "join", "kill", "join"),
};
/** … and with one. */
const rejoinedLives: Readonly<Record<string, Life>> = {
  "left-and-joined-again": life(true, "leave", "join"),
  "left-and-joined-twice": life(true, "leave", "join", "leave", "join"),
  "restarted-and-joined-again": life(true, "restart", "leave", "join"),
  "joined-later-and-again": life(false, "join", "leave", "join"),
  "other-left-and-joined-again": life(true, "leave-other", "join-other"),
};

const other = 2;
const keyOf = (scene: Scene<unknown>, name: string): string => publicKeyOf(scene.publisherKey(name)).uncompressed;
const keys = (scene: Scene<unknown>): ProtectedShard[] => [
  { shard: 1, publicKey: keyOf(scene, "own") },
  { shard: other, publicKey: keyOf(scene, "other") },
];

/** A node with the given shards, started anew with the same key after each restart. */
async function live({ joined, steps }: Life, scene: Scene<unknown>, spec: Partial<NodeSpec>): Promise<StartedWakuNode> {
  const told = { shards: joined ? [0, 1, other] : [0, other], privateKey: scene.freshKey(), ...spec };
  const start = async () => (await must("starting", scene.launch(told))) as StartedWakuNode;
  let node = await start();
  for (const step of steps) {
    const topic = topicOf(scene, step.endsWith("-other") ? other : 1);
    if (step.startsWith("join")) await must("joining", node.relay?.subscribe(topic));
    else if (step.startsWith("leave")) await must("leaving", node.relay?.unsubscribe(topic));
    else {
      await (step === "kill" ? node.kill() : node.stop());
      node = await start();
    }
  }
  return node;
}

const living = {
  ...ofProtector,
  tags: ["#psk", "#wire"],
  meaningful: offers("node", "relay.subscribe", "relay.unsubscribe"),
} as const;

async function observeLife(scene: Scene<Life>) {
  const node = at(scene, await live(scene.variant, scene, { protectedShards: keys(scene) }));
  const [from, to] = await neighbours(node);
  return {
    one: await guardOf(node, from, to, 1),
    two: await guardOf(node, from, to, other),
    open: exact(await passes(node, from, to, 0, unsigned)),
  };
}

function demandGuards({ one, two, open }: { readonly one: Guard; readonly two: Guard; readonly open: boolean }): void {
  demandGuard(one, "one");
  demandGuard(two, "two");
  expect(open, "refused-valid", "open").to.equal(true);
}

describe("protected shards: life of a node", () => {
  check({
    ...living,
    id: "protected-shards/life",
    title: "a shard is protected from when it is joined, at start, later and after a restart; others are as they were",
    requirements: ["57-PSK-07", "REC-PSK-06"],
    variants: plainLives,
    observe: observeLife,
    judge: demandGuards,
  });

  check({
    ...living,
    id: "protected-shards/rejoined",
    title: "a shard that was left and is joined again is protected; others are as they were",
    requirements: ["57-PSK-07", "REC-PSK-06"],
    variants: rejoinedLives,
    observe: observeLife,
    judge: demandGuards,
  });

  check({
    ...living,
    id: "protected-shards/reconfigured",
    title: "after a restart the key counts that the node was then given, and no other",
    requirements: ["57-PSK-01"],
    variants: { "keys-exchanged": "exchanged", "no-keys": "none" },
    async observe(scene) {
      const privateKey = scene.freshKey();
      const before = (await must("starting", scene.launch({ privateKey, protectedShards: keys(scene) }))) as StartedWakuNode;
      // The key counted before.
      await neighbours(at(scene, before));
      await before.stop();
      const exchanged = [
        { shard: other, publicKey: keyOf(scene, "own") },
        { shard: 1, publicKey: keyOf(scene, "other") },
      ];
      const told = scene.variant === "none" ? [] : exchanged;
      const after = (await must("starting again", scene.launch({ privateKey, protectedShards: told }))) as StartedWakuNode;
      const node = at(scene, after);
      const [from, to] = await neighbours(node, 0, unsigned);
      const handed = async (making: Making, boundMs?: number) => exact(await passes(node, from, to, 1, making, boundMs));
      // What must not pass is not waited for as long as what must.
      const strayMs = scene.variant === "none" ? undefined : heartbeatMs;
      return {
        before: await handed(signed, strayMs),
        after: await handed((plain) => signed({ ...plain, own: plain.other })),
        unsigned: await handed(unsigned, strayMs),
      };
    },
    judge({ before, after, unsigned: open }, { variant }) {
      const unprotected = variant === "none";
      expect(after, "refused-valid", "after").to.equal(true);
      expect(before, unprotected ? "refused-valid" : "accepted-invalid", "before").to.equal(unprotected);
      expect(open, unprotected ? "refused-valid" : "accepted-invalid", "unsigned").to.equal(unprotected);
    },
  });

  check({
    ...living,
    id: "protected-shards/first-moment",
    revision: 2,
    title: "nothing unsigned passes from the first moment in which a node can be reached",
    requirements: ["57-PSK-07", "REC-PSK-06"],
    async observe(scene) {
      const topics = [1, other].map((shard) => topicOf(scene, shard));
      const offending = ({ gossip }: Neighbour) =>
        gossip.send({
          publish: [1, other].map((shard) => ({ topicIDs: [topicOf(scene, shard)], data: bytesOf(unsigned(draft(scene, shard))) })),
        });
      const listening = ({ gossip }: Neighbour) => gossip.send({ control: { graft: topics.map((topicID) => ({ topicID })) } });
      const { probes } = await scene.crowd(2);
      const over = new AbortController();
      scene.defer(async () => over.abort());
      const early: Promise<Neighbour>[] = [];
      const placed = (address: string) => {
        const act = [offending, listening];
        early.push(...probes.map((probe, index) => atOnce(scene, probe, address, topics, act[index] as Act, over.signal)));
      };
      const started = await must("starting", scene.launch({ protectedShards: keys(scene) }, placed));
      const node = at(scene, started as StartedWakuNode);
      // What is still on its way is not waited for: the meshes have formed, and more unsigned messages come meanwhile.
      await scene.elapse(heartbeatMs);
      over.abort();
      const [, listener] = await Promise.all(early);
      const came = listener?.gossip.received.flatMap(({ rpc }) => rpc?.publish ?? []) ?? [];
      const [from, to] = await neighbours(node);
      return {
        handedOn: exact(came.length),
        reached: exact(listener?.gossip.attached(node.subject.peerId) ?? false),
        one: await guardOf(node, from, to, 1),
      };
    },
    judge({ handedOn, reached, one }) {
      expect(reached, "not-connected", "reached").to.equal(true);
      demandGuard(one, "one");
      expect(handedOn, "accepted-invalid", "handedOn").to.equal(0);
    },
  });
});

type Act = (neighbour: Neighbour) => void;

/** Between two attempts, in ms. */
const oftenMs = 2;

/** Connects as soon as that can be, and does something again and again until told to end. */
async function atOnce(
  scene: Scene<unknown>,
  probe: Probe,
  address: string,
  topics: readonly string[],
  act: Act,
  over: AbortSignal,
): Promise<Neighbour> {
  const peerId = address.split("/").at(-1) as string;
  const gossip = await probe.gossip();
  gossip.announce(topics);
  while (!over.aborted) {
    if (gossip.attached(peerId)) act({ probe, gossip });
    else if (probe.connected(peerId)) await gossip.attach(peerId);
    else await probe.connect(address);
    await scene.elapse(oftenMs);
  }
  return { probe, gossip };
}
