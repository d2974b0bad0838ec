import type { Responder, Script } from "../../fixtures/contract/probe.ts";
import { demandOk, demandRefusal, seen } from "../../harness/answers.ts";
import { follows } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { arrivals, given } from "../../harness/deliveries.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { type Asking, answered, answers, askings, pushFrom, requestsOf, type ScriptedService, serviceOf } from "../asking.ts";
import { wireMessage } from "../wire-message.ts";
import { both, canAsk, everyAsking, ofClient, pushings, within } from "./scene.ts";

/** Answers in turn, the last one again and again. */
const inTurn = (asking: Asking, ...codes: readonly number[]): Responder => {
  let turn = 0;
  return (request) => answered(asking, request, { statusCode: codes[Math.min(turn++, codes.length - 1)] ?? 200 });
};

/** Longer than any client takes for what came so far, in ms. */
const lateMs = 1_500;

/** Odd, and whole all the same. */
const oddities: Record<string, (fair: Script) => Script> = {
  twice: ([write]) => [write as Script[number], write as Script[number], { close: true }],
  late: (fair) => [{ wait: lateMs }, ...fair],
  "not-closed": ([write]) => [write as Script[number]],
};

describe("what clients make of answers", () => {
  check({
    ...ofClient,
    id: "service-peers/other-request-id",
    title: "an answer with the id of another request is no success",
    requirements: ["REC-SERVICE-04"],
    variants: everyAsking,
    meaningful: canAsk,
    async observe(scene) {
      const asking = scene.variant;
      const service = await serviceOf(scene, asking, answers(asking, { statusCode: 200, requestId: "another" }));
      const answer = seen(await asking.ask(scene));
      service.respond = answers(asking);
      return { answer, next: seen(await asking.ask(scene)) };
    },
    judge({ answer, next }) {
      demandRefusal(answer, "accepted-invalid", "answer");
      demandOk(next, "next");
    },
  });

  check({
    ...ofClient,
    id: "service-peers/odd-answer",
    title: "a whole answer counts, also when it is late, comes twice, or the stream is not closed after it",
    requirements: ["REC-SERVICE-06"],
    variants: everyAsking,
    meaningful: canAsk,
    async observe(scene) {
      const asking = scene.variant;
      const service = await serviceOf(scene, asking);
      const outcomes: Record<string, ReturnType<typeof exact<string>>> = {};
      for (const [name, odd] of Object.entries(oddities)) {
        service.respond = (request) => odd(answered(asking, request));
        // A client that waits for the end of the stream may do so for ever.
        const bound = scene.elapse(2 * scene.subject.capabilities.timings.deliveryMs);
        outcomes[name] = exact((await Promise.race([asking.ask(scene), bound]))?.outcome ?? "pending");
      }
      return outcomes;
    },
    judge(outcomes) {
      for (const [name, outcome] of Object.entries(outcomes)) expect(outcome, "no-answer", name).to.equal("ok");
    },
  });

  check({
    ...ofClient,
    id: "service-peers/requests-of-a-call",
    title: "how many requests a call makes where the service agrees, refuses, and refuses at first",
    requirements: ["REC-SERVICE-12"],
    variants: everyAsking,
    meaningful: canAsk,
    async observe(scene) {
      const asking = scene.variant;
      const service = await serviceOf(scene, asking);
      const counts: Record<string, object> = {};
      for (const [name, codes] of Object.entries({ agrees: [200], refuses: [500], "refuses-at-first": [500, 200] })) {
        service.respond = inTurn(asking, ...codes);
        const before = requestsOf(service, asking).length;
        const outcomes = [await asking.ask(scene), await asking.ask(scene)].map((answer) => answer?.outcome ?? "none");
        const requests = requestsOf(service, asking).length - before;
        // A subscription is also asked for at times of the client's own.
        counts[name] = { outcomes: exact(outcomes), requests: asking === askings.filter ? requests : exact(requests) };
      }
      return counts;
    },
  });

  check({
    ...ofClient,
    id: "service-peers/refused-subscription",
    title: "whether what is pushed for a subscription that was refused reaches the application",
    requirements: ["12-FILTER-43"],
    meaningful: (cast) => canAsk(cast, askings.filter),
    async observe(scene) {
      const { filter } = askings;
      const { subject, pubsubTopic } = scene;
      const [refused, marker] = [scene.freshContentTopic(), scene.freshContentTopic()];
      const service = await serviceOf(scene, filter, inTurn(filter, 200, 400, 200));
      const count = async (topic: string) => (await given(subject, "filter", pubsubTopic, topic)).length;
      await filter.ask(scene, { contentTopic: marker });
      const subscribe = seen(await filter.ask(scene, { contentTopic: refused }));
      // The second one proves that the first would have come.
      const pushes = [refused, marker].map((topic) => pushFrom(scene, service.probe, wireMessage(scene, { contentTopic: topic })));
      const proof = await arrivals(subject, "filter", pubsubTopic, marker);
      await Promise.all(pushes);
      return { subscribe, proof: exact(proof.length), strayed: exact(await count(refused)) };
    },
  });
});

/** What came of one push, with the retries that the client makes as shipped. */
async function retried(scene: Scene<Asking>, codes: readonly number[], atLeast: number) {
  const asking = scene.variant;
  const times: number[] = [];
  const begun = performance.now();
  const respond = inTurn(asking, ...codes);
  const service: ScriptedService = await serviceOf(scene, asking, (request, stream) => {
    times.push(Math.round(performance.now() - begun));
    return respond(request, stream);
  });
  const answer = await asking.ask(scene, { retries: true });
  const enough = await within(scene, () => requestsOf(service, asking).length >= atLeast);
  return { outcome: answer?.outcome ?? "none", requests: requestsOf(service, asking).length, enough, times };
}

describe("sending again", () => {
  check({
    ...ofClient,
    id: "service-peers/resend",
    title: "a message that was refused for the rate of requests is sent again",
    requirements: ["P2PREL-08"],
    variants: { v3: askings["lightpush-v3"] } as Record<string, Asking>,
    meaningful: both(canAsk, follows("client", "lightpush-resend")),
    async observe(scene) {
      const { enough, ...seenOf } = await retried(scene, [429, 200], 2);
      return { again: exact(enough), ...seenOf };
    },
    judge({ again }) {
      expect(again, "no-answer", "again").to.equal(true);
    },
  });

  check({
    ...ofClient,
    id: "service-peers/no-more-after-success",
    title: "a message that was refused at first is not sent any more once a service has taken it",
    requirements: ["REC-SERVICE-07"],
    variants: pushings,
    meaningful: both(canAsk, follows("client", "lightpush-resend")),
    async observe(scene) {
      const { requests, times } = await retried(scene, [500, 200], 3);
      return { requests: exact(Math.min(requests, 3)), times };
    },
    judge({ requests }) {
      expect(requests, "delivered-twice", "requests").to.be.at.most(2);
    },
  });
});
