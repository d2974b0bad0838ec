import { decode } from "../../rfc-checks/wire/codec.ts";
import { HistoryRpc, legacyStoreProtocol } from "../../rfc-checks/wire/legacy-store.ts";
import type { MessageSchema } from "../../rfc-checks/wire/schema.ts";
import type { Asking } from "../asking.ts";

/** What an answer is made of. */
const Answer = { name: HistoryRpc.name, fields: { 1: HistoryRpc.fields[1], 3: HistoryRpc.fields[3] } } as const satisfies MessageSchema;

const queryIn = (request: Uint8Array) => decode(HistoryRpc, request).value.query;

/** Store before version 3, whose errors are no statuses: any status but success goes out as the error of that number. */
export const legacyStore: Asking = {
  protocol: legacyStoreProtocol,
  answers: Answer,
  able: ({ roles }) => roles.includes("legacy-store-client"),
  ask: (scene, { pubsubTopic = scene.pubsubTopic, contentTopic = scene.freshContentTopic() } = {}) =>
    scene.subject.legacyStore?.query({ pubsubTopic, contentTopics: [contentTopic], forward: true }),
  answer(request, { requestId = legacyStore.idOf(request), statusCode }) {
    const [contentTopic = ""] = legacyStore.contentTopicsOf(request);
    const message = { payload: Uint8Array.of(1), contentTopic, timestamp: 1n };
    return { requestId, response: statusCode === 200 ? { messages: [message], pagingInfo: {}, error: 0 } : { error: statusCode } };
  },
  idOf: (request) => decode(HistoryRpc, request).value.requestId ?? "",
  topicOf: (request) => queryIn(request)?.pubsubTopic,
  contentTopicsOf: (request) => (queryIn(request)?.contentFilters ?? []).map(({ contentTopic = "" }) => contentTopic),
};
