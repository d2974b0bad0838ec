import type { Gossip, GossipOptions, PubsubMessage } from "../../fixtures/contract/gossip.ts";
import type { Probe } from "../../fixtures/contract/probe.ts";
import { poll } from "../../fixtures/waiting.ts";
import { must } from "../../harness/answers.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { meet } from "../../harness/meeting.ts";
import type { Scene } from "../../harness/scene.ts";
import { nowNs } from "../../rfc-checks/rules/timestamp.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { WakuMessage } from "../../rfc-checks/wire/message.ts";
import { relayProtocol } from "../../rfc-checks/wire/relay.ts";
import type { ValueOf } from "../../rfc-checks/wire/schema.ts";
import { relayAlone } from "../../topologies/index.ts";

/** A relay and nobody else: probes are its neighbours. */
export const ofRelay = { subject: "node", topology: relayAlone } as const;

/** 29/WAKU2-CONFIG, GossipSub v1.0; in ms. */
export const heartbeatMs = 1_000;

/** A neighbour of the subject that speaks gossipsub. */
export interface Neighbour {
  readonly probe: Probe;
  readonly gossip: Gossip;
}

export interface NeighbourChoice extends GossipOptions {
  /** By default the topic that the subject has joined. */
  readonly topics?: readonly string[];
  /** By default one of its own. */
  readonly probe?: Probe;
  /** By default the neighbour dials where it can. */
  readonly meets?: typeof meet;
}

/** A neighbour that has announced its topics, and knows those of the subject. */
export async function neighbour(scene: Scene<unknown>, choice: NeighbourChoice = {}): Promise<Neighbour> {
  const { subject, pubsubTopic } = scene;
  const { topics = [pubsubTopic], probe = await scene.probe(), meets = meet, ...options } = choice;
  const gossip = await probe.gossip(options);
  gossip.announce(topics);
  await must("connecting", meets(probe, subject, relayProtocol));
  await must("opening a relay stream", gossip.attach(subject.peerId));
  await poll(
    async () => gossip.subscribersOf(pubsubTopic).length > 0,
    (known) => known,
    subject.capabilities.timings.settledMs,
  );
  return { probe, gossip };
}

/** A publisher and a listener, both in the subject's mesh, between which messages pass. */
export async function relayedPair(scene: Scene<unknown>): Promise<readonly [from: Neighbour, to: Neighbour]> {
  const [from, to] = await Promise.all([neighbour(scene), neighbour(scene)]);
  for (const { gossip } of [from, to]) gossip.graft(scene.pubsubTopic);
  if (!(await relays(scene, from, to, scene.subject.capabilities.timings.meshMs)))
    throw new CouldNotRun("no message passes from one neighbour to the other");
  return [from, to];
}

/** Does a message of one neighbour reach the other through the subject? Publishes until one has. */
export async function relays(
  scene: Scene<unknown>,
  from: Neighbour,
  to: Neighbour,
  boundMs: number = scene.subject.capabilities.timings.deliveryMs,
): Promise<boolean> {
  const marker = scene.freshContentTopic();
  return poll(
    async () => {
      from.gossip.publish(scene.pubsubTopic, wakuMessage(scene, { contentTopic: marker }));
      return to.gossip.delivered(scene.pubsubTopic).some(({ message }) => isOf(message, marker));
    },
    (came) => came,
    boundMs,
  );
}

/** Bytes of a message that is like no other. */
export const wakuMessage = (scene: Scene<unknown>, fields: ValueOf<typeof WakuMessage> = {}): Uint8Array =>
  encode(WakuMessage, {
    payload: Buffer.from(scene.freshKey(), "hex"),
    contentTopic: scene.freshContentTopic(),
    timestamp: nowNs(),
    ...fields,
  });

export const same = (left: Uint8Array | undefined, right: Uint8Array): boolean => left !== undefined && Buffer.from(right).equals(left);
/** By its bytes: what a message holds need not be sound. */
export const isOf = ({ data }: PubsubMessage, contentTopic: string): boolean => Buffer.from(data ?? []).includes(contentTopic);

/** Waits for copies of these bytes at a neighbour, as many at least. */
export const copies = (scene: Scene<unknown>, { gossip }: Neighbour, topic: string, data: Uint8Array, atLeast = 1) =>
  poll(
    async () => gossip.delivered(topic).filter(({ message }) => same(message.data, data)),
    (came) => came.length >= atLeast,
    scene.subject.capabilities.timings.deliveryMs,
  );
