import type { Gossip } from "../fixtures/contract/gossip.ts";
import { poll } from "../fixtures/waiting.ts";
import { must } from "../harness/answers.ts";
import { CouldNotRun } from "../harness/definition.ts";
import { meet } from "../harness/meeting.ts";
import type { Scene } from "../harness/scene.ts";

/**
 * A relay peer of a service that publishes, and takes what is relayed.
 * @param further topics that it has joined besides the subject's
 */
export async function relayPeer(scene: Scene<unknown>, further: readonly string[] = []): Promise<Gossip> {
  const { subject, pubsubTopic } = scene;
  const probe = await scene.probe();
  const gossip = await probe.gossip();
  gossip.announce([pubsubTopic, ...further]);
  await must("connecting", meet(probe, subject));
  await must("joining the relay network", gossip.attach(subject.peerId));
  return gossip;
}

/** Waits until the node has taken a relay peer into its mesh. */
export async function inMesh({ subject, pubsubTopic }: Scene<unknown>, gossip: Gossip): Promise<void> {
  const mesh = await poll(
    async () => gossip.meshOf(pubsubTopic),
    (peers) => peers.includes(subject.peerId),
    subject.capabilities.timings.meshMs,
  );
  if (!mesh.includes(subject.peerId)) throw new CouldNotRun("the node did not graft the relay peer");
}
