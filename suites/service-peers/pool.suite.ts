import type { Script } from "../../fixtures/contract/probe.ts";
import { must } from "../../harness/answers.ts";
import { follows } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { type Asking, answered, answers, askings, requestsOf, type ScriptedService } from "../asking.ts";
import { askedAbout, both, canAsk, chosen, introduce, isPing, isSubscribe, ofClient, servicesOf, wasAsked, within } from "./scene.ts";

const { filter, "lightpush-v2": v2, "lightpush-v3": v3 } = askings;
/** So many services a client uses at most, and one more. */
const spare = 3;

/** A way in which a service fails its client. */
type Failure = (scene: Scene<unknown>, service: ScriptedService) => Promise<void> | void;
const withCode =
  (asking: Asking, statusCode: number): Failure =>
  (_scene, service) => {
    service.respond = answers(asking, { statusCode });
  };
const withoutAnswer =
  (script: Script): Failure =>
  (_scene, service) => {
    service.respond = () => script;
  };
const lost: Failure = ({ subject }, { probe }) => probe.disconnect(subject.peerId);

/** Failures of different services, one after the other. */
interface PushFailures {
  readonly asking: Asking;
  readonly failures: readonly Failure[];
}
const pushFailures: Record<string, PushFailures> = {
  codes: { asking: v3, failures: [421, 500, 503].map((code) => withCode(v3, code)) },
  "no-code": { asking: v2, failures: [withCode(v2, 0)] },
  "no-answer": { asking: v3, failures: [withoutAnswer([{ reset: true }]), withoutAnswer([{ close: true }])] },
  lost: { asking: v3, failures: [lost] },
};

