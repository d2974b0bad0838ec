import type { StartedWakuNode } from "../../fixtures/contract/node.ts";
import type { Responder } from "../../fixtures/contract/probe.ts";
import { poll } from "../../fixtures/waiting.ts";
import { seen } from "../../harness/answers.ts";
import { spreads } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import { decode, encode } from "../../rfc-checks/wire/codec.ts";
import { FilterSubscribeRequest, filterSubscribeProtocol } from "../../rfc-checks/wire/filter.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { StoreQueryRequest, StoreQueryResponse, storeQueryProtocol } from "../../rfc-checks/wire/store.ts";
import { clientAlone, lonelyService, serviceAlone, storeClientAlone } from "../../topologies/index.ts";
import { agree, strictly } from "../filter/wire-scene.ts";
import * as lightpush from "../lightpush/wire-scene.ts";
import { neighbour, wakuMessage } from "../relay/wire-scene.ts";
import { requestsTo } from "../requests.ts";
import { wireMessage } from "../wire-message.ts";
import {
  contentTopics,
  derived,
  derivedAll,
  faultyTopics,
  messageOf,
  networks,
  ofSomeSizes,
  type Spread,
  topicsOf,
  withDerivedShards,
} from "./automatic-scene.ts";
import { newest, pushesAt, relayed, service } from "./push-services.ts";
import { inWords } from "./stray-scene.ts";

const ofClient = {
  subject: "client",
  topology: clientAlone,
  mutates: "connections",
  variants: networks,
  network: withDerivedShards,
  meaningful: (cast: Parameters<ReturnType<typeof spreads>>[0], spread: Spread) => spreads("client", spread.networkShards)(cast),
} as const;

const nothingStored: Responder = (request) => {
  const { requestId } = decode(StoreQueryRequest, request).value;
  return [{ write: frame(encode(StoreQueryResponse, { requestId, statusCode: 200, statusDesc: "OK" })) }, { close: true }];
};

const rules = ["51-SHARD-20", "51-SHARD-21", "64-NET-40", "64-NET-42"] as const;

