import type { Answer } from "../fixtures/contract/answer.ts";
import type { Capabilities, Role } from "../fixtures/contract/capabilities.ts";
import type { Probe, Responder, Script } from "../fixtures/contract/probe.ts";
import { must } from "../harness/answers.ts";
import { arrivals } from "../harness/deliveries.ts";
import { meet } from "../harness/meeting.ts";
import type { ProbeChoice } from "../harness/probes.ts";
import type { Scene } from "../harness/scene.ts";
import { decode, encode } from "../rfc-checks/wire/codec.ts";
import { encodeLoose } from "../rfc-checks/wire/encode.ts";
import {
  FilterSubscribeRequest,
  FilterSubscribeResponse,
  filterPushProtocol,
  filterSubscribeProtocol,
  MessagePush,
} from "../rfc-checks/wire/filter.ts";
import { frame } from "../rfc-checks/wire/framing.ts";
import { LightPushRequest, LightPushResponse, lightpushV2Protocol, lightpushV3Protocol, PushRpc } from "../rfc-checks/wire/lightpush.ts";
import type { WakuMessage } from "../rfc-checks/wire/message.ts";
import type { MessageSchema, ValueOf } from "../rfc-checks/wire/schema.ts";
import { StoreQueryRequest, StoreQueryResponse, storeQueryProtocol } from "../rfc-checks/wire/store.ts";
import { requestsTo } from "./requests.ts";
import { wireMessage } from "./wire-message.ts";

/** What a service says; version 2 of lightpush knows success alone. */
export interface Status {
  readonly statusCode: number;
  /** By default that of the request. */
  readonly requestId?: string;
}
export const success: Status = { statusCode: 200 };

export interface About {
  readonly pubsubTopic?: string;
  readonly contentTopic?: string;
  /** With the retries that a client makes as shipped. */
  readonly retries?: boolean;
}

/** A protocol in which a client asks a service, as both sides of a check see it. */
export interface Asking {
  readonly protocol: string;
  readonly answers: MessageSchema;
  /** Can this client be made to ask? */
  able(client: Capabilities): boolean;
  /** One call of the API, by default on the common shard and about something that was not asked about before. */
  ask(scene: Scene<unknown>, about?: About): Promise<Answer<unknown>> | undefined;
  /** The answer to a request, as values of the schema. */
  answer(request: Uint8Array, status: Status): object;
  idOf(request: Uint8Array): string;
  topicOf(request: Uint8Array): string | undefined;
  contentTopicsOf(request: Uint8Array): readonly string[];
}

const plays = (client: Capabilities, role: Role): boolean => client.roles.includes(role);
const statusOf = ({ statusCode }: Status) => ({ statusCode, statusDesc: `status ${statusCode}` });

const filter: Asking = {
  protocol: filterSubscribeProtocol,
  answers: FilterSubscribeResponse,
  able: (client) => plays(client, "filter-client"),
  ask: (scene, { pubsubTopic = scene.pubsubTopic, contentTopic = scene.freshContentTopic() } = {}) =>
    scene.subject.filter?.subscribe(pubsubTopic, [contentTopic]),
  answer: (request, status) => ({ requestId: status.requestId ?? filter.idOf(request), ...statusOf(status) }),
  idOf: (request) => decode(FilterSubscribeRequest, request).value.requestId ?? "",
  topicOf: (request) => decode(FilterSubscribeRequest, request).value.pubsubTopic,
  contentTopicsOf: (request) => decode(FilterSubscribeRequest, request).value.contentTopics ?? [],
};

const pushing = (version: 2 | 3): Pick<Asking, "able" | "ask"> => ({
  able: (client) => plays(client, "lightpush-client") && client.lightpushVersions.includes(version),
  ask: (scene, { pubsubTopic = scene.pubsubTopic, contentTopic = scene.freshContentTopic(), retries = false } = {}) =>
    scene.subject.lightpush?.push(version, pubsubTopic, scene.message({ contentTopic }), { retries }),
});

const { 1: pushRequestId, 3: pushResponse } = PushRpc.fields;

const lightpushV2: Asking = {
  ...pushing(2),
  protocol: lightpushV2Protocol,
  answers: { name: PushRpc.name, fields: { 1: pushRequestId, 3: pushResponse } },
  answer: (request, { statusCode, requestId = lightpushV2.idOf(request) }) => ({
    requestId,
    response: { isSuccess: statusCode === 200, info: `status ${statusCode}` },
  }),
  idOf: (request) => decode(PushRpc, request).value.requestId ?? "",
  topicOf: (request) => decode(PushRpc, request).value.request?.pubsubTopic,
  contentTopicsOf: (request) => [decode(PushRpc, request).value.request?.message?.contentTopic ?? ""],
};

