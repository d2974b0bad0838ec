import { happened } from "../../fixtures/waiting.ts";
import { must } from "../../harness/answers.ts";
import { follows } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { meet } from "../../harness/meeting.ts";
import { exact } from "../../harness/observation.ts";
import { decode } from "../../rfc-checks/wire/codec.ts";
import { StoreQueryRequest, storeQueryProtocol } from "../../rfc-checks/wire/store.ts";
import { answered, answers, askings, pushFrom, requestsOf, serviceOf } from "../asking.ts";
import { requestsTo } from "../requests.ts";
import { wireMessage } from "../wire-message.ts";
import { canAsk, everyAsking, isPing, isSubscribe, ofClient } from "./scene.ts";

const { filter } = askings;
const slow = ["#wire", "#slow"];
/** 1 minute is recommended between pings (WAKU-P2P-RELIABILITY, Maintaining healthy subscriptions). */
const pingMs = 60_000;

/** Stores are asked every few seconds by who does that; for as long as two pings take. */
const storeMs = 2 * pingMs;

describe("service peers in the long run", () => {
  check({
    ...ofClient,
    id: "service-peers/silence",
    title: "a call ends in a failure when the service does not answer at all",
    requirements: ["REC-SERVICE-05"],
    tags: slow,
    variants: everyAsking,
    meaningful: canAsk,
    async observe(scene) {
      await serviceOf(scene, scene.variant, () => []);
      const begun = performance.now();
      const answer = await scene.variant.ask(scene);
      return { outcome: exact(answer?.outcome ?? "none"), afterMs: Math.round(performance.now() - begun) };
    },
    judge({ outcome }) {
      expect(outcome, "no-answer", "outcome").to.equal("refused");
    },
  });

  check({
    ...ofClient,
    id: "service-peers/keep-alive-shipped",
    title: "how often a client with shipped defaults pings the service where it is subscribed",
    requirements: ["P2PREL-12"],
    tags: slow,
    meaningful: follows("client", "filter-ping"),
    async observe(scene) {
      const service = await serviceOf(scene, filter);
      const pings: number[] = [];
      const begun = performance.now();
      service.respond = (request) => {
        if (isPing(request)) pings.push(Math.round(performance.now() - begun));
        return answered(filter, request);
      };
      await must("subscribing", filter.ask(scene));
      await happened(() => pings.length >= 2, 3 * pingMs);
      return { regular: exact(pings.length >= 2), pings };
    },
    judge({ regular }) {
      expect(regular, "no-answer", "regular").to.equal(true);
    },
  });

  check({
    ...ofClient,
    id: "service-peers/subscription-gone-shipped",
    title: "a client with shipped defaults that is told that it has no subscription subscribes again",
    requirements: ["P2PREL-13"],
    tags: slow,
    meaningful: follows("client", "filter-ping"),
    async observe(scene) {
      const service = await serviceOf(scene, filter);
      const contentTopic = scene.freshContentTopic();
      await must("subscribing", filter.ask(scene, { contentTopic }));
      service.respond = (request) => answered(filter, request, { statusCode: isPing(request) ? 404 : 200 });
      const subscribes = () => requestsOf(service, filter).filter(isSubscribe).length;
      const before = subscribes();
      const againMs = await happened(() => subscribes() > before, 5 * pingMs);
      const pings = requestsOf(service, filter).filter(isPing).length;
      // Does it still do what it is asked to?
      service.respond = answers(filter);
      const next = await filter.ask(scene);
      return { again: exact(againMs !== null), againMs, pings, next: exact(next?.outcome ?? "none") };
    },
    judge({ again, next }) {
      expect(again, "no-answer", "again").to.equal(true);
      expect(next, "refused-valid", "next").to.equal("ok");
    },
  });

  check({
    ...ofClient,
    id: "service-peers/store-use",
    title: "whether a client asks a store by itself for what it pushed, or for what it may have missed",
    requirements: ["P2PREL-02", "P2PREL-03", "P2PREL-04"],
    tags: slow,
    roles: ["filter-client", "lightpush-client", "store-client"],
    async observe(scene) {
      const { subject, pubsubTopic } = scene;
      const probe = await scene.probe({ paced: false });
      for (const asking of Object.values(askings)) await probe.serve(asking.protocol, answers(asking));
      await must("connecting", meet(probe, subject, filter.protocol));
      const [pushed, wanted] = [scene.freshContentTopic(), scene.freshContentTopic()];
      const version = Math.max(...subject.capabilities.lightpushVersions) as 2 | 3;
      const asking = version === 2 ? askings["lightpush-v2"] : askings["lightpush-v3"];
      await must("pushing", asking.ask(scene, { contentTopic: pushed, retries: true }));
      await must("subscribing", filter.ask(scene, { contentTopic: wanted }));
      await pushFrom(scene, probe, wireMessage(scene, { contentTopic: wanted }), pubsubTopic);
      await scene.elapse(storeMs);
      const queries = requestsTo(probe, storeQueryProtocol).map((one) => decode(StoreQueryRequest, one).value);
      return {
        presence: exact(queries.some(({ messageHashes }) => (messageHashes ?? []).length > 0)),
        content: exact(queries.some(({ contentTopics }) => (contentTopics ?? []).length > 0)),
        pushes: exact(requestsOf({ probe }, asking).length),
      };
    },
  });
});
