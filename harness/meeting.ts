import { type Answer, ok, refused } from "../fixtures/contract/answer.ts";
import type { DialAddresses, StartedWakuNode, Transport } from "../fixtures/contract/node.ts";
import type { Probe } from "../fixtures/contract/probe.ts";
import { poll } from "./waiting.ts";

const probesDial: readonly Transport[] = ["tcp", "ws", "wss"];

/**
 * Connects a probe and a node, whichever of them can dial the other, and waits until the node lists the probe.
 * @param serving a protocol of the probe that the node must know of before the question can be put
 */
export async function meet(probe: Probe, node: StartedWakuNode, serving?: string): Promise<Answer> {
  const answer = await dial(probe, node);
  if (answer.outcome !== "ok") return answer;
  const met = await poll(
    async () => (await node.peers()).value?.find(({ peerId }) => peerId === probe.peerId),
    (peer) => peer !== undefined && (serving === undefined || peer.protocols.includes(serving)),
    node.capabilities.timings.settledMs,
  );
  return probe.connected(node.peerId) ? ok({ protocols: met?.protocols }) : refused("connection-closed", "after the dial");
}

async function dial(probe: Probe, node: StartedWakuNode): Promise<Answer> {
  const listening = probesDial.map((transport) => node.addresses[transport]).find((address) => address !== undefined);
  if (listening !== undefined) return probe.connect(listening);
  const address = node.capabilities.dials
    .map((transport) => (probe.addresses as DialAddresses)[transport])
    .find((one) => one !== undefined);
  return address === undefined ? refused("no-common-transport", "neither can dial the other") : node.connect(address);
}
