import type { WakuMessageJson } from "../fixtures/contract/message.ts";
import type { StartedWakuNode } from "../fixtures/contract/node.ts";
import { poll } from "../fixtures/waiting.ts";
import { must } from "./answers.ts";
import { expect } from "./expect.ts";

/** Where deliveries are looked for. */
export type Source = "relay" | "filter";

type Messages = readonly WakuMessageJson[];

const read = (node: StartedWakuNode, source: Source, pubsubTopic: string, contentTopic: string) =>
  source === "relay" ? node.relay?.received(pubsubTopic) : node.filter?.received(pubsubTopic, contentTopic);

const ofTopic = (messages: Messages, contentTopic: string): Messages => messages.filter((one) => one.contentTopic === contentTopic);

/**
 * All that an application was given of a content topic, oldest first.
 * @throws CouldNotRun when it cannot be read: that is not the same as nothing
 */
export async function given(node: StartedWakuNode, source: Source, pubsubTopic: string, contentTopic: string): Promise<Messages> {
  return ofTopic((await must("reading", read(node, source, pubsubTopic, contentTopic))) ?? [], contentTopic);
}

/** The same of a pubsub topic by relay, whatever the content topic. */
export const relayedTo = async ({ relay }: StartedWakuNode, pubsubTopic: string): Promise<Messages> =>
  (await must("reading", relay?.received(pubsubTopic))) ?? [];

/**
 * Waits for messages of a content topic at a node, for as long as a delivery may take there.
 * @param atLeast how many that differ
 * @returns all that came, oldest first
 * @throws CouldNotRun when they cannot be read in the end
 */
export async function arrivals(
  node: StartedWakuNode,
  source: Source,
  pubsubTopic: string,
  contentTopic: string,
  atLeast = 1,
): Promise<Messages> {
  const answer = await poll(
    async () => read(node, source, pubsubTopic, contentTopic),
    (found) => found?.outcome === "ok" && distinct(ofTopic(found.value ?? [], contentTopic)) >= atLeast,
    node.capabilities.timings.deliveryMs,
  );
  return ofTopic((await must("reading", answer && Promise.resolve(answer))) ?? [], contentTopic);
}

export const distinct = (messages: Messages): number => new Set(messages.map(({ payload }) => payload)).size;

/** Sends a message of a content topic the way that those in question went. */
export type Send = (contentTopic: string) => Promise<unknown>;

export interface Followed {
  readonly came: Messages;
  /** Did the marker come? It is not sent where nothing came that it could follow. */
  readonly proof: boolean;
}

/**
 * Waits as `arrivals` does, and then for a marker that is sent after that: a second copy has come by then.
 * @param marker a content topic that is sent nothing else
 * @param atLeast how many that differ
 */
export async function followed(
  node: StartedWakuNode,
  source: Source,
  pubsubTopic: string,
  contentTopic: string,
  { marker, send, atLeast = 1 }: { readonly marker: string; readonly send: Send; readonly atLeast?: number },
): Promise<Followed> {
  const before = await arrivals(node, source, pubsubTopic, contentTopic, atLeast);
  if (before.length === 0) return { came: before, proof: false };
  await send(marker);
  const proof = (await arrivals(node, source, pubsubTopic, marker)).length > 0;
  return { came: await given(node, source, pubsubTopic, contentTopic), proof };
}

/** A judge's demand that what followed has come as well. */
export const demandProof = (proof: boolean): void => void expect(proof, "not-delivered", "proof").to.equal(true);
