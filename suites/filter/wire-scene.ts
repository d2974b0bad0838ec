import type { StartedWakuNode } from "../../fixtures/contract/node.ts";
import type { Exchange, Probe, Responder } from "../../fixtures/contract/probe.ts";
import { poll } from "../../fixtures/waiting.ts";
import { must } from "../../harness/answers.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { meet } from "../../harness/meeting.ts";
import { exact, set } from "../../harness/observation.ts";
import type { ProbeChoice } from "../../harness/probes.ts";
import type { Scene } from "../../harness/scene.ts";
import { decode, encode } from "../../rfc-checks/wire/codec.ts";
import {
  FilterSubscribeRequest,
  FilterSubscribeResponse,
  FilterSubscribeType,
  filterPushProtocol,
  filterSubscribeProtocol,
  MessagePush,
} from "../../rfc-checks/wire/filter.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import type { ValueOf } from "../../rfc-checks/wire/schema.ts";
import { serviceAlone } from "../../topologies/index.ts";
import { requestsTo } from "../requests.ts";
import { strictly } from "../strictly.ts";

export { strictly };

/** A service node and nobody else: probes ask it. */
export const ofService = { subject: "service", topology: serviceAlone } as const;

/** A probe that is connected to the subject. */
export async function client(scene: Scene<unknown>, choice: ProbeChoice = {}): Promise<Probe> {
  const probe = await scene.probe(choice);
  await must("connecting", meet(probe, scene.subject));
  leaves(scene, probe);
  return probe;
}

/** A probe that takes pushes, connected. */
export async function receiver(scene: Scene<unknown>): Promise<Probe> {
  const probe = await scene.probe();
  await taking(scene, probe);
  leaves(scene, probe);
  return probe;
}

export async function taking(scene: Scene<unknown>, probe: Probe): Promise<void> {
  await probe.serve(filterPushProtocol, () => [{ close: true }]);
  await must("connecting", meet(probe, scene.subject));
}

/** A service may count those who left without a word among the few that it serves. */
export function leaves(scene: Scene<unknown>, probe: Probe): void {
  const { UNSUBSCRIBE_ALL: filterSubscribeType } = FilterSubscribeType.values;
  scene.defer(() => ask(probe, scene.subject, { requestId: scene.freshKey(), filterSubscribeType }));
}

/** What goes into a frame. */
export const subscribeBytes = (requestId: string, pubsubTopic: string, contentTopics: readonly string[]): Uint8Array =>
  encode(FilterSubscribeRequest, { requestId, filterSubscribeType: FilterSubscribeType.values.SUBSCRIBE, pubsubTopic, contentTopics });

export const subscribeRequest = (...request: Parameters<typeof subscribeBytes>): Uint8Array => frame(subscribeBytes(...request));

/** Subscribes in the plainest way. */
export const subscribe = (probe: Probe, { peerId, capabilities }: StartedWakuNode, request: Uint8Array): Promise<Exchange> =>
  probe.exchange(peerId, filterSubscribeProtocol, [{ write: request }, { close: true }], { ms: capabilities.timings.callMs });

/** Any request. */
export const ask = (probe: Probe, service: StartedWakuNode, request: ValueOf<typeof FilterSubscribeRequest>): Promise<Exchange> =>
  subscribe(probe, service, frame(encode(FilterSubscribeRequest, request)));

/** A subscription before the question. */
export async function subscribed(scene: Scene<unknown>, probe: Probe, contentTopics: readonly string[], topic = scene.pubsubTopic) {
  const exchange = await subscribe(probe, scene.subject, subscribeRequest(scene.freshKey(), topic, contentTopics));
  const { outcome, statusCode, statusDesc } = answered(exchange);
  if (!isSuccess(statusCode.value)) throw new CouldNotRun(`subscribing: ${outcome.value} ${statusCode.value} ${statusDesc}`);
}

/** How often each content topic was pushed, once all of the awaited ones were: a service may push them in any order. */
export async function pushedTo(scene: Scene<unknown>, probe: Probe, contentTopics: readonly string[], awaited = contentTopics) {
  const topics = () => requestsTo(probe, filterPushProtocol).map((push) => strictly(MessagePush, push).value?.wakuMessage?.contentTopic);
  const came = await poll(
    async () => topics(),
    (all) => awaited.every((topic) => all.includes(topic)),
    scene.subject.capabilities.timings.deliveryMs,
  );
  return contentTopics.map((topic) => exact(came.filter((one) => one === topic).length));
}

/** 12-FILTER-10 */
export const isSuccess = (code: number | null): boolean => code !== null && code >= 200 && code < 300;

/** An exchange as an observation: how it ended and what the answer says. */
export function answered({ outcome, frames }: Exchange) {
  const [frame] = frames;
  const read = frame && strictly(FilterSubscribeResponse, frame);
  return {
    outcome: exact(outcome),
    requestId: read?.value?.requestId ?? null,
    statusCode: exact(read?.value?.statusCode ?? null),
    statusDesc: read?.value?.statusDesc ?? null,
    deviations: set(read?.deviations ?? []),
  };
}

/** How many of the bytes that came are in no whole frame. */
export const unframed = ({ frames, bytes }: Exchange): number =>
  bytes.length - frames.reduce((sum, message) => sum + frame(message).length, 0);

/** Success to everything, with the request's id. */
export const agree: Responder = (request) => [
  {
    write: frame(
      encode(FilterSubscribeResponse, {
        requestId: decode(FilterSubscribeRequest, request).value.requestId,
        statusCode: 200,
        statusDesc: "OK",
      }),
    ),
  },
  { close: true },
];
