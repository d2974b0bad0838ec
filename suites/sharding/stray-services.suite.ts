import type { Probe } from "../../fixtures/contract/probe.ts";
import { poll } from "../../fixtures/waiting.ts";
import { must } from "../../harness/answers.ts";
import { expect } from "../../harness/expect.ts";
import { meet } from "../../harness/meeting.ts";
import { exact, set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import type { NamedTopic } from "../../rfc-checks/rules/pubsub-topic-variants.ts";
import { FilterSubscribeType, filterPushProtocol } from "../../rfc-checks/wire/filter.ts";
import { serviceAmongStrays, serviceOfStrays, storeOfStrays } from "../../topologies/index.ts";
import * as filter from "../filter/wire-scene.ts";
import * as lightpush from "../lightpush/wire-scene.ts";
import { neighbour, wakuMessage } from "../relay/wire-scene.ts";
import * as store from "../store/wire-scene.ts";
import { allRefused, announceEach, checkStrays, labelsWhere, noEffect } from "./stray-scene.ts";

/** How often one peer asks a service that keeps a pace. */
const turns = 2;

/** Asks a service about each topic, from as many peers as its pace needs; the answers, and who asked about what. */
async function askEach(
  scene: Scene<unknown>,
  strays: readonly NamedTopic[],
  start: () => Promise<Probe>,
  ask: (probe: Probe, topic: string) => Promise<string>,
) {
  const { pacing } = scene.subject.capabilities;
  const size = pacing && strays.length > pacing.requests ? Math.ceil(strays.length / pacing.requests / turns) : 1;
  const probes = await Promise.all(Array.from({ length: size }, start));
  const asked = strays.map(({ label, topic }, index) => ({ label, topic, probe: probes[index % size] as Probe }));
  const answers = await Promise.all(asked.map(async ({ probe, topic, label }) => [label, await ask(probe, topic)] as const));
  return { answers: Object.fromEntries(answers), probes };
}

/** An answer in a few words: refused for what its code says, or not. */
const inWords = (outcome: string, code: number | string | null, success: boolean | null): string =>
  success === null ? `none: ${outcome}` : `${success ? "ok" : "refused"}${code === null ? "" : `: ${code}`}`;

async function client(scene: Scene<unknown>): Promise<Probe> {
  const probe = await scene.probe();
  await must("connecting", meet(probe, scene.subject));
  return probe;
}

const takes = async (probe: Probe): Promise<Probe> => {
  await probe.serve(filterPushProtocol, () => [{ close: true }]);
  return probe;
};
const pushesTo = (probe: Probe, contentTopic: string): number =>
  probe.recorded(filterPushProtocol).filter(({ bytes }) => Buffer.from(bytes).includes(contentTopic)).length;

describe("sharding: topics that are no shards, at a service", () => {
  checkStrays({
    id: "sharding/stray-filter",
    title: "a filter service refuses to subscribe a client to a topic that is no shard, pushes nothing of it, and serves others",
    requirements: ["51-SHARD-01", "51-SHARD-04"],
    subject: "service",
    topology: serviceOfStrays,
    mutates: "subscriptions",
    tags: ["#filter", "#wire"],
    async observe(scene, strays) {
      const { subject, pubsubTopic } = scene;
      const contentTopic = scene.freshContentTopic();
      const { answers, probes } = await askEach(
        scene,
        strays,
        async () => takes(await client(scene)),
        async (probe, topic) => {
          const request = filter.subscribeRequest(scene.freshKey(), topic, [contentTopic]);
          const { outcome, statusCode } = filter.answered(await filter.subscribe(probe, subject, request));
          return inWords(outcome.value, statusCode.value, statusCode.value === null ? null : filter.isSuccess(statusCode.value));
        },
      );
      const control = await takes(await filter.client(scene));
      await filter.subscribed(scene, control, [contentTopic]);
      const { gossip } = await neighbour(scene, { topics: [] });
      for (const { topic } of strays) gossip.publish(topic, wakuMessage(scene, { contentTopic }));
      // From the same stream, so that what was sent before it has been dealt with when it comes.
      gossip.publish(pubsubTopic, wakuMessage(scene, { contentTopic }));
      const proof = await poll(
        async () => pushesTo(control, contentTopic) > 0,
        (came) => came,
        subject.capabilities.timings.deliveryMs,
      );
      const pushed = probes.reduce((sum, probe) => sum + pushesTo(probe, contentTopic), 0);
      // A service may count those that left without a word among the few that it serves.
      const { UNSUBSCRIBE_ALL: filterSubscribeType } = FilterSubscribeType.values;
      if (Object.values(answers).some((answer) => answer.startsWith("ok")))
        await Promise.all(probes.map((probe) => filter.ask(probe, subject, { requestId: scene.freshKey(), filterSubscribeType })));
      return { answers: exact(answers), pushed: exact(pushed), proof: exact(proof) };
    },
    judge({ answers, pushed, proof }) {
      allRefused(answers);
      expect(pushed, "refused-with-effect", "pushed").to.equal(0);
      expect(proof, "not-delivered", "proof").to.equal(true);
    },
  });

  for (const version of [2, 3] as const)
    checkStrays({
      id: `sharding/stray-lightpush-v${version}`,
      title: `a lightpush service (v${version}) refuses a push to a topic that is no shard, though a peer has announced it, and serves others`,
      requirements: version === 2 ? ["19-LPV2-04", "51-SHARD-01"] : ["19-LPV3-05", "19-LPV3-10", "51-SHARD-01"],
      subject: "service",
      topology: serviceAmongStrays,
      mutates: "subscriptions",
      tags: ["#lightpush", "#wire"],
      meaningful: (cast) => lightpush.serves(cast, version),
      async observe(scene, strays) {
        const { subject, pubsubTopic } = scene;
        const gossip = await lightpush.witness(scene);
        announceEach(gossip, strays);
        const push = (probe: Probe, topic: string) =>
          lightpush.push(
            probe,
            subject,
            version,
            lightpush.pushBytes(version, { requestId: scene.freshKey(), pubsubTopic: topic, message: lightpush.messageOf(scene) }),
          );
        const { answers } = await askEach(
          scene,
          strays,
          () => client(scene),
          async (probe, topic) => {
            const { outcome, success, statusCode } = lightpush.answered(version, await push(probe, topic));
            return inWords(outcome.value, statusCode.value, success.value);
          },
        );
        await push(await client(scene), pubsubTopic);
        const proof = await poll(
          async () => gossip.delivered(pubsubTopic).length > 0,
          (came) => came,
          subject.capabilities.timings.deliveryMs,
        );
        const relayed = labelsWhere(strays, (topic) => gossip.delivered(topic).length > 0);
        return { answers: exact(answers), relayed: set(relayed), proof: exact(proof) };
      },
      judge({ answers, relayed, proof }) {
        allRefused(answers);
        noEffect(relayed, "relayed");
        if (version === 3)
          for (const [topic, answer] of Object.entries(answers))
            expect(answer, "wrong-status-code", `answers.${topic}`).to.match(/^refused: 4(00|21)$/);
        expect(proof, "not-delivered", "proof").to.equal(true);
      },
    });

  checkStrays({
    id: "sharding/stray-store",
    title: "a store refuses a query for a topic that is no shard, has kept nothing of it, and serves others",
    requirements: ["REC-SHARD-01"],
    subject: "service",
    topology: storeOfStrays,
    mutates: "subscriptions",
    tags: ["#store", "#wire"],
    async observe(scene, strays) {
      const { subject, pubsubTopic } = scene;
      const scenery = await store.StoreScene.of(scene);
      for (const { topic } of strays) scenery.publish(scenery.message(0), topic);
      scenery.publish(scenery.message(1));
      const ask = (topic: string) => scenery.query({ pubsubTopic: topic, contentTopics: [scenery.contentTopic] });
      const proof = await poll(
        async () => (await ask(pubsubTopic)).hashes.length,
        (kept) => kept > 0,
        subject.capabilities.timings.deliveryMs,
      );
      const answers: Record<string, string> = {};
      const kept: string[] = [];
      for (const { label, topic } of strays) {
        const { outcome, statusCode, hashes } = await ask(topic);
        answers[label] = inWords(outcome, statusCode, statusCode === null ? null : store.success(statusCode));
        if (hashes.length > 0) kept.push(label);
      }
      return { answers: exact(answers), kept: set(kept), proof: exact(proof) };
    },
    judge({ answers, kept, proof }) {
      allRefused(answers);
      noEffect(kept, "kept");
      expect(proof, "not-delivered", "proof").to.equal(1);
    },
  });
});
