import type { RestDescription, RestField } from "./rest-schema.ts";

const string: RestField = { type: "string" };

const message: RestField = {
  type: {
    fields: {
      payload: { type: "base64" },
      contentTopic: string,
      version: { type: "integer" },
      timestamp: { type: "integer" },
      /** 14-MESSAGE-03 */
      meta: { type: "base64", limit: 64 },
      ephemeral: { type: "boolean" },
      proof: { type: "base64" },
    },
  },
};
const topics: RestField = { type: { items: string } };
/** Each is dialled: no more than a node has room for. */
const addresses: RestField = { type: { items: string }, limit: 5 };
const shards: RestField = { type: { items: { type: "integer", limit: 65_535 } } };
const criteria: RestField = { type: { fields: { requestId: string, pubsubTopic: string, contentFilters: topics } } };
const push: RestField = { type: { fields: { pubsubTopic: string, message } } };

/** Requests of the REST API that implementations with one serve; of two with one path, each has its own. */
export const restRequests = {
  "relay-subscribe": { method: "POST", path: "/relay/v1/subscriptions", body: topics },
  "relay-unsubscribe": { method: "DELETE", path: "/relay/v1/subscriptions", body: topics },
  "relay-publish": { method: "POST", path: "/relay/v1/messages/{pubsubTopic}", inPath: { pubsubTopic: string }, body: message },
  "relay-messages": { method: "GET", path: "/relay/v1/messages/{pubsubTopic}", inPath: { pubsubTopic: string } },
  "relay-auto-subscribe": { method: "POST", path: "/relay/v1/auto/subscriptions", body: topics },
  "relay-auto-unsubscribe": { method: "DELETE", path: "/relay/v1/auto/subscriptions", body: topics },
  "relay-auto-publish": { method: "POST", path: "/relay/v1/auto/messages", body: message },
  "relay-auto-messages": { method: "GET", path: "/relay/v1/auto/messages/{contentTopic}", inPath: { contentTopic: string } },
  "filter-subscribe": { method: "POST", path: "/filter/v2/subscriptions", body: criteria },
  "filter-unsubscribe": { method: "DELETE", path: "/filter/v2/subscriptions", body: criteria },
  "filter-unsubscribe-all": { method: "DELETE", path: "/filter/v2/subscriptions/all", body: { type: { fields: { requestId: string } } } },
  "filter-ping": { method: "GET", path: "/filter/v2/subscriptions/{requestId}", inPath: { requestId: string } },
  "filter-messages": { method: "GET", path: "/filter/v2/messages/{contentTopic}", inPath: { contentTopic: string } },
  "filter-messages-of-topic": {
    method: "GET",
    path: "/filter/v2/messages/{pubsubTopic}/{contentTopic}",
    inPath: { pubsubTopic: string, contentTopic: string },
  },
  "lightpush-v1": { method: "POST", path: "/lightpush/v1/message", body: push },
  "lightpush-v3": { method: "POST", path: "/lightpush/v3/message", body: push },
  "admin-peers": { method: "GET", path: "/admin/v1/peers", inQuery: {} },
  "admin-connect": { method: "POST", path: "/admin/v1/peers", body: addresses },
  "admin-add-peer": {
    method: "POST",
    path: "/admin/v1/peers",
    body: { type: { fields: { multiaddr: string, shards, protocols: topics } } },
  },
  "debug-info": { method: "GET", path: "/debug/v1/info", inQuery: {} },
  "debug-version": { method: "GET", path: "/debug/v1/version", inQuery: {} },
  health: { method: "GET", path: "/health", inQuery: {} },
  "store-query": {
    method: "GET",
    path: "/store/v3/messages",
    inQuery: {
      peerAddr: string,
      includeData: { type: "boolean" },
      pubsubTopic: string,
      contentTopics: string,
      startTime: { type: "integer" },
      endTime: { type: "integer" },
      hashes: string,
      cursor: string,
      ascending: { type: "boolean" },
      pageSize: { type: "integer" },
    },
  },
  "legacy-store-query": {
    method: "GET",
    path: "/store/v1/messages",
    inQuery: {
      peerAddr: string,
      pubsubTopic: string,
      contentTopics: string,
      startTime: { type: "integer" },
      endTime: { type: "integer" },
      senderTime: { type: "integer" },
      storeTime: { type: "integer" },
      digest: { type: "base64" },
      ascending: { type: "boolean" },
      pageSize: { type: "integer" },
    },
  },
} as const satisfies Readonly<Record<string, RestDescription>>;
