import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { FilterSubscribeRequest, FilterSubscribeType } from "../../rfc-checks/wire/filter.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import type { ValueOf } from "../../rfc-checks/wire/schema.ts";
import { answered, ask, client, isSuccess, ofService, subscribe, subscribed, subscribeRequest } from "./wire-scene.ts";

type Request = ValueOf<typeof FilterSubscribeRequest>;
const { SUBSCRIBE, UNSUBSCRIBE, UNSUBSCRIBE_ALL, SUBSCRIBER_PING } = FilterSubscribeType.values;

interface Incomplete {
  readonly type: number;
  readonly lacks: "pubsub-topic" | "content-topics" | "both";
  /** Absent fields are the default of proto3; sent empty, they are the same. */
  readonly empty?: true;
}
const incomplete: Record<string, Incomplete> = {
  "subscribe-no-pubsub-topic": { type: SUBSCRIBE, lacks: "pubsub-topic" },
  "subscribe-empty-pubsub-topic": { type: SUBSCRIBE, lacks: "pubsub-topic", empty: true },
  "subscribe-no-content-topics": { type: SUBSCRIBE, lacks: "content-topics" },
  "subscribe-no-criteria": { type: SUBSCRIBE, lacks: "both" },
  "unsubscribe-no-pubsub-topic": { type: UNSUBSCRIBE, lacks: "pubsub-topic" },
  "unsubscribe-empty-pubsub-topic": { type: UNSUBSCRIBE, lacks: "pubsub-topic", empty: true },
  "unsubscribe-no-content-topics": { type: UNSUBSCRIBE, lacks: "content-topics" },
  "unsubscribe-no-criteria": { type: UNSUBSCRIBE, lacks: "both" },
};

const ids: Record<string, (key: string) => string> = {
  "one-letter": () => "a",
  "64-hex-digits": (key) => key,
  "1000-letters": (key) => key.repeat(16).slice(0, 1_000),
  "not-ascii": (key) => `${key.slice(0, 8)}-żółć-🦀-\u0000`,
};

