import { setTimeout } from "node:timers/promises";
import { type Answer, ok, refused } from "../fixtures/contract/answer.ts";
import type { DialAddresses, StartedWakuNode, Transport } from "../fixtures/contract/node.ts";
import type { Probe } from "../fixtures/contract/probe.ts";
import { poll } from "../fixtures/waiting.ts";

const probesDial: readonly Transport[] = ["tcp", "ws", "wss"];

/**
 * Connects a probe and a node, whichever of them can dial the other, and waits until the node lists the probe.
 * @param serving a protocol of the probe that the node must know of before the question can be put
 */
export const meet = async (probe: Probe, node: StartedWakuNode, serving?: string): Promise<Answer> =>
  met(await dial(probe, node), probe, node, serving);

/** The same where the node is the one that dials. */
export const isSought = async (probe: Probe, node: StartedWakuNode, serving?: string): Promise<Answer> =>
  met(await seek(probe, node), probe, node, serving);

async function met(answer: Answer, probe: Probe, node: StartedWakuNode, serving?: string): Promise<Answer> {
  if (answer.outcome !== "ok") return answer;
  const listed = await poll(
    async () => (await node.peers()).value?.find(({ peerId }) => peerId === probe.peerId),
    (peer) => peer !== undefined && (serving === undefined || peer.protocols.includes(serving)),
    node.capabilities.timings.settledMs,
  );
  return probe.connected(node.peerId) ? ok({ protocols: listed?.protocols }) : refused("connection-closed", "after the dial");
}

/** The address of `to` that `from` would dial first. */
export const addressFor = (
  { capabilities }: Pick<StartedWakuNode, "capabilities">,
  { addresses }: { readonly addresses: DialAddresses },
): string | undefined => capabilities.dials.map((transport) => addresses[transport]).find((address) => address !== undefined);

function dial(probe: Probe, node: StartedWakuNode): Promise<Answer> {
  const listening = probesDial.map((transport) => node.addresses[transport]).find((address) => address !== undefined);
  return listening === undefined ? seek(probe, node) : dialled(() => probe.connect(listening));
}

async function seek(probe: Probe, node: StartedWakuNode): Promise<Answer> {
  const address = addressFor(node, probe);
  return address === undefined ? refused("no-common-transport", "neither can dial the other") : dialled(() => node.connect(address));
}

/** In ms. */
const aSecond = 1_000;
/** The longest for which a node does not dial again what it could not reach, in ms. */
const backOffMs = 5_000;

/**
 * Dials up to three times: some let in only so many connections of an address in a second, and many come at once. Who has no
 * muxer in common will not have one later.
 * @returns the last answer
 */
export const dialled = (dial: () => Promise<Answer>): Promise<Answer> => dialledAgain(dial, [aSecond, aSecond]);

/** The same, and once more when a node that backs off would dial in earnest again. */
export const dialledPatiently = (dial: () => Promise<Answer>): Promise<Answer> => dialledAgain(dial, [aSecond, aSecond, backOffMs]);

async function dialledAgain(dial: () => Promise<Answer>, pausesMs: readonly number[]): Promise<Answer> {
  let answer = await dial();
  for (const pauseMs of pausesMs) {
    if (answer.outcome !== "refused" || answer.reason === "no-common-muxer") break;
    await setTimeout(pauseMs);
    answer = await dial();
  }
  return answer;
}
