import { poll } from "../../fixtures/waiting.ts";
import { must } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { meet } from "../../harness/meeting.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { lonelyRest as topology } from "../../topologies/index.ts";

/** What the admin API says of a peer's connection, whatever the word for it; null: the peer is not listed. */
async function stateOf({ subject }: Scene<unknown>, peerId: string): Promise<unknown> {
  const { value } = (await subject.rest?.request({ method: "GET", path: "/admin/v1/peers" })) ?? {};
  const peers = value?.type === "application/json" ? (JSON.parse(value.body) as Readonly<Record<string, unknown>>[]) : [];
  const peer = peers.find((one) => JSON.stringify(one).includes(peerId));
  return peer === undefined ? null : (peer.connected ?? "not said");
}

describe("rest: peers", () => {
  check({
    id: "rest/peer-states",
    title: "which state of a connection the admin API lists for a peer that is connected, and for one that has left",
    requirements: ["27-PEERS-04"],
    subject: "node",
    topology,
    mutates: "connections",
    async observe(scene) {
      const { subject } = scene;
      const probe = await scene.probe();
      await must("connecting", meet(probe, subject));
      const connected = await stateOf(scene, probe.peerId);
      await probe.close();
      await poll(
        async () => (await subject.peers()).value?.some(({ peerId }) => peerId === probe.peerId) === true,
        (listed) => !listed,
        subject.capabilities.timings.settledMs,
      );
      return { connected: exact(connected), left: exact(await stateOf(scene, probe.peerId)) };
    },
  });
});
