import type { Capabilities } from "../../fixtures/contract/capabilities.ts";
import type { Gossip } from "../../fixtures/contract/gossip.ts";
import type { Exchange, Probe } from "../../fixtures/contract/probe.ts";
import type { SettingName } from "../../fixtures/contract/settings.ts";
import { poll } from "../../fixtures/waiting.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import type { Scene } from "../../harness/scene.ts";
import { filterSubscribeProtocol } from "../../rfc-checks/wire/filter.ts";
import { WakuMessage } from "../../rfc-checks/wire/message.ts";
import { isSuccess, subscribeBytes, answered as toldOfFilter } from "../filter/wire-scene.ts";
import { answered, protocolOf, push, pushBytes, strictly, type Version, witness } from "../lightpush/wire-scene.ts";
import { wireMessage } from "../wire-message.ts";
import { type FilterAnswer, FilterClient } from "./filter-clients.ts";
import { addressOf, messageOn, ofService, ordinary } from "./slots-scene.ts";

export type Service = "filter" | "lightpush-v2" | "lightpush-v3";
export const services: Record<Service, Service> = { filter: "filter", "lightpush-v2": "lightpush-v2", "lightpush-v3": "lightpush-v3" };

export const rateSetting = (service: Service): SettingName => (service === "filter" ? "filterRate" : "lightpushRate");
const versionOf = (service: Service): Version => (service === "lightpush-v3" ? 3 : 2);

/** Is the service there? */
export const isServed = ({ service }: Readonly<Record<string, Capabilities>>, which: Service): boolean =>
  which === "filter" || service?.protocols["lightpush-service"]?.includes(protocolOf[versionOf(which)]) === true;

/** What a request was answered with, and the content topic by which its effect is seen. */
export type Told = FilterAnswer & { readonly topic: string };

function pushOf(scene: Scene<unknown>, version: Version) {
  const [requestId, message] = [scene.freshKey(), wireMessage(scene)];
  return { requestId, message, bytes: pushBytes(version, { requestId, pubsubTopic: scene.pubsubTopic, message }) };
}

/** A request as it goes into a frame, and whether an exchange brought success. */
export function requestTo(scene: Scene<Service>) {
  const { variant, pubsubTopic } = scene;
  if (variant === "filter")
    return {
      protocol: filterSubscribeProtocol,
      bytes: subscribeBytes(scene.freshKey(), pubsubTopic, [scene.freshContentTopic()]),
      succeeded: (exchange: Exchange) => isSuccess(toldOfFilter(exchange).statusCode.value),
    };
  const version = versionOf(variant);
  return {
    protocol: protocolOf[version],
    bytes: pushOf(scene, version).bytes,
    succeeded: (exchange: Exchange) => answered(version, exchange).success.value === true,
  };
}

/** A client that asks again and again, each time for something that can be told apart. */
export interface Asker {
  readonly probe: Probe;
  ask(): Promise<Told>;
}

/** Keeps no pace. */
export async function asker(scene: Scene<Service>): Promise<Asker> {
  const [probe] = (await scene.crowd(1)).probes as [Probe];
  if (scene.variant === "filter") {
    const client = new FilterClient(scene, probe, { paced: false });
    await client.connect();
    return {
      probe,
      async ask() {
        const topic = scene.freshContentTopic();
        return { topic, ...(await client.subscribe(topic)) };
      },
    };
  }
  const version = versionOf(scene.variant);
  await probe.connect(addressOf(scene.subject));
  return {
    probe,
    async ask() {
      const { requestId, message, bytes } = pushOf(scene, version);
      const exchange = await push(probe, scene.subject, version, bytes);
      const { outcome, success, statusCode, statusDesc, requestId: echoed } = answered(version, exchange);
      return {
        topic: message.contentTopic ?? "",
        outcome: outcome.value,
        success: success.value === true,
        statusCode: statusCode.value,
        statusDesc,
        sameRequestId: echoed === requestId,
        ms: exchange.ms,
      };
    },
  };
}

/** Requests all at once, so that no rate lets them all through because they were slow to come. */
export async function burst({ ask }: Asker, size: number) {
  const answers = await Promise.all(Array.from({ length: size }, ask));
  return { served: answers.filter(({ success }) => success), refusal: answers.find(({ success }) => !success) };
}

/** More than any rate lets through at once that a check sets, or that is built in. */
export const inBurst = 12;

type Cast = Readonly<Record<string, Capabilities>>;

/** Who can be set to a rate, or has one built in. */
const limited = (cast: Cast, service: Service): boolean =>
  isServed(cast, service) && (cast.service?.settings[rateSetting(service)] !== undefined || cast.service?.pacing != null);
export const inQuestion = {
  ...ofService,
  variants: services,
  meaningful: limited,
  settings: (service: Service, cast: Cast) => ordinary("service", rateSetting(service))(cast),
} as const;

export async function tooFast(scene: Scene<Service>) {
  const gossip = await witness(scene);
  const greedy = await asker(scene);
  return { gossip, greedy, ...(await burst(greedy, inBurst)) };
}

/** One that was refused, before the question. */
export async function refused(scene: Scene<Service>) {
  const { refusal, ...rest } = await tooFast(scene);
  if (!refusal) throw new CouldNotRun(`${rest.served.length} requests at once were served`);
  return { ...rest, refusal };
}

/** Within what time a refused client must be served again, in ms. */
function periodOf({ subject, variant }: Scene<Service>): number {
  const set = subject.capabilities.settings[rateSetting(variant)]?.ordinary?.[0];
  const [, seconds] = /\/(\d+)s$/.exec(set ?? "") ?? [];
  return seconds === undefined ? (subject.capabilities.pacing?.perMs ?? 0) : Number(seconds) * 1_000;
}

/** What a client that was refused is answered once it is served, or last. */
export const servedAgain = (scene: Scene<Service>, { ask }: Asker): Promise<Told> =>
  poll(ask, ({ success }) => success, 2 * periodOf(scene) + scene.subject.capabilities.timings.settledMs);

/** In a word. */
export const refusalText = ({ statusCode, statusDesc, outcome }: FilterAnswer): string => `${statusCode ?? statusDesc ?? outcome}`;

/** How often a message on each of these topics was relayed to a relay peer, once the counts will do. */
export function relayedCounts(
  { subject, pubsubTopic }: Scene<unknown>,
  gossip: Gossip,
  topics: readonly string[],
  done: (counts: readonly number[]) => boolean,
): Promise<number[]> {
  const relayed = () =>
    gossip.delivered(pubsubTopic).map(({ message: { data } }) => strictly(WakuMessage, data ?? new Uint8Array()).value?.contentTopic);
  return poll(
    async () => topics.map((topic) => relayed().filter((one) => one === topic).length),
    done,
    subject.capabilities.timings.deliveryMs,
  );
}

/**
 * How often the effect of each of these requests was seen, once that of all but the first was: what is pushed, which a service
 * may do in any order, or what is relayed.
 */
export async function effects(scene: Scene<Service>, gossip: Gossip, { probe }: Asker, topics: readonly string[]): Promise<number[]> {
  const { subject, pubsubTopic, variant } = scene;
  const servedCame = (counts: readonly number[]) => counts.slice(1).every((count) => count > 0);
  if (variant !== "filter") return relayedCounts(scene, gossip, topics, servedCame);
  const client = new FilterClient(scene, probe);
  for (const topic of topics) gossip.publish(pubsubTopic, messageOn(topic));
  return poll(async () => topics.map((topic) => client.pushes(topic)), servedCame, subject.capabilities.timings.deliveryMs);
}
