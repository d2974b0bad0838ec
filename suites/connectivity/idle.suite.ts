import type { Probe } from "../../fixtures/contract/probe.ts";
import { happened } from "../../fixtures/waiting.ts";
import { must } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { isSought, meet } from "../../harness/meeting.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { pingProtocol } from "../../rfc-checks/wire/identify.ts";
import { anyoneAlone, relayAlone } from "../../topologies/index.ts";
import { neighbour } from "../relay/wire-scene.ts";

/** 27 has five minutes for an example; who keeps to them has pinged by then. */
const keepAliveMs = 330_000;
/** Longer than the back-off of gossipsub, which is 60 s (29/WAKU2-CONFIG). */
const backMs = 150_000;

/** A relay's neighbour, and of others any peer: who is kept alive may be chosen (27/WAKU2-PEERS, Connection keep-alive). */
async function neededPeer(scene: Scene<unknown>): Promise<Probe> {
  if (scene.subject.relay) return (await neighbour(scene)).probe;
  const probe = await scene.probe();
  await must("connecting", meet(probe, scene.subject));
  return probe;
}

const slow = ["#wire", "#slow"];

describe("connections with nothing to do", () => {
  check({
    id: "connectivity/keep-alive",
    title: "a node keeps the idle connection of a peer that it has use for alive, by libp2p pings",
    requirements: ["10-WAKU2-14", "27-PEERS-05", "27-PEERS-09"],
    subject: "node",
    topology: anyoneAlone,
    mutates: "nothing",
    tags: slow,
    async observe(scene: Scene<unknown>) {
      const probe = await neededPeer(scene);
      // A ping is no frame; that a stream was opened for it is what counts.
      await probe.serve(pingProtocol, () => []);
      const afterMs = await happened(() => probe.recorded(pingProtocol).length > 0, keepAliveMs);
      return { pinged: exact(afterMs !== null), afterMs, connected: exact(probe.connected(scene.subject.peerId)) };
    },
    judge({ pinged }) {
      expect(pinged, "no-answer", "pinged").to.equal(true);
    },
  });

  check({
    id: "connectivity/comes-back",
    title: "whether a relay dials a peer again that it had dialled and that left, and how long after",
    requirements: ["27-PEERS-05", "27-PEERS-07"],
    subject: "node",
    topology: relayAlone,
    mutates: "connections",
    tags: slow,
    async observe(scene: Scene<unknown>) {
      const { peerId } = scene.subject;
      const { probe } = await neighbour(scene, { meets: isSought });
      await probe.disconnect(peerId);
      const afterMs = await happened(() => probe.connected(peerId), backMs);
      return { back: exact(afterMs !== null), afterMs };
    },
  });
});