describe("filter requests on the wire", () => {
  check({
    ...ofService,
    id: "filter/wire-incomplete-criteria",
    title: "a request that lacks criteria is answered with an error and its request id, and changes no subscription",
    requirements: ["12-FILTER-08", "12-FILTER-09", "12-FILTER-25", "12-FILTER-30"],
    tags: ["#wire"],
    mutates: "subscriptions",
    variants: incomplete,
    async observe(scene) {
      const { subject, variant, pubsubTopic } = scene;
      const [probe, requestId, held] = [await client(scene), scene.freshKey(), scene.freshContentTopic()];
      if (variant.type === UNSUBSCRIBE) await subscribed(scene, probe, [held]);
      const request: Request = {
        requestId,
        filterSubscribeType: variant.type,
        ...(variant.lacks === "content-topics" ? { pubsubTopic } : variant.empty && { pubsubTopic: "" }),
        contentTopics: variant.lacks === "pubsub-topic" ? [held] : [],
      };
      const { requestId: echoed, ...answer } = answered(await subscribe(probe, subject, frame(encode(FilterSubscribeRequest, request))));
      const ping = answered(await ask(probe, subject, { requestId: scene.freshKey(), filterSubscribeType: SUBSCRIBER_PING }));
      return { answer, sameRequestId: exact(echoed === requestId), ping };
    },
    judge({ answer, sameRequestId, ping }, { variant }) {
      expect(answer.outcome, "no-answer", "answer.outcome").to.equal("answered");
      expect(isSuccess(answer.statusCode), "accepted-invalid", "answer.statusCode").to.equal(false);
      expect(answer.deviations, "not-by-the-book", "answer.deviations").to.deep.equal([]);
      expect(sameRequestId, "wrong-request-id", "sameRequestId").to.equal(true);
      expect(ping.outcome, "no-answer", "ping.outcome").to.equal("answered");
      expect(isSuccess(ping.statusCode), "refused-with-effect", "ping.statusCode").to.equal(variant?.type === UNSUBSCRIBE);
    },
  });

  const pings: Record<string, { readonly subscribed: boolean; readonly criteria: boolean }> = {
    subscribed: { subscribed: true, criteria: false },
    unknown: { subscribed: false, criteria: false },
    "subscribed-with-criteria": { subscribed: true, criteria: true },
    "unknown-with-criteria": { subscribed: false, criteria: true },
  };
  check({
    ...ofService,
    id: "filter/wire-ping",
    title: "a ping tells whether its sender has a subscription, whatever criteria it has, twice over",
    requirements: ["12-FILTER-08", "12-FILTER-17", "12-FILTER-18", "12-FILTER-19"],
    tags: ["#wire"],
    mutates: "subscriptions",
    variants: pings,
    async observe(scene) {
      const { subject, variant, pubsubTopic } = scene;
      const probe = await client(scene);
      if (variant.subscribed) await subscribed(scene, probe, [scene.freshContentTopic()]);
      const requestId = scene.freshKey();
      const ping = {
        requestId,
        filterSubscribeType: SUBSCRIBER_PING,
        ...(variant.criteria && { pubsubTopic, contentTopics: [scene.freshContentTopic()] }),
      };
      const { requestId: echoed, ...first } = answered(await ask(probe, subject, ping));
      const again = answered(await ask(probe, subject, { requestId: scene.freshKey() }));
      return { first, again, sameRequestId: exact(echoed === requestId) };
    },
    judge({ first, again, sameRequestId }, { variant }) {
      const wrong = variant?.subscribed === false ? "accepted-invalid" : "refused-valid";
      for (const [path, ping] of Object.entries({ first, again })) {
        expect(ping.outcome, "no-answer", `${path}.outcome`).to.equal("answered");
        expect(isSuccess(ping.statusCode), wrong, `${path}.statusCode`).to.equal(variant?.subscribed !== false);
      }
      expect(sameRequestId, "wrong-request-id", "sameRequestId").to.equal(true);
    },
  });

  check({
    ...ofService,
    id: "filter/wire-request-id",
    title: "an answer has the id of its request, whatever string that is",
    requirements: ["12-FILTER-08"],
    tags: ["#wire"],
    mutates: "subscriptions",
    variants: ids,
    async observe(scene) {
      const { subject, variant, pubsubTopic } = scene;
      const [probe, requestId] = [await client(scene), variant(scene.freshKey())];
      const exchange = await subscribe(probe, subject, subscribeRequest(requestId, pubsubTopic, [scene.freshContentTopic()]));
      const { requestId: echoed, outcome, statusCode } = answered(exchange);
      return { outcome, statusCode, sameRequestId: exact(echoed === requestId) };
    },
    judge({ outcome, sameRequestId }) {
      expect(outcome, "no-answer", "outcome").to.equal("answered");
      expect(sameRequestId, "wrong-request-id", "sameRequestId").to.equal(true);
    },
  });

  const unclear: Record<string, Partial<Request>> = {
    "no-request-id": { requestId: "" },
    "unknown-type": { filterSubscribeType: UNSUBSCRIBE_ALL + 1 },
    "empty-content-topic": { contentTopics: [""] },
    "named-pubsub-topic": { pubsubTopic: "/waku/2/default-waku/proto" },
    "other-cluster": { pubsubTopic: "/waku/2/rs/67/0" },
    "shard-out-of-range": { pubsubTopic: "/waku/2/rs/66/1024" },
    "30-content-topics": { contentTopics: many(30) },
    "31-content-topics": { contentTopics: many(31) },
    "100-content-topics": { contentTopics: many(100) },
    "101-content-topics": { contentTopics: many(101) },
    "1001-content-topics": { contentTopics: many(1_001) },
  };
  check({
    ...ofService,
    id: "filter/wire-unclear-subscribe",
    title: "what a SUBSCRIBE is answered with of which 12 does not say what becomes",
    requirements: ["12-FILTER-03", "12-FILTER-12"],
    tags: ["#wire"],
    mutates: "subscriptions",
    variants: unclear,
    async observe(scene) {
      const { subject, variant, pubsubTopic } = scene;
      const probe = await client(scene);
      const request = {
        ...{ requestId: scene.freshKey(), filterSubscribeType: SUBSCRIBE, pubsubTopic, contentTopics: [scene.freshContentTopic()] },
        ...variant,
      };
      const { statusDesc, ...answer } = answered(await ask(probe, subject, request));
      const ping = answered(await ask(probe, subject, { requestId: scene.freshKey() }));
      return { answer, described: exact((statusDesc ?? "") !== ""), subscribed: exact(isSuccess(ping.statusCode.value)) };
    },
  });
});

function many(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `/wire/1/${index}/proto`);
}
