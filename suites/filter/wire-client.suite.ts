import type { Answer } from "../../fixtures/contract/answer.ts";
import type { Capabilities } from "../../fixtures/contract/capabilities.ts";
import { poll } from "../../fixtures/waiting.ts";
import { demandOk, must, seen } from "../../harness/answers.ts";
import { offers } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { meet } from "../../harness/meeting.ts";
import { exact, set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { FilterSubscribeRequest, FilterSubscribeType, filterSubscribeProtocol } from "../../rfc-checks/wire/filter.ts";
import { clientAlone } from "../../topologies/index.ts";
import { answers, askings, requestsOf, type ScriptedService, serviceOf } from "../asking.ts";
import { requestsTo } from "../requests.ts";
import { agree, strictly } from "./wire-scene.ts";

const ofClient = { subject: "client", topology: clientAlone, tags: ["#wire"], mutates: "connections" } as const;
const { filter } = askings;
const { SUBSCRIBER_PING, UNSUBSCRIBE, UNSUBSCRIBE_ALL } = FilterSubscribeType.values;

/** The type that a request says; absent is a ping. */
const typeOf = ({ value }: { value?: { filterSubscribeType?: number | undefined } }): number =>
  value?.filterSubscribeType ?? SUBSCRIBER_PING;

/** The first request of a type, waited for: not every call of an API waits for its answer. */
async function asked(scene: Scene<unknown>, service: ScriptedService, type: number, ms = scene.subject.capabilities.timings.deliveryMs) {
  return poll(
    async () =>
      requestsOf(service, filter)
        .map((bytes) => strictly(FilterSubscribeRequest, bytes))
        .find((one) => typeOf(one) === type),
    (found) => found !== undefined,
    ms,
  );
}

/** How a client is made to send a request that is no SUBSCRIBE, after one. */
const others = {
  unsubscribe: { type: UNSUBSCRIBE, call: "filter.unsubscribe" },
  "unsubscribe-all": { type: UNSUBSCRIBE_ALL, call: "filter.unsubscribeAll" },
  ping: { type: SUBSCRIBER_PING, call: "filter.ping" },
} as const;
type Other = (typeof others)[keyof typeof others];

/** A client that pings by itself, in ms, where it can be told how often. */
const hurriedPingMs = 400;
const pingsByItself = (client: Capabilities | undefined): boolean => client?.settings.filterKeepAlive !== undefined;
const sends = (cast: Readonly<Record<string, Capabilities>>, { type, call }: Other): boolean =>
  offers("client", call)(cast) || (type === SUBSCRIBER_PING && pingsByItself(cast.client));

const requestsWanted = 100;

describe("filter client on the wire", () => {
  check({
    id: "filter/wire-client-subscribe",
    title: "a client subscribes by one request with an id, a pubsub topic and its content topics",
    requirements: ["12-FILTER-04", "12-FILTER-05", "12-FILTER-07", "12-FILTER-13", "12-FILTER-14", "12-FILTER-20", "57-SCALE-09"],
    subject: "client",
    topology: clientAlone,
    tags: ["#wire"],
    mutates: "connections",
    async observe(scene) {
      const { subject, pubsubTopic } = scene;
      const probe = await scene.probe();
      await probe.serve(filterSubscribeProtocol, agree);
      await must("connecting", meet(probe, subject, filterSubscribeProtocol));
      const contentTopic = scene.freshContentTopic();
      const subscribe = seen(await subject.filter?.subscribe(pubsubTopic, [contentTopic]));
      const asked = () =>
        requestsTo(probe, filterSubscribeProtocol)
          .map((frame) => strictly(FilterSubscribeRequest, frame))
          .filter(
            ({ value }) =>
              value?.filterSubscribeType !== undefined && value.filterSubscribeType !== FilterSubscribeType.values.SUBSCRIBER_PING,
          );
      const requests = await poll(
        async () => asked(),
        (all) => all.length > 0,
        subject.capabilities.timings.deliveryMs,
      );
      const [request] = requests;
      return {
        subscribe,
        requests: exact(requests.length),
        deviations: set(request?.deviations ?? []),
        type: exact(request?.value?.filterSubscribeType ?? null),
        hasId: exact((request?.value?.requestId ?? "") !== ""),
        pubsubTopic: exact(request?.value?.pubsubTopic ?? null),
        contentTopics: request?.value?.contentTopics ?? [],
        asked: [contentTopic],
      };
    },
    judge({ subscribe, requests, deviations, type, hasId, pubsubTopic, contentTopics, asked }) {
      demandOk(subscribe, "subscribe");
      expect(requests, requests === 0 ? "no-answer" : "wrong-value", "requests").to.equal(1);
      expect(deviations, "not-by-the-book", "deviations").to.deep.equal([]);
      expect(type, "wrong-value", "type").to.equal(FilterSubscribeType.values.SUBSCRIBE);
      expect(hasId, "wrong-value", "hasId").to.equal(true);
      expect(pubsubTopic, "wrong-value", "pubsubTopic").to.equal("/waku/2/rs/66/0");
      expect(contentTopics, "wrong-value", "contentTopics").to.deep.equal(asked);
    },
  });

  check({
    ...ofClient,
    id: "filter/wire-client-request-ids",
    title: "a client gives each of a hundred requests an id of its own",
    requirements: ["12-FILTER-05", "12-FILTER-06"],
    meaningful: offers("client", "filter request ids"),
    async observe(scene) {
      const { subject, pubsubTopic } = scene;
      const service = await serviceOf(scene, filter);
      for (let index = 0; index < requestsWanted / 2; index += 1) {
        const topic = scene.freshContentTopic();
        await must("subscribing", subject.filter?.subscribe(pubsubTopic, [topic]));
        await subject.filter?.unsubscribe(pubsubTopic, [topic]);
      }
      await subject.filter?.subscribe(pubsubTopic, [scene.freshContentTopic()]);
      await subject.filter?.ping();
      await subject.filter?.unsubscribeAll();
      const ids = await poll(
        async () => requestsOf(service, filter).map(filter.idOf),
        (all) => all.length >= requestsWanted,
        subject.capabilities.timings.deliveryMs,
      );
      return { enough: exact(ids.length >= requestsWanted), requests: ids.length, distinct: new Set(ids).size, empty: ids.includes("") };
    },
    judge({ enough, requests, distinct, empty }) {
      expect(enough, "no-answer", "enough").to.equal(true);
      expect(empty, "wrong-request-id", "empty").to.equal(false);
      expect(distinct, "wrong-request-id", "distinct").to.equal(requests);
    },
  });

  check({
    ...ofClient,
    id: "filter/wire-client-other-request",
    title: "a client unsubscribes by its criteria, and pings or unsubscribes from everything without any",
    requirements: ["12-FILTER-04", "12-FILTER-07", "12-FILTER-16", "12-FILTER-26", "12-FILTER-31"],
    variants: others,
    meaningful: sends,
    async observe(scene) {
      const { pubsubTopic, variant } = scene;
      // A client without a ping in its API is told to ping often.
      const told = variant.type === SUBSCRIBER_PING && scene.subject.capabilities.lacks.includes(variant.call);
      const launched = told ? await must("starting", scene.launch({ settings: { filterKeepAlive: String(hurriedPingMs) } })) : undefined;
      const subject = launched ?? scene.subject;
      const service = await serviceOf({ ...scene, subject }, filter);
      const topics = [scene.freshContentTopic(), scene.freshContentTopic()];
      await must("subscribing", subject.filter?.subscribe(pubsubTopic, topics));
      if (variant.type === UNSUBSCRIBE) await subject.filter?.unsubscribe(pubsubTopic, topics.slice(0, 1));
      else if (variant.type === UNSUBSCRIBE_ALL) await subject.filter?.unsubscribeAll();
      else if (!told) await subject.filter?.ping();
      const request = await asked({ ...scene, subject }, service, variant.type);
      const { pubsubTopic: toldTopic, contentTopics, requestId } = request?.value ?? {};
      return {
        sent: exact(request !== undefined),
        deviations: set(request?.deviations ?? []),
        hasId: exact((requestId ?? "") !== ""),
        // An empty topic names no criterion; whether the field is there is recorded.
        present: exact(toldTopic !== undefined),
        pubsubTopic: exact(toldTopic ?? ""),
        contentTopics: exact((contentTopics ?? []).map((topic) => topics.indexOf(topic))),
      };
    },
    judge({ sent, deviations, hasId, pubsubTopic, contentTopics }, { variant }) {
      expect(sent, "no-answer", "sent").to.equal(true);
      expect(deviations, "not-by-the-book", "deviations").to.deep.equal([]);
      expect(hasId, "wrong-value", "hasId").to.equal(true);
      const criteria = variant?.type === UNSUBSCRIBE;
      expect(pubsubTopic, "wrong-value", "pubsubTopic").to.equal(criteria ? "/waku/2/rs/66/0" : "");
      expect(contentTopics, "wrong-value", "contentTopics").to.deep.equal(criteria ? [0] : []);
    },
  });

  const failures = [0, 100, 199, 300, 400, 404, 429, 500, 503, 777];
  const successes = [200, 201, 299];
  check({
    ...ofClient,
    id: "filter/wire-client-status",
    title: "a subscription that is answered with a code outside of 2xx has failed",
    requirements: ["12-FILTER-11"],
    async observe(scene) {
      const service = await serviceOf(scene, filter);
      const outcomes: Record<string, ReturnType<typeof exact<string>>> = {};
      for (const statusCode of [...failures, ...successes]) {
        service.respond = answers(filter, { statusCode });
        outcomes[statusCode] = exact((await filter.ask(scene))?.outcome ?? "none");
      }
      return { outcomes };
    },
    judge({ outcomes }) {
      const taken = failures.filter((code) => outcomes[code] !== "refused");
      expect(taken, "accepted-invalid", "outcomes").to.deep.equal([]);
      expect(outcomes[200], "refused-valid", "outcomes.200").to.equal("ok");
    },
  });

  const calls: Record<
    string,
    { readonly call: string; readonly ask: (scene: Scene<unknown>, topic: string) => Promise<Answer> | undefined }
  > = {
    unsubscribe: {
      call: "filter.unsubscribe result",
      ask: ({ subject, pubsubTopic }, topic) => subject.filter?.unsubscribe(pubsubTopic, [topic]),
    },
    "unsubscribe-all": { call: "filter.unsubscribeAll result", ask: ({ subject }) => subject.filter?.unsubscribeAll() },
    ping: { call: "filter.ping", ask: ({ subject }) => subject.filter?.ping() },
  };
  check({
    ...ofClient,
    id: "filter/wire-client-other-status",
    title: "a ping or an end of subscriptions that is answered with a code outside of 2xx has failed",
    requirements: ["12-FILTER-11"],
    variants: calls,
    meaningful: (cast, { call }) => offers("client", call)(cast),
    async observe(scene) {
      const service = await serviceOf(scene, filter);
      const outcomes: Record<string, ReturnType<typeof exact<string>>> = {};
      for (const statusCode of [...failures, 200]) {
        service.respond = answers(filter);
        const topic = scene.freshContentTopic();
        await must("subscribing", scene.subject.filter?.subscribe(scene.pubsubTopic, [topic]));
        service.respond = answers(filter, { statusCode });
        outcomes[statusCode] = exact((await scene.variant.ask(scene, topic))?.outcome ?? "none");
      }
      return { outcomes };
    },
    judge({ outcomes }) {
      const taken = failures.filter((code) => outcomes[code] !== "refused");
      expect(taken, "accepted-invalid", "outcomes").to.deep.equal([]);
      expect(outcomes[200], "refused-valid", "outcomes.200").to.equal("ok");
    },
  });
});