describe("sharding: automatic, at clients and services", () => {
  check({
    ...ofClient,
    id: "sharding/automatic-filter-client",
    title: "a filter client that is given a content topic alone asks for the shard of it",
    requirements: ["12-FILTER-13", ...rules],
    tags: ["#filter", "#wire"],
    async observe(scene) {
      const { subject } = scene;
      const probe = await service(scene, { [filterSubscribeProtocol]: agree });
      const asked = (contentTopic: string) =>
        requestsTo(probe, filterSubscribeProtocol)
          .map((one) => strictly(FilterSubscribeRequest, one).value)
          .filter((request) => request?.contentTopics?.includes(contentTopic))
          .map((request) => request?.pubsubTopic ?? null);
      const all = contentTopics.map(async (topic) => [topic, inWords(await subject.filter?.subscribe(undefined, [topic]))] as const);
      const answers = Object.fromEntries(await Promise.all(all));
      return {
        answers: exact(answers),
        asked: exact(Object.fromEntries(contentTopics.map((topic) => [topic, [...new Set(asked(topic))]]))),
      };
    },
    judge({ answers, asked }, { variant }) {
      for (const contentTopic of contentTopics) {
        expect(answers[contentTopic], "refused-valid", `answers.${contentTopic}`).to.equal("ok");
        expect(asked[contentTopic], "wrong-value", `asked.${contentTopic}`).to.deep.equal([variant && derived(contentTopic, variant)]);
      }
    },
  });

  check({
    ...ofClient,
    id: "sharding/automatic-lightpush-client",
    title: "a lightpush client that is given no pubsub topic pushes to the shard of the content topic, or leaves that to the service",
    requirements: ["19-LPV3-03", ...rules],
    tags: ["#lightpush", "#wire"],
    async observe(scene) {
      const { subject } = scene;
      const probe = await service(scene, relayed);
      const version = newest(subject);
      const answers: Record<string, string> = {};
      for (const topic of contentTopics)
        answers[topic] = inWords(await subject.lightpush?.push(version, undefined, messageOf(scene, topic)));
      const pushed = (wanted: string) =>
        pushesAt(probe).flatMap(({ pubsubTopic, contentTopic }) => (contentTopic === wanted ? [pubsubTopic] : []));
      return {
        answers: exact(answers),
        pushed: exact(Object.fromEntries(contentTopics.map((topic) => [topic, [...new Set(pushed(topic))]]))),
        version,
      };
    },
    judge({ answers, pushed, version }, { variant }) {
      for (const contentTopic of contentTopics) {
        const right = variant && derived(contentTopic, variant);
        expect(answers[contentTopic], "refused-valid", `answers.${contentTopic}`).to.equal("ok");
        const allowed = version === 3 ? [[right], [null]] : [[right]];
        expect(pushed[contentTopic], "wrong-value", `pushed.${contentTopic}`).to.be.deep.oneOf(allowed);
      }
    },
  });

  check({
    ...ofClient,
    topology: storeClientAlone,
    id: "sharding/automatic-store-client",
    title: "a store client that is given a content topic alone asks for messages on the shard of it",
    requirements: ["13-STORE-20", ...rules],
    tags: ["#store", "#wire"],
    async observe(scene) {
      const { subject } = scene;
      const probe = await service(scene, { [storeQueryProtocol]: nothingStored });
      const answers: Record<string, string> = {};
      for (const topic of contentTopics)
        answers[topic] = seen(await subject.store?.query({ includeData: true, contentTopics: [topic], forward: true })).outcome.value;
      const asked = (wanted: string) =>
        requestsTo(probe, storeQueryProtocol)
          .map((one) => strictly(StoreQueryRequest, one).value)
          .filter((request) => request?.contentTopics?.includes(wanted))
          .map((request) => request?.pubsubTopic ?? null);
      return {
        answers: exact(answers),
        asked: exact(Object.fromEntries(contentTopics.map((topic) => [topic, [...new Set(asked(topic))]]))),
      };
    },
    judge({ answers, asked }, { variant }) {
      for (const contentTopic of contentTopics) {
        expect(answers[contentTopic], "refused-valid", `answers.${contentTopic}`).to.equal("ok");
        expect(asked[contentTopic], "wrong-value", `asked.${contentTopic}`).to.deep.equal([variant && derived(contentTopic, variant)]);
      }
    },
  });

  check({
    id: "sharding/automatic-lightpush-service",
    title: "a push without a pubsub topic is relayed on the shard of its content topic, and refused where it has none",
    requirements: ["19-LPV3-03", "51-SHARD-22", ...rules],
    subject: "service",
    topology: serviceAlone,
    mutates: "connections",
    tags: ["#lightpush", "#wire"],
    variants: networks,
    network: withDerivedShards,
    meaningful: (cast, spread) => lightpush.serves(cast, 3) && spreads("service", spread.networkShards)(cast),
    async observe(scene) {
      const { subject, variant } = scene;
      const { gossip } = await neighbour(scene, { topics: [...new Set(Object.values(derivedAll(variant)))] });
      const probe = await lightpush.client(scene);
      const push = async (contentTopic: string) => {
        const bytes = lightpush.pushBytes(3, { requestId: scene.freshKey(), message: wireMessage(scene, { contentTopic }) });
        return lightpush.answered(3, await lightpush.push(probe, subject, 3, bytes)).statusCode.value;
      };
      const codes: Record<string, number | null> = {};
      const came: Record<string, readonly string[]> = {};
      for (const contentTopic of contentTopics) {
        codes[contentTopic] = await push(contentTopic);
        came[contentTopic] = await poll(
          async () => topicsOf(gossip, contentTopic),
          (topics) => topics.length > 0,
          codes[contentTopic] === 200 ? subject.capabilities.timings.deliveryMs : 0,
        );
      }
      const faulty: Record<string, number | null> = {};
      for (const contentTopic of faultyTopics(false)) faulty[contentTopic] = await push(contentTopic);
      const leaked = faultyTopics(false).filter((contentTopic) => topicsOf(gossip, contentTopic).length > 0);
      return { codes: exact(codes), came: exact(came), faulty: exact(faulty), leaked: exact(leaked) };
    },
    judge({ codes, came, faulty, leaked }, { variant }) {
      for (const contentTopic of contentTopics) {
        expect(codes[contentTopic], "refused-valid", `codes.${contentTopic}`).to.equal(200);
        expect(came[contentTopic], "wrong-value", `came.${contentTopic}`).to.deep.equal([variant && derived(contentTopic, variant)]);
      }
      for (const [contentTopic, code] of Object.entries(faulty))
        expect(code, "accepted-invalid", `faulty.${contentTopic}`).to.be.within(400, 499);
      expect(leaked, "refused-with-effect", "leaked").to.deep.equal([]);
    },
  });

  check({
    id: "sharding/automatic-clients-meet",
    title: "by content topic alone a client is pushed what comes on the shard of it, and pushes to that shard",
    requirements: ["51-SHARD-20", "64-NET-40", "64-NET-42"],
    subject: "client",
    topology: lonelyService,
    mutates: "subscriptions",
    tags: ["#filter", "#lightpush"],
    variants: ofSomeSizes,
    network: withDerivedShards,
    meaningful: (cast, spread) => spreads("client", spread.networkShards)(cast) && spreads("service", spread.networkShards)(cast),
    async observe(scene) {
      const { nodes, variant } = scene;
      const [client, server] = [nodes.client as StartedWakuNode, nodes.service as StartedWakuNode];
      const [contentTopic] = contentTopics as [string];
      const right = derived(contentTopic, variant);
      const { gossip } = await neighbour({ ...scene, subject: server }, { topics: [right] });
      const subscribe = inWords(await client.filter?.subscribe(undefined, [contentTopic]));
      // What comes after it on the stream shows that it has been read.
      gossip.graft(right);
      gossip.publish(right, wakuMessage(scene, { contentTopic }));
      const pushed = await poll(
        async () => (await client.filter?.received(undefined, contentTopic))?.value?.length ?? 0,
        (count) => count > 0,
        subscribe === "ok" ? client.capabilities.timings.deliveryMs : 0,
      );
      const version = client.capabilities.lightpushVersions.find((one) => lightpush.serves({ service: server.capabilities }, one)) ?? 2;
      const push = inWords(await client.lightpush?.push(version, undefined, messageOf(scene, contentTopic)));
      const came = await poll(
        async () => topicsOf(gossip, contentTopic),
        (topics) => topics.length > 0,
        push === "ok" ? client.capabilities.timings.deliveryMs : 0,
      );
      await client.filter?.unsubscribeAll();
      return { subscribe: exact(subscribe), pushed: exact(pushed), push: exact(push), came: exact(came) };
    },
    judge({ subscribe, pushed, push, came }, { variant }) {
      expect(subscribe, "refused-valid", "subscribe").to.equal("ok");
      expect(pushed, "not-delivered", "pushed").to.equal(1);
      expect(push, "refused-valid", "push").to.equal("ok");
      expect(came, "not-delivered", "came").to.deep.equal([variant && derived(contentTopics[0] as string, variant)]);
    },
  });
});
