import { poll } from "../../fixtures/waiting.ts";
import { must } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { expect } from "../../harness/expect.ts";
import { isSought } from "../../harness/meeting.ts";
import { exact, set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { dHigh, dLow, dOut, pruneBackoff } from "../../rfc-checks/rules/mesh.ts";
import { heartbeatMs, isOf, type Neighbour, neighbour, ofRelay } from "./wire-scene.ts";

/** More than D_high. */
const neighbours = 12;
/** Some think ill of peers of whom more have the same address; whom a node dials has the one that it listens on. */
const ofOneAddress = 10;
/** A mesh is mended at each heartbeat. */
const settling = 5 * heartbeatMs;

/** From addresses of their own where the node can be dialled: some let one have few connections, and fewer in a second. */
async function surrounded(scene: Scene<unknown>, size = neighbours): Promise<Neighbour[]> {
  const probes =
    scene.subject.addresses.tcp === undefined
      ? await Promise.all(Array.from({ length: Math.min(size, ofOneAddress) }, () => scene.probe()))
      : (await scene.crowd(size)).probes;
  const all = await Promise.all(probes.map((probe) => neighbour(scene, { probe })));
  // What a graft says to a node that has no stream of its own yet goes unanswered.
  const known = await poll(
    async () => all.every(({ gossip }) => gossip.subscribersOf(scene.pubsubTopic).length > 0),
    (everybody) => everybody,
    scene.subject.capabilities.timings.meshMs,
  );
  if (!known) throw new CouldNotRun("not every neighbour was told what the node has joined");
  await scene.elapse(heartbeatMs);
  return all;
}

const degree = (all: readonly Neighbour[], topic: string): number => all.filter(({ gossip }) => gossip.meshOf(topic).length > 0).length;

/** Waits for a degree within bounds at the heartbeats that a mesh takes to form. */
const settles = (scene: Scene<unknown>, all: readonly Neighbour[], low: number, high: number): Promise<number> =>
  poll(
    async () => degree(all, scene.pubsubTopic),
    (size) => size >= low && size <= high,
    settling,
  );

const pruned = (all: readonly Neighbour[], topic: string) =>
  all.flatMap(({ gossip }) => gossip.received.flatMap(({ rpc }) => rpc?.control?.prune ?? [])).filter(({ topicID }) => topicID === topic);

describe("relay on the wire: the mesh", () => {
  check({
    ...ofRelay,
    id: "relay/wire-mesh-degree",
    revision: 2,
    title: "of more neighbours than D_high a node takes between D_low and D_high into its mesh, and stays there",
    requirements: ["29-CONFIG-01", "29-CONFIG-02"],
    tags: ["#wire"],
    mutates: "connections",
    async observe(scene) {
      const all = await surrounded(scene);
      const formed = await settles(scene, all, dLow, neighbours);
      const sizes = [formed];
      for (let heartbeat = 0; heartbeat < 3; heartbeat += 1) {
        await scene.elapse(heartbeatMs);
        sizes.push(degree(all, scene.pubsubTopic));
      }
      return { sizes, lowest: Math.min(...sizes.slice(1)), highest: Math.max(...sizes) };
    },
    judge({ lowest, highest }) {
      expect(lowest, "wrong-value", "lowest").to.be.at.least(dLow);
      expect(highest, "wrong-value", "highest").to.be.at.most(dHigh);
    },
  });

  check({
    ...ofRelay,
    id: "relay/wire-mesh-high",
    revision: 2,
    title: "when more neighbours than D_high graft a node, some are pruned again, for a minute",
    requirements: ["29-CONFIG-03", "29-CONFIG-10"],
    tags: ["#wire"],
    mutates: "connections",
    async observe(scene) {
      const all = await surrounded(scene);
      for (const { gossip } of all) gossip.graft(scene.pubsubTopic);
      await scene.elapse(heartbeatMs);
      const size = await settles(scene, all, 1, dHigh);
      const backoffs = new Set(pruned(all, scene.pubsubTopic).map(({ backoff }) => Number(backoff ?? 0n)));
      return { size, prunes: pruned(all, scene.pubsubTopic).length, backoffs: set(backoffs) };
    },
    judge({ size, backoffs }) {
      expect(size, "wrong-value", "size").to.be.within(dLow, dHigh);
      expect(backoffs, "wrong-value", "backoffs").to.deep.equal([pruneBackoff]);
    },
  });

  check({
    ...ofRelay,
    id: "relay/wire-mesh-low",
    revision: 2,
    title: "when the mesh has fallen below D_low, others are grafted",
    requirements: ["29-CONFIG-02"],
    tags: ["#wire"],
    mutates: "connections",
    async observe(scene) {
      const { pubsubTopic } = scene;
      const all = await surrounded(scene);
      const formed = await settles(scene, all, dLow, neighbours);
      // As many leave the topic as may, with enough left for the lower bound.
      const inMesh = all.filter(({ gossip }) => gossip.meshOf(pubsubTopic).length > 0);
      const leaving = new Set(inMesh.slice(0, all.length - dLow - 1));
      for (const { gossip } of leaving) {
        gossip.prune(pubsubTopic, undefined, pruneBackoff);
        gossip.withdraw([pubsubTopic]);
      }
      const staying = all.filter((one) => !leaving.has(one));
      return { formed, left: leaving.size, size: await settles(scene, staying, dLow, neighbours) };
    },
    judge({ size }) {
      expect(size, "wrong-value", "size").to.be.at.least(dLow);
    },
  });

  check({
    ...ofRelay,
    id: "relay/wire-mesh-outbound",
    revision: 2,
    title: `of the neighbours that a node has dialled, ${dOut} are in its mesh, though others had filled it before`,
    requirements: ["29-CONFIG-14"],
    tags: ["#wire"],
    mutates: "connections",
    meaningful: ({ node }) => (node?.transports.length ?? 0) > 0,
    async observe(scene) {
      const inbound = await surrounded(scene, neighbours - dOut - 1);
      for (const { gossip } of inbound) gossip.graft(scene.pubsubTopic);
      const before = await settles(scene, inbound, dLow, dHigh);
      const outbound = await Promise.all(Array.from({ length: dOut + 1 }, () => neighbour(scene, { meets: isSought })));
      return { before, inbound: degree(inbound, scene.pubsubTopic), outbound: await settles(scene, outbound, dOut, dHigh) };
    },
    judge({ before, outbound }) {
      expect(before, "wrong-value", "before").to.be.at.least(dLow);
      expect(outbound, "wrong-value", "outbound").to.be.at.least(dOut);
    },
  });

  check({
    ...ofRelay,
    id: "relay/wire-flood-publish",
    revision: 2,
    title: "what a node publishes itself goes to neighbours outside its mesh as well",
    requirements: ["29-CONFIG-11"],
    tags: ["#wire"],
    mutates: "connections",
    async observe(scene) {
      const { subject, pubsubTopic } = scene;
      const all = await surrounded(scene);
      await settles(scene, all, dLow, neighbours);
      const outside = all.filter(({ gossip }) => gossip.meshOf(pubsubTopic).length === 0);
      if (outside.length === 0) throw new CouldNotRun("every neighbour is in the mesh");
      const contentTopic = scene.freshContentTopic();
      await must("publishing", subject.relay?.publish(pubsubTopic, scene.message({ contentTopic })));
      const given = () => all.filter(({ gossip }) => gossip.delivered(pubsubTopic).some(({ message }) => isOf(message, contentTopic)));
      const got = await poll(
        async () => given(),
        (some) => some.length === all.length,
        subject.capabilities.timings.deliveryMs,
      );
      return { outside: outside.length, missed: exact(all.length - got.length) };
    },
    judge({ missed }) {
      expect(missed, "not-delivered", "missed").to.equal(0);
    },
  });
});
