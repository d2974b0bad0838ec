import type { Capabilities } from "../../fixtures/contract/capabilities.ts";
import { poll } from "../../fixtures/waiting.ts";
import { must } from "../../harness/answers.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { meet } from "../../harness/meeting.ts";
import type { Scene } from "../../harness/scene.ts";
import { decode } from "../../rfc-checks/wire/codec.ts";
import { FilterSubscribeRequest, FilterSubscribeType } from "../../rfc-checks/wire/filter.ts";
import { anyClientAlone } from "../../topologies/index.ts";
import { type Asking, askings, canAsk, requestsOf, type ScriptedService, scripted } from "../asking.ts";

/** A client and nobody else: probes are its services. */
export const ofClient = { subject: "client", topology: anyClientAlone, mutates: "connections", tags: ["#wire"] } as const;

/** Variants: every protocol in which a client asks a service. */
export const everyAsking: Record<string, Asking> = askings;
export const pushings: Record<string, Asking> = { v2: askings["lightpush-v2"], v3: askings["lightpush-v3"] };

/** For `meaningful`: both hold. */
export const both =
  <Variant>(
    left: (cast: Readonly<Record<string, Capabilities>>, variant: Variant) => boolean,
    right: (cast: Readonly<Record<string, Capabilities>>, variant: Variant) => boolean,
  ) =>
  (cast: Readonly<Record<string, Capabilities>>, variant: Variant): boolean =>
    left(cast, variant) && right(cast, variant);
export { canAsk };

/** Lets the client know of services, in this order. */
export async function introduce(scene: Scene<unknown>, asking: Asking, services: readonly ScriptedService[]): Promise<void> {
  for (const { probe } of services) await must("connecting", meet(probe, scene.subject, asking.protocol));
}

/** So many services that the client knows of, all fair. */
export async function servicesOf(scene: Scene<unknown>, asking: Asking, count: number): Promise<readonly ScriptedService[]> {
  const services = await Promise.all(Array.from({ length: count }, () => scripted(scene, asking)));
  await introduce(scene, asking, services);
  return services;
}

/** Was a service asked about a content topic? */
export const wasAsked = (service: ScriptedService, asking: Asking, contentTopic: string): boolean =>
  requestsOf(service, asking).some((request) => asking.contentTopicsOf(request).includes(contentTopic));

export const askedAbout = (services: readonly ScriptedService[], asking: Asking, contentTopic: string): readonly ScriptedService[] =>
  services.filter((service) => wasAsked(service, asking, contentTopic));

/** Asks fair services and tells which of them the client chose. */
export async function chosen(
  scene: Scene<unknown>,
  asking: Asking,
  services: readonly ScriptedService[],
): Promise<readonly [ScriptedService, ...ScriptedService[]]> {
  const contentTopic = scene.freshContentTopic();
  await must("asking fair services", asking.ask(scene, { contentTopic }));
  return chosenFor(services, asking, contentTopic);
}

/**
 * Services that a client that was answered success has asked: another call may ask others.
 * @throws CouldNotRun when there is none
 */
export function chosenFor(
  services: readonly ScriptedService[],
  asking: Asking,
  contentTopic: string,
): readonly [ScriptedService, ...ScriptedService[]] {
  const [first, ...others] = askedAbout(services, asking, contentTopic);
  if (!first) throw new CouldNotRun("the client answers success and asked nobody");
  return [first, ...others];
}

const { SUBSCRIBER_PING, SUBSCRIBE } = FilterSubscribeType.values;
const typeOf = (request: Uint8Array): number => decode(FilterSubscribeRequest, request).value.filterSubscribeType ?? SUBSCRIBER_PING;
export const isPing = (request: Uint8Array): boolean => typeOf(request) === SUBSCRIBER_PING;
export const isSubscribe = (request: Uint8Array): boolean => typeOf(request) === SUBSCRIBE;

/** Waits until something holds, for as long as a delivery may take. */
export const within = (scene: Scene<unknown>, holds: () => boolean, ms = scene.subject.capabilities.timings.deliveryMs): Promise<boolean> =>
  poll(
    async () => holds(),
    (done) => done,
    ms,
  );
