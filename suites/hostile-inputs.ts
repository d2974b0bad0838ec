import pLimit from "p-limit";
import type { StartedWakuNode } from "../fixtures/contract/node.ts";
import type { Exchange, Muxer, Probe, Script } from "../fixtures/contract/probe.ts";
import { poll } from "../fixtures/waiting.ts";
import { must } from "../harness/answers.ts";
import { meet } from "../harness/meeting.ts";
import { exact } from "../harness/observation.ts";
import type { Scene } from "../harness/scene.ts";
import type { HostileMessage } from "../rfc-checks/wire/hostile.ts";
import type { FramingScript } from "../rfc-checks/wire/hostile-framing.ts";
import { fieldsOf, type MessageSchema } from "../rfc-checks/wire/schema.ts";

/** One thing to send on a stream of its own. */
export interface Input {
  readonly name: string;
  readonly script: () => Script;
  /** From a peer of its own: it may use up what a peer may have. */
  readonly alone?: boolean;
}

/** Variants: each muxer in which frames may be cut. */
export const eachMuxer: Readonly<Record<Muxer, Muxer>> = { yamux: "yamux", mplex: "mplex" };

/** Variants: one for each field of a message, and one for what is about no field. */
export const groupsOf = (schema: MessageSchema): Record<string, string> =>
  Object.fromEntries(["whole", ...fieldsOf(schema).map(([, { name }]) => name)].map((group) => [group, group]));

export function ofGroup(schema: MessageSchema, messages: readonly HostileMessage[], group: string): readonly HostileMessage[] {
  const groups = groupsOf(schema);
  return messages.filter(({ name }) => {
    const [field = ""] = name.split(/[.-]/);
    return (field in groups ? field : "whole") === group;
  });
}

/** The same bytes of another input; the two are of one length, so that every length within stays right. */
export const anothers = (bytes: Uint8Array, own: string, other: string): Uint8Array =>
  Buffer.from(Buffer.from(bytes).toString("latin1").replaceAll(own, other), "latin1");

/**
 * Broken framings that may be taken: a length in more bytes than it needs is a number all the same, and no document says that it
 * is none (10-WAKU2-01); a frame before a reset may have been served.
 */
export const readable: ReadonlySet<string> = new Set(["padded-length", "reset-after-frame"]);

/** A pause in the middle of a script, in ms: longer than any reader takes for what came so far. */
const pauseMs = 1_000;

/** At the end of a script silence is the stream left open. */
export const scriptOf = ({ steps }: FramingScript): Script =>
  steps.flatMap(
    (step, index): Script =>
      "wait" in step && step.wait === "silence" ? (index === steps.length - 1 ? [] : [{ wait: pauseMs }]) : [step as Script[number]],
  );

/** Connects a probe that the node has parted from; a connection may take its time to end. */
export async function again(probe: Probe, node: StartedWakuNode): Promise<void> {
  if (probe.connected(node.peerId)) return;
  await poll(
    async () => meet(probe, node),
    ({ outcome }) => outcome === "ok",
    node.capabilities.timings.callMs,
  );
}

/** Each script as an input. */
export const inputsOf = (scripts: readonly FramingScript[]): Input[] =>
  scripts.map((each) => ({ name: each.name, script: () => scriptOf(each) }));

/** For inputs that a node takes at a pace, so many peers that all are put within about this, in ms. */
const allWithinMs = 12_000;
const fewest = 4;
/** Of one peer, where no pace is kept. */
export const streamsAtOnce = 4;

/**
 * Puts every input to a protocol of the subject, each on a stream, from some peers side by side.
 * @param ms bound of an exchange; longer where each is to be answered
 * @param ready what each peer does before it comes; those who do something stay, as something may come to them
 * @returns in the order of the inputs; a peer that the subject parted from comes again
 */
export async function putAll(
  scene: Scene<unknown>,
  protocol: string,
  inputs: readonly Input[],
  muxer?: Muxer,
  ms = scene.subject.capabilities.timings.settledMs,
  ready?: (probe: Probe) => Promise<unknown>,
): Promise<(readonly [name: string, exchange: Exchange])[]> {
  const { subject } = scene;
  const { pacing } = subject.capabilities;
  const peers = pacing ? Math.max(fewest, Math.ceil((inputs.length * pacing.perMs) / pacing.requests / allWithinMs)) : fewest;
  const together = inputs.filter(({ alone }) => !alone);
  const shares = [
    ...Array.from({ length: peers }, (_, peer) => together.filter((_, index) => index % peers === peer)),
    ...inputs.filter(({ alone }) => alone).map((input) => [input]),
  ];
  const probes = await Promise.all(shares.map(() => scene.probe(muxer && { muxer })));
  for (const probe of probes) {
    await ready?.(probe);
    await must("connecting", meet(probe, subject));
  }
  const found = new Map<string, Exchange>();
  const put = async (probe: Probe, own: readonly Input[]) => {
    const sideBySide = pLimit(pacing ? 1 : streamsAtOnce);
    await sideBySide.map(own, async ({ name, script }) => {
      await again(probe, subject);
      found.set(name, await probe.exchange(subject.peerId, protocol, script(), { ms }));
    });
  };
  await Promise.all(probes.map((probe, peer) => put(probe, shares[peer] ?? [])));
  // Some hold few connections, and part from whoever comes next.
  if (!ready) await Promise.all(probes.map((probe) => probe.close()));
  return inputs.map(({ name }) => [name, found.get(name) as Exchange] as const);
}

/** What each input was answered with, for comparison. @param said the answer in a word, where there is one */
export const answersTo = (exchanges: readonly (readonly [string, Exchange])[], said: (exchange: Exchange) => string | undefined) =>
  Object.fromEntries(exchanges.map(([name, exchange]) => [name, exact(said(exchange) ?? exchange.outcome)]));
