import type { Probe } from "../../fixtures/contract/probe.ts";
import { poll } from "../../fixtures/waiting.ts";
import { must } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { meet } from "../../harness/meeting.ts";
import { exact, set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { type NamedTopic, type StrayKind, strayKinds } from "../../rfc-checks/rules/pubsub-topic-variants.ts";
import { FilterSubscribeType, filterPushProtocol } from "../../rfc-checks/wire/filter.ts";
import { serviceAmongStrays, serviceOfStrays, storeOfStrays } from "../../topologies/index.ts";
import * as filter from "../filter/wire-scene.ts";
import * as lightpush from "../lightpush/wire-scene.ts";
import { neighbour, wakuMessage } from "../relay/wire-scene.ts";
import { LegacyStoreScene, NONE, ofLegacyStore } from "../store/legacy-scene.ts";
import * as store from "../store/wire-scene.ts";
import { wireMessage } from "../wire-message.ts";
import {
  allRefused,
  announceEach,
  askInTurn,
  checkStrays,
  joinOne,
  labelsWhere,
  noEffect,
  straysOf,
  unjoined,
  unsound,
} from "./stray-scene.ts";

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
    revision: 2,
    subject: "service",
    topology: serviceOfStrays,
    mutates: "subscriptions",
    tags: ["#filter", "#wire"],
    async observe(scene, strays) {
      const { subject, pubsubTopic } = scene;
      const contentTopic = scene.freshContentTopic();
      const ask = async (probe: Probe, topic: string) => {
        const request = filter.subscribeRequest(scene.freshKey(), topic, [contentTopic]);
        const { outcome, statusCode } = filter.answered(await filter.subscribe(probe, subject, request));
        return inWords(outcome.value, statusCode.value, statusCode.value === null ? null : filter.isSuccess(statusCode.value));
      };
      const { answers, probes } = await askEach(scene, strays, async () => takes(await client(scene)), ask);
      const stranger = await client(scene);
      const control = await ask(stranger, unjoined(scene));
      const served = await takes(await filter.client(scene));
      await filter.subscribed(scene, served, [contentTopic]);
      const { probe, gossip } = await neighbour(scene, { topics: [] });
      for (const { topic } of strays) gossip.publish(topic, wakuMessage(scene, { contentTopic }));
      // From the same stream, so that what was sent before it has been dealt with when it comes.
      gossip.publish(pubsubTopic, wakuMessage(scene, { contentTopic }));
      const proof = await poll(
        async () => pushesTo(served, contentTopic) > 0,
        (came) => came,
        subject.capabilities.timings.deliveryMs,
      );
      const pushed = probes.reduce((sum, probe) => sum + pushesTo(probe, contentTopic), 0);
      // A service may count those that left without a word among the few that it serves.
      const { UNSUBSCRIBE_ALL: filterSubscribeType } = FilterSubscribeType.values;
      if (Object.values(answers).some((answer) => answer.startsWith("ok")))
        await Promise.all(
          [stranger, ...probes].map((one) => filter.ask(one, subject, { requestId: scene.freshKey(), filterSubscribeType })),
        );
      return {
        answers: exact(answers),
        control: exact(control),
        pushed: exact(pushed),
        unsound: set(await unsound(scene, probe, gossip)),
        proof: exact(proof),
      };
    },
    judge({ answers, pushed, unsound, proof }) {
      allRefused(answers);
      expect(unsound, "wrong-value", "unsound").to.deep.equal([]);
      expect(pushed, "refused-with-effect", "pushed").to.equal(0);
      expect(proof, "not-delivered", "proof").to.equal(true);
    },
  });

  for (const version of [2, 3] as const)
    checkStrays({
      id: `sharding/stray-lightpush-v${version}`,
      title: `a lightpush service (v${version}) refuses a push to a topic that is no shard, though a peer has announced it, and serves others`,
      revision: 2,
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
        const push = async (probe: Probe, topic: string) => {
          const request = { requestId: scene.freshKey(), pubsubTopic: topic, message: wireMessage(scene) };
          const exchange = await lightpush.push(probe, subject, version, lightpush.pushBytes(version, request));
          const { outcome, success, statusCode } = lightpush.answered(version, exchange);
          return inWords(outcome.value, statusCode.value, success.value);
        };
        const { answers } = await askEach(scene, strays, () => client(scene), push);
        const [stranger, joiner, user] = await Promise.all([client(scene), client(scene), client(scene)]);
        const control = await push(stranger, unjoined(scene));
        const { joins, joined } = await joinOne(scene, strays);
        const afterJoining: Record<string, string> = {};
        for (const { label, topic } of joined) afterJoining[label] = await push(joiner, topic);
        await push(user, pubsubTopic);
        const proof = await poll(
          async () => gossip.delivered(pubsubTopic).length > 0,
          (came) => came,
          subject.capabilities.timings.deliveryMs,
        );
        const relayed = labelsWhere(strays, (topic) => gossip.delivered(topic).length > 0);
        const told = await unsound(scene, user, gossip);
        const leaves = await askInTurn(joined, async (topic) => subject.relay?.unsubscribe(topic));
        return {
          answers: exact(answers),
          control: exact(control),
          joins: exact(joins),
          afterJoining: exact(afterJoining),
          // Some hang in it now and then.
          leaves,
          relayed: set(relayed),
          // Who joins such a topic may or may not have it in its record by now.
          unsound: joined.length === 0 ? set(told) : told,
          proof: exact(proof),
        };
      },
      judge({ answers, afterJoining, relayed, unsound, proof }) {
        allRefused(answers);
        allRefused(afterJoining, "afterJoining");
        expect(unsound, "wrong-value", "unsound").to.deep.equal([]);
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
    revision: 2,
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
      const told = ({ outcome, statusCode }: Awaited<ReturnType<typeof ask>>) =>
        inWords(outcome, statusCode, statusCode === null ? null : store.success(statusCode));
      const answers: Record<string, string> = {};
      const kept: string[] = [];
      for (const { label, topic } of strays) {
        const answer = await ask(topic);
        answers[label] = told(answer);
        if (answer.hashes.length > 0) kept.push(label);
      }
      const control = await ask(unjoined(scene));
      const { probe, gossip } = await neighbour(scene, { topics: [] });
      return {
        answers: exact(answers),
        control: exact(told(control)),
        kept: set(kept),
        unsound: set(await unsound(scene, probe, gossip)),
        proof: exact(proof),
      };
    },
    judge({ answers, kept, unsound, proof }) {
      allRefused(answers);
      expect(unsound, "wrong-value", "unsound").to.deep.equal([]);
      noEffect(kept, "kept");
      expect(proof, "not-delivered", "proof").to.equal(1);
    },
  });

  check({
    ...ofLegacyStore,
    id: "sharding/stray-legacy-store",
    title:
      "what a store before version 3, which has no code for it, answers to a query for a topic that is no shard, and whether it kept any",
    requirements: ["REC-SHARD-01", "REC-SHARD-03", "REC-SHARD-04"],
    tags: ["#store", "#wire"],
    variants: Object.fromEntries(strayKinds.map((kind) => [kind, kind])) as Record<string, StrayKind>,
    async observe(scene) {
      const { subject, pubsubTopic } = scene;
      // A topic that is empty is none that is asked for.
      const strays = straysOf(scene, scene.variant).filter(({ topic }) => topic !== "");
      const scenery = await LegacyStoreScene.of(scene);
      for (const { topic } of strays) scenery.publish(scenery.message(0), topic);
      scenery.publish(scenery.message(1));
      const proof = await poll(
        async () => (await scenery.query(scenery.all({ pubsubTopic }))).messages.length,
        (kept) => kept > 0,
        subject.capabilities.timings.deliveryMs,
      );
      const kept = new Set<string>();
      const ask = async (probe: Probe, topic: string) => {
        const { outcome, error, messages } = await scenery.queryBy(probe, scenery.all({ pubsubTopic: topic }));
        if (messages.length > 0) kept.add(topic);
        return inWords(outcome, error, error === null ? null : error === NONE);
      };
      const { answers } = await askEach(scene, strays, () => client(scene), ask);
      const control = await ask(await client(scene), unjoined(scene));
      const keptOf = labelsWhere(strays, (topic) => kept.has(topic));
      return { answers: exact(answers), control: exact(control), kept: set(keptOf), proof: exact(proof) };
    },
  });
});