describe("pools of service peers", () => {
  check({
    ...ofClient,
    id: "service-peers/lightpush-pool",
    title: "a service that failed once is not pushed to while others of the pool are there",
    requirements: ["P2PREL-05", "P2PREL-06"],
    variants: pushFailures,
    meaningful: both((cast, { asking }) => canAsk(cast, asking), follows("client", "lightpush-pool")),
    async observe(scene) {
      const { asking, failures } = scene.variant;
      const services = await servicesOf(scene, asking, failures.length + spare);
      const rounds = [];
      for (const fails of failures) {
        const [failing] = await chosen(scene, asking, services);
        await fails(scene, failing);
        const [during, after] = [scene.freshContentTopic(), scene.freshContentTopic()];
        const failed = await asking.ask(scene, { contentTopic: during, retries: true });
        const next = await asking.ask(scene, { contentTopic: after, retries: true });
        rounds.push({
          during: { outcome: failed?.outcome ?? "none", services: askedAbout(services, asking, during).length },
          next: exact(next?.outcome ?? "none"),
          askedAgain: exact(wasAsked(failing, asking, after)),
          others: exact(askedAbout(services, asking, after).some((service) => service !== failing)),
        });
      }
      return { rounds };
    },
    judge({ rounds }) {
      for (const { next, askedAgain, others } of rounds) {
        expect(others, "no-answer", "rounds").to.equal(true);
        expect(next, "refused-valid", "rounds").to.equal("ok");
        expect(askedAgain, "wrong-value", "rounds").to.equal(false);
      }
    },
  });

  const subscribeFailures: Record<string, Failure> = {
    refused: withCode(filter, 500),
    "no-answer": withoutAnswer([{ reset: true }]),
    lost,
  };
  check({
    ...ofClient,
    id: "service-peers/filter-pool",
    title: "where a service refuses to subscribe, or is lost, another of the pool is subscribed at",
    requirements: ["P2PREL-09", "P2PREL-10"],
    variants: subscribeFailures,
    meaningful: follows("client", "filter-pool"),
    async observe(scene) {
      const services = await servicesOf(scene, filter, spare);
      const used = await chosen(scene, filter, services);
      const [failing] = used;
      const others = services.filter((service) => !used.includes(service));
      await scene.variant(scene, failing);
      const subscribe = await filter.ask(scene);
      const replaced = await within(scene, () => others.some((service) => requestsOf(service, filter).some(isSubscribe)));
      return { subscribe: exact(subscribe?.outcome ?? "none"), replaced: exact(replaced) };
    },
    judge({ subscribe, replaced }) {
      expect(subscribe, "refused-valid", "subscribe").to.equal("ok");
      expect(replaced, "no-answer", "replaced").to.equal(true);
    },
  });

  /** Between pings, in ms: a service is replaced before the next, also where the machine is busy. */
  const pingMs = 1_000;
  const hurried = {
    settings: () => ({ client: { filterKeepAlive: String(pingMs) } }),
    meaningful: ({ client }: Parameters<typeof canAsk>[0]) => client?.settings.filterKeepAlive !== undefined,
  };
  const pingsAt = (service: ScriptedService): number => requestsOf(service, filter).filter(isPing).length;
  const subscribesAt = (service: ScriptedService): number => requestsOf(service, filter).filter(isSubscribe).length;
  /** For so many pings, and for what a client does after the last of them. */
  const pingsMs = ({ subject }: Scene<unknown>, pings: number): number => (pings + 1) * pingMs + subject.capabilities.timings.deliveryMs;
  const noSubscription = (request: Uint8Array): Script => answered(filter, request, { statusCode: isPing(request) ? 404 : 200 });

  check({
    ...ofClient,
    ...hurried,
    id: "service-peers/keep-alive",
    title: "a client that is told how often pings each service where it is subscribed, and whether it subscribes there anew",
    requirements: ["P2PREL-12", "P2PREL-14"],
    async observe(scene) {
      const used = await chosen(scene, filter, await servicesOf(scene, filter, 2));
      const [begun, enough] = [performance.now(), 3];
      const pinged = await within(scene, () => used.every((service) => pingsAt(service) >= enough), pingsMs(scene, enough));
      return {
        pinged: exact(pinged),
        pings: used.map(pingsAt),
        afterMs: Math.round(performance.now() - begun),
        subscribesAnew: exact(used.some((service) => subscribesAt(service) > 1)),
      };
    },
    judge({ pinged }) {
      expect(pinged, "no-answer", "pinged").to.equal(true);
    },
  });

  check({
    ...ofClient,
    ...hurried,
    id: "service-peers/subscription-gone",
    title: "a client that is told by its only service that it has no subscription subscribes again",
    requirements: ["P2PREL-13"],
    async observe(scene) {
      const [service] = await chosen(scene, filter, await servicesOf(scene, filter, 1));
      const before = subscribesAt(service);
      service.respond = noSubscription;
      const again = await within(scene, () => subscribesAt(service) > before, pingsMs(scene, 1));
      const pings = pingsAt(service);
      return { again: exact(again), pings };
    },
    judge({ again }) {
      expect(again, "no-answer", "again").to.equal(true);
    },
  });

  check({
    ...ofClient,
    ...hurried,
    id: "service-peers/pings-refused",
    title: "a service that refuses two pings in a row is replaced by another of the pool",
    requirements: ["P2PREL-10"],
    meaningful: both(hurried.meaningful, follows("client", "filter-pool")),
    async observe(scene) {
      const services = await servicesOf(scene, filter, spare);
      const used = await chosen(scene, filter, services);
      const [failing] = used;
      const others = services.filter((service) => !used.includes(service));
      let refused = 0;
      let whenReplaced: number | undefined;
      failing.respond = (request) => {
        if (!isPing(request)) return answered(filter, request);
        refused += 1;
        return answered(filter, request, { statusCode: 500 });
      };
      for (const service of others)
        service.respond = (request) => {
          whenReplaced ??= refused;
          return answered(filter, request);
        };
      const replaced = await within(scene, () => whenReplaced !== undefined, pingsMs(scene, 2));
      return { replaced: exact(replaced), pings: exact(whenReplaced ?? null) };
    },
    judge({ replaced, pings }) {
      expect(replaced, "no-answer", "replaced").to.equal(true);
      expect(pings, "wrong-value", "pings").to.equal(2);
    },
  });

  check({
    ...ofClient,
    id: "service-peers/returning",
    title: "a client's only service is lost and comes back: it is used again without a call of the application",
    requirements: ["REC-SERVICE-10"],
    async observe(scene) {
      const { subject } = scene;
      const [service] = await servicesOf(scene, filter, 1);
      if (!service) throw new Error("no service");
      const contentTopic = scene.freshContentTopic();
      await must("subscribing", filter.ask(scene, { contentTopic }));
      const before = subscribesAt(service);
      await service.probe.disconnect(subject.peerId);
      const dialled = await within(scene, () => service.probe.connected(subject.peerId), subject.capabilities.timings.settledMs);
      // One that is not dialled again by its client is a service that its operator names anew.
      if (!dialled) await introduce(scene, filter, [service]);
      const again = await within(scene, () => subscribesAt(service) > before);
      return { dialled: exact(dialled), again: exact(again) };
    },
    meaningful: (cast) => canAsk(cast, filter),
    judge({ again }) {
      expect(again, "no-answer", "again").to.equal(true);
    },
  });
});
