import type { Answer } from "../../fixtures/contract/answer.ts";
import type { Capabilities } from "../../fixtures/contract/capabilities.ts";
import type { Gossip } from "../../fixtures/contract/gossip.ts";
import type { StartedWakuNode } from "../../fixtures/contract/node.ts";
import type { Probe } from "../../fixtures/contract/probe.ts";
import type { SettingName, Settings } from "../../fixtures/contract/settings.ts";
import { poll } from "../../fixtures/waiting.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import type { Scene } from "../../harness/scene.ts";
import { nowNs } from "../../rfc-checks/rules/timestamp.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { WakuMessage } from "../../rfc-checks/wire/message.ts";
import { serviceAlone } from "../../topologies/index.ts";
import { answered, push, pushBytes } from "../lightpush/wire-scene.ts";
import { wireMessage } from "../wire-message.ts";

/** A service node and nobody else, with slots that nobody has used. */
export const ofService = { subject: "service", topology: serviceAlone, mutates: "connections" } as const;

type Cast = Readonly<Record<string, Capabilities>>;

/** For `settings`: the smaller or the larger of two ordinary values, where the player of a place has the setting. */
export const ordinary =
  (place: string, name: SettingName, which: 0 | 1 = 0) =>
  (cast: Cast): Readonly<Record<string, Settings>> => {
    const value = cast[place]?.settings[name]?.ordinary?.[which];
    return value === undefined ? {} : { [place]: { [name]: value } };
  };

/** For `meaningful`. */
export const settable =
  (place: string, name: SettingName) =>
  (cast: Cast): boolean =>
    cast[place]?.settings[name]?.ordinary !== undefined;

/** Where peers dial a node. */
export function addressOf({ addresses }: StartedWakuNode): string {
  const address = addresses.tcp ?? addresses.ws ?? addresses.wss;
  if (address === undefined) throw new CouldNotRun("the node does not listen");
  return address;
}

/** Makes a dial, once or more often. */
export type Dialling = (dial: () => Promise<Answer>) => Promise<Answer>;
const once: Dialling = (dial) => dial();

/** Dials a node as a relay peer that announces these topics. @returns how it was taken */
export async function comeAsRelay(
  node: StartedWakuNode,
  probe: Probe,
  topics: readonly string[],
  dialling = once,
): Promise<{ readonly gossip: Gossip; readonly answer: Answer<unknown> }> {
  const gossip = await probe.gossip();
  gossip.announce(topics);
  const dial = await dialling(() => probe.connect(addressOf(node)));
  return { gossip, answer: dial.outcome === "ok" ? await gossip.attach(node.peerId) : dial };
}

/** Bytes of a message. */
export const messageOn = (contentTopic: string): Uint8Array =>
  encode(WakuMessage, { payload: Buffer.from(contentTopic), contentTopic, version: 0, timestamp: nowNs() });

/** Was one message of a lightpush client relayed, as its service says? */
export async function pushOnce(scene: Scene<unknown>, probe: Probe): Promise<boolean> {
  const request = pushBytes(2, { requestId: scene.freshKey(), pubsubTopic: scene.pubsubTopic, message: wireMessage(scene) });
  return answered(2, await push(probe, scene.subject, 2, request)).success.value === true;
}

interface Receiver {
  readonly topic: string;
  pushes(contentTopic: string): number;
}

/** How often each of them was pushed its topic, once all were or the time for it has passed. */
export const pushesOf = ({ subject }: Scene<unknown>, receivers: readonly Receiver[]): Promise<number[]> =>
  poll(
    async () => receivers.map((one) => one.pushes(one.topic)),
    (counts) => counts.every((count) => count > 0),
    subject.capabilities.timings.deliveryMs,
  );