const lightpushV3: Asking = {
  ...pushing(3),
  protocol: lightpushV3Protocol,
  answers: LightPushResponse,
  answer: (request, status) => ({
    requestId: status.requestId ?? lightpushV3.idOf(request),
    ...statusOf(status),
    relayPeerCount: status.statusCode === 200 ? 1 : 0,
  }),
  idOf: (request) => decode(LightPushRequest, request).value.requestId ?? "",
  topicOf: (request) => decode(LightPushRequest, request).value.pubsubTopic,
  contentTopicsOf: (request) => [decode(LightPushRequest, request).value.message?.contentTopic ?? ""],
};

const store: Asking = {
  protocol: storeQueryProtocol,
  answers: StoreQueryResponse,
  able: (client) => plays(client, "store-client"),
  ask: (scene, { pubsubTopic = scene.pubsubTopic, contentTopic = scene.freshContentTopic() } = {}) =>
    scene.subject.store?.query({ pubsubTopic, contentTopics: [contentTopic], includeData: true, forward: true }),
  answer: (request, status) => {
    const { pubsubTopic, contentTopics } = decode(StoreQueryRequest, request).value;
    const message: ValueOf<typeof WakuMessage> = { payload: Uint8Array.of(1), contentTopic: contentTopics?.[0] ?? "", timestamp: 1n };
    const entry = { messageHash: new Uint8Array(32).fill(1), message, pubsubTopic };
    return { requestId: status.requestId ?? store.idOf(request), ...statusOf(status), messages: status.statusCode === 200 ? [entry] : [] };
  },
  idOf: (request) => decode(StoreQueryRequest, request).value.requestId ?? "",
  topicOf: (request) => decode(StoreQueryRequest, request).value.pubsubTopic,
  contentTopicsOf: (request) => decode(StoreQueryRequest, request).value.contentTopics ?? [],
};

export const askings = { filter, "lightpush-v2": lightpushV2, "lightpush-v3": lightpushV3, store } as const satisfies Record<
  string,
  Asking
>;

/** For `meaningful` of a check whose variants are protocols. */
export const canAsk = ({ client }: Readonly<Record<string, Capabilities>>, asking: Asking): boolean =>
  client !== undefined && asking.able(client);

/** One frame with the answer in it, after which the stream is closed. */
export const answered = (asking: Asking, request: Uint8Array, status: Status = success): Script => [
  { write: frame(encodeLoose(asking.answers, asking.answer(request, status))) },
  { close: true },
];
export const answers =
  (asking: Asking, status: Status = success): Responder =>
  (request) =>
    answered(asking, request, status);

/** A probe that serves one protocol; how it answers can change, also on streams that a client has opened beforehand. */
export interface ScriptedService {
  readonly probe: Probe;
  respond: Responder;
}

/** A service that the client does not know of yet. It keeps no pace: nothing is asked of the client. */
export async function scripted(
  scene: Scene<unknown>,
  asking: Asking,
  respond: Responder = answers(asking),
  choice: ProbeChoice = {},
): Promise<ScriptedService> {
  const probe = await scene.probe({ paced: false, ...choice });
  const service = { probe, respond };
  await probe.serve(asking.protocol, (request, stream) => service.respond(request, stream));
  return service;
}

/** A service that the client knows of. */
export async function serviceOf(
  scene: Scene<unknown>,
  asking: Asking,
  respond?: Responder,
  choice?: ProbeChoice,
): Promise<ScriptedService> {
  const service = await scripted(scene, asking, respond, choice);
  await must("connecting", meet(service.probe, scene.subject, asking.protocol));
  return service;
}

/** Every request that a service was sent, oldest first. */
export const requestsOf = ({ probe }: Pick<ScriptedService, "probe">, { protocol }: Pick<Asking, "protocol">): readonly Uint8Array[] =>
  requestsTo(probe, protocol);

/** One push, on a stream of its own that is closed after it; how the client ends it is not waited for. */
export const pushFrom = (
  scene: Scene<unknown>,
  from: Probe,
  message: ValueOf<typeof WakuMessage>,
  pubsubTopic = scene.pubsubTopic,
  client = scene.subject,
) =>
  from.exchange(
    client.peerId,
    filterPushProtocol,
    [{ write: frame(encode(MessagePush, { wakuMessage: message, pubsubTopic })) }, { close: true }],
    { ms: client.capabilities.timings.settledMs },
  );

/** Asks a service that is fair, and looks at what it is good for: 1 where a push comes, or where the call succeeds. */
export async function works(scene: Scene<unknown>, service: ScriptedService, asking: Asking): Promise<number> {
  service.respond = answers(asking);
  if (asking.protocol !== filterSubscribeProtocol) return (await asking.ask(scene))?.outcome === "ok" ? 1 : 0;
  const marker = scene.freshContentTopic();
  if ((await scene.subject.filter?.subscribe(scene.pubsubTopic, [marker]))?.outcome !== "ok") return 0;
  void pushFrom(scene, service.probe, wireMessage(scene, { contentTopic: marker }));
  return (await arrivals(scene.subject, "filter", scene.pubsubTopic, marker)).length;
}
