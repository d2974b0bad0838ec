import { must } from "../../harness/answers.ts";
import { follows } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { arrivals, given } from "../../harness/deliveries.ts";
import { expect } from "../../harness/expect.ts";
import { meet } from "../../harness/meeting.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { encodeMetadata, metadataProtocol } from "../../rfc-checks/wire/metadata.ts";
import { type Asking, answers, askings, pushFrom, type ScriptedService } from "../asking.ts";
import { wireMessage } from "../wire-message.ts";
import { askedAbout, both, canAsk, chosen, everyAsking, ofClient, pushings, servicesOf, within } from "./scene.ts";

/** Services that the client gets to know one after the other. */
const sizes = [1, 2, 4] as const;
/** So often that a client that chooses at random would choose each of two, were it only one time in eight. */
const manyTimes = 80;

/** How many services one call of the API reaches. */
async function reach(scene: Scene<unknown>, asking: Asking, services: readonly ScriptedService[], pubsubTopic: string): Promise<number> {
  const contentTopic = scene.freshContentTopic();
  await must("asking", asking.ask(scene, { contentTopic, pubsubTopic }));
  return askedAbout(services, asking, contentTopic).length;
}

/** A service that lists this shard in its metadata; the client knows, of itself or because its application asked, where that can be. */
async function ofShard(scene: Scene<unknown>, asking: Asking, shard: number) {
  const probe = await scene.probe({ paced: false, metadata: false });
  const { timings } = scene.subject.capabilities;
  const metadata = frame(encodeMetadata({ clusterId: scene.clusterId, shards: [shard] }, { field3: true }));
  await probe.serve(metadataProtocol, () => [{ write: metadata }, { close: true }]);
  await probe.serve(asking.protocol, answers(asking));
  await must("connecting", meet(probe, scene.subject, asking.protocol));
  // It may ask after identify.
  const known = await within(
    scene,
    () => probe.recorded(metadataProtocol).some(({ frames, end }) => frames.length > 0 && end !== "open"),
    timings.settledMs,
  );
  if (!known) await scene.subject.metadata?.query(probe.peerId);
  return { service: { probe, respond: answers(asking) }, known };
}

describe("choice of service peers", () => {
  check({
    ...ofClient,
    id: "service-peers/how-many",
    title: "how many of one, two and four services a client asks at once, and on a second shard",
    requirements: ["P2PREL-01", "REC-SERVICE-01"],
    variants: everyAsking,
    network: () => ({ shards: [0, 1] }),
    meaningful: canAsk,
    async observe(scene) {
      const asking = scene.variant;
      const services: ScriptedService[] = [];
      const reached: Record<string, ReturnType<typeof exact<number>>> = {};
      for (const size of sizes) {
        services.push(...(await servicesOf(scene, asking, size - services.length)));
        reached[size] = exact(await reach(scene, asking, services, scene.pubsubTopic));
      }
      const [first, second] = [await chosen(scene, asking, services), await chosen(scene, asking, services)];
      return {
        reached,
        onAnotherShard: exact(await reach(scene, asking, services, "/waku/2/rs/66/1")),
        sameAgain: first.every((service) => second.includes(service)),
      };
    },
  });

  check({
    ...ofClient,
    id: "service-peers/other-shard",
    title: "whether a client asks a service that lists another shard, alone and beside one that lists the right one",
    requirements: ["66-META-14", "REC-SERVICE-02"],
    variants: everyAsking,
    meaningful: canAsk,
    async observe(scene) {
      const asking = scene.variant;
      const { service: other, known } = await ofShard(scene, asking, 5);
      const asked = async (...services: readonly ScriptedService[]) => {
        const contentTopic = scene.freshContentTopic();
        const outcome = (await asking.ask(scene, { contentTopic }))?.outcome ?? "none";
        return { outcome, by: services.map((service) => askedAbout([service], asking, contentTopic).length) };
      };
      const alone = await asked(other);
      const { service: right } = await ofShard(scene, asking, 0);
      const rounds: Awaited<ReturnType<typeof asked>>[] = [];
      const wasAskedOnce = (index: number) => rounds.some(({ by }) => by[index] === 1);
      while (rounds.length < manyTimes && !(wasAskedOnce(0) && wasAskedOnce(1))) rounds.push(await asked(other, right));
      return {
        asksForMetadata: exact(known),
        alone: { outcome: exact(alone.outcome), asked: exact(alone.by[0] === 1) },
        beside: {
          outcome: exact(rounds.every(({ outcome }) => outcome === "ok")),
          otherAsked: exact(wasAskedOnce(0)),
          rightAsked: exact(wasAskedOnce(1)),
        },
      };
    },
  });

  check({
    ...ofClient,
    id: "service-peers/redundant-filter",
    title: "a client subscribes at two services or more, and what both push comes once",
    requirements: ["P2PREL-11"],
    meaningful: follows("client", "redundant-filter"),
    async observe(scene) {
      const { filter } = askings;
      const { subject, pubsubTopic } = scene;
      const services = await servicesOf(scene, filter, 3);
      const contentTopic = scene.freshContentTopic();
      await must("subscribing", subject.filter?.subscribe(pubsubTopic, [contentTopic]));
      const subscribed = askedAbout(services, filter, contentTopic);
      const common = wireMessage(scene, { contentTopic });
      const pushes = subscribed.flatMap(({ probe }) =>
        [common, wireMessage(scene, { contentTopic })].map((one) => pushFrom(scene, probe, one)),
      );
      await arrivals(subject, "filter", pubsubTopic, contentTopic, subscribed.length + 1);
      await Promise.all(pushes);
      const all = await given(subject, "filter", pubsubTopic, contentTopic);
      const payload = Buffer.from(common.payload ?? []).toString("base64");
      const copies = all.filter((message) => message.payload === payload).length;
      return { services: exact(subscribed.length), copies: exact(copies), others: exact(all.length - copies) };
    },
    judge({ services, copies, others }) {
      expect(services, "wrong-value", "services").to.be.at.least(2);
      expect(copies, copies === 0 ? "not-delivered" : "delivered-twice", "copies").to.equal(1);
      expect(others, "not-delivered", "others").to.equal(services);
    },
  });

  check({
    ...ofClient,
    id: "service-peers/redundant-lightpush",
    title: "a client pushes each message to two services or more",
    requirements: ["P2PREL-07"],
    variants: pushings,
    meaningful: both(canAsk, follows("client", "redundant-lightpush")),
    async observe(scene) {
      const services = await servicesOf(scene, scene.variant, 3);
      return { services: exact((await chosen(scene, scene.variant, services)).length) };
    },
    judge({ services }) {
      expect(services, "wrong-value", "services").to.be.at.least(2);
    },
  });

  const told = 3;
  check({
    ...ofClient,
    id: "service-peers/as-told",
    title: "a client that is told how many services to ask asks so many, in every protocol in which it asks several",
    requirements: ["REC-SERVICE-11"],
    variants: { filter: askings.filter, ...pushings } as Record<string, Asking>,
    settings: () => ({ client: { servicePeers: String(told) } }),
    meaningful: both(canAsk, ({ client }) => client?.settings.servicePeers !== undefined),
    async observe(scene) {
      const services = await servicesOf(scene, scene.variant, told + 1);
      return { told, services: exact((await chosen(scene, scene.variant, services)).length) };
    },
    judge({ told, services }) {
      expect(services, "wrong-value", "services").to.equal(told);
    },
  });
});
