import type { RestRequest, StartedWakuNode } from "../../fixtures/contract/node.ts";
import { must } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { exact } from "../../harness/observation.ts";
import { lonelyRest as topology } from "../../topologies/index.ts";

const shard = encodeURIComponent("/waku/2/rs/66/0");
const message = { payload: "aGVsbG8=", contentTopic: "/waku-conformance/1/rest/proto" };
const json = (value: unknown): Pick<RestRequest, "body" | "contentType"> => ({
  body: JSON.stringify(value),
  contentType: "application/json",
});
const raw = (body: string, contentType = "application/json"): Pick<RestRequest, "body" | "contentType"> => ({ body, contentType });

const subscriptions = { path: "/relay/v1/subscriptions" } as const;
const publish = { method: "POST", path: `/relay/v1/messages/${shard}` } as const;
const filter = { path: "/filter/v2/subscriptions" } as const;

/** Requests of one route, by name. */
const routes: Record<string, { title: string; requests: Record<string, RestRequest> }> = {
  info: {
    title: "node information",
    requests: {
      version: { method: "GET", path: "/debug/v1/version" },
      "version-short": { method: "GET", path: "/version" },
      info: { method: "GET", path: "/debug/v1/info" },
      "info-short": { method: "GET", path: "/info" },
      health: { method: "GET", path: "/health" },
      "post-to-info": { method: "POST", path: "/debug/v1/info", ...json({}) },
    },
  },
  "unknown-route": {
    title: "paths and methods that do not exist",
    requests: {
      root: { method: "GET", path: "/" },
      nonsense: { method: "GET", path: "/nonsense" },
      "nonsense-under-relay": { method: "GET", path: "/relay/v1/nonsense" },
      "get-subscriptions": { method: "GET", ...subscriptions },
      "delete-health": { method: "DELETE", path: "/health" },
    },
  },
  "relay-subscribe": {
    title: "subscribing to a pubsub topic",
    requests: {
      shard: { method: "POST", ...subscriptions, ...json(["/waku/2/rs/66/1"]) },
      again: { method: "POST", ...subscriptions, ...json(["/waku/2/rs/66/0"]) },
      none: { method: "POST", ...subscriptions, ...json([]) },
      object: { method: "POST", ...subscriptions, ...json({ a: 1 }) },
      numbers: { method: "POST", ...subscriptions, ...json([1, 2]) },
      "not-json": { method: "POST", ...subscriptions, ...raw("not json") },
      "empty-body": { method: "POST", ...subscriptions, ...raw("") },
      "text-plain": { method: "POST", ...subscriptions, ...raw('["/waku/2/rs/66/0"]', "text/plain") },
    },
  },
  "relay-unsubscribe": {
    title: "unsubscribing from a pubsub topic",
    requests: {
      "never-subscribed": { method: "DELETE", ...subscriptions, ...json(["/waku/2/rs/66/99"]) },
      "not-json": { method: "DELETE", ...subscriptions, ...raw("not json") },
      none: { method: "DELETE", ...subscriptions, ...json([]) },
    },
  },
  "relay-publish": {
    title: "publishing a message",
    requests: {
      "no-peers": { ...publish, ...json(message) },
      "not-subscribed": { method: "POST", path: `/relay/v1/messages/${encodeURIComponent("/waku/2/rs/66/9")}`, ...json(message) },
      "no-payload": { ...publish, ...json({ contentTopic: message.contentTopic }) },
      "empty-payload": { ...publish, ...json({ ...message, payload: "" }) },
      "no-content-topic": { ...publish, ...json({ payload: message.payload }) },
      "empty-content-topic": { ...publish, ...json({ ...message, contentTopic: "" }) },
      "payload-not-base64": { ...publish, ...json({ ...message, payload: "***not base64***" }) },
      "timestamp-text": { ...publish, ...json({ ...message, timestamp: "soon" }) },
      "timestamp-fraction": { ...publish, ...json({ ...message, timestamp: 1.5 }) },
      "version-negative": { ...publish, ...json({ ...message, version: -1 }) },
      "version-2-to-32": { ...publish, ...json({ ...message, version: 4_294_967_296 }) },
      "unknown-field": { ...publish, ...json({ ...message, foo: 1 }) },
      "cut-json": { ...publish, ...raw('{"payload":') },
      "not-json": { ...publish, ...raw("not json") },
      "empty-body": { ...publish, ...raw("") },
      array: { ...publish, ...json([message]) },
    },
  },
  "relay-read": {
    title: "reading messages",
    requests: {
      subscribed: { method: "GET", path: `/relay/v1/messages/${shard}` },
      "not-subscribed": { method: "GET", path: `/relay/v1/messages/${encodeURIComponent("/waku/2/rs/66/9")}` },
      "not-a-topic": { method: "GET", path: "/relay/v1/messages/foo" },
    },
  },
  filter: {
    title: "filter without a service peer",
    requests: {
      subscribe: {
        method: "POST",
        ...filter,
        ...json({ requestId: "1", contentFilters: [message.contentTopic], pubsubTopic: "/waku/2/rs/66/0" }),
      },
      ping: { method: "GET", path: "/filter/v2/subscriptions/1" },
      "not-json": { method: "POST", ...filter, ...raw("nope") },
      "unsubscribe-all": { method: "DELETE", path: "/filter/v2/subscriptions/all", ...json({ requestId: "2" }) },
    },
  },
  lightpush: {
    title: "lightpush without a service peer",
    requests: {
      v1: { method: "POST", path: "/lightpush/v1/message", ...json({ pubsubTopic: "/waku/2/rs/66/0", message }) },
      v3: { method: "POST", path: "/lightpush/v3/message", ...json({ pubsubTopic: "/waku/2/rs/66/0", message }) },
      "v1-no-message": { method: "POST", path: "/lightpush/v1/message", ...json({ pubsubTopic: "/waku/2/rs/66/0" }) },
      "v1-not-json": { method: "POST", path: "/lightpush/v1/message", ...raw("nope") },
    },
  },
  admin: {
    title: "adding a peer",
    requests: {
      peers: { method: "GET", path: "/admin/v1/peers" },
      array: { method: "POST", path: "/admin/v1/peers", ...json(["nonsense"]) },
      object: { method: "POST", path: "/admin/v1/peers", ...json({ multiaddr: "nonsense" }) },
      "not-json": { method: "POST", path: "/admin/v1/peers", ...raw("nope") },
    },
  },
};

describe("rest", () => {
  for (const [route, { title, requests }] of Object.entries(routes)) {
    check({
      id: `rest/${route}`,
      title: `${title}: status, type and body, side by side`,
      requirements: [],
      subject: "node",
      topology,
      // A shard that is joined stays joined; no other request is about it.
      mutates: "subscriptions",
      variants: requests,
      async observe({ nodes, variant }) {
        const { node } = nodes as Record<"node", StartedWakuNode>;
        const answer = await must("requesting", node.rest?.request(variant));
        return { status: exact(answer?.status ?? null), type: exact(answer?.type ?? null), body: (answer?.body ?? "").slice(0, 2_000) };
      },
    });
  }
});
