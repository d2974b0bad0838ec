import type { Responder } from "../../fixtures/contract/probe.ts";
import { offers } from "../../harness/casting.ts";
import { expect } from "../../harness/expect.ts";
import { exact, set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import type { NamedTopic } from "../../rfc-checks/rules/pubsub-topic-variants.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { FilterSubscribeRequest, filterSubscribeProtocol } from "../../rfc-checks/wire/filter.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { StoreQueryRequest, StoreQueryResponse, storeQueryProtocol } from "../../rfc-checks/wire/store.ts";
import { clientAlone, storeClientAlone } from "../../topologies/index.ts";
import { agree, strictly } from "../filter/wire-scene.ts";
import { requestsTo } from "../requests.ts";
import { newest, pushesAt, relayed, service } from "./push-services.ts";
import { allRefused, checkStrays, inWords, labelsWhere, nearShard, noEffect, refusedAlike, unjoined } from "./stray-scene.ts";

const ofClient = {
  subject: "client",
  topology: clientAlone,
  // A client may choose a service again that another question has left.
  mutates: "connections",
  // The service has the shard that topics are near to: who takes one for it finds a peer.
  network: () => ({ shards: [0, nearShard] }),
} as const;

const nothingStored: Responder = (request) => {
  const { requestId } = strictly(StoreQueryRequest, request).value ?? {};
  return [{ write: frame(encode(StoreQueryResponse, { requestId, statusCode: 200, statusDesc: "OK" })) }, { close: true }];
};

/**
 * Asks a client for something on each topic, all at once, as one gathers requests before it sends them, and on the shard that
 * they are near to, which the service has; what it did with each.
 */
async function ask(
  scene: Scene<unknown>,
  strays: readonly NamedTopic[],
  call: (topic: string) => Promise<Parameters<typeof inWords>[0]>,
  asked: () => readonly (string | undefined)[],
) {
  const near = unjoined(scene);
  const all = [...strays, { label: near, topic: near }];
  const answered = await Promise.all(all.map(async ({ label, topic }) => [label, inWords(await call(topic))] as const));
  const { [near]: control = "", ...answers } = Object.fromEntries(answered);
  const topics = asked();
  return {
    answers: exact(answers),
    asked: set(labelsWhere(strays, (topic) => topics.includes(topic))),
    alike: set(refusedAlike(strays, answers, control).map(({ label }) => label)),
    control: exact(control),
    controlAsked: exact(topics.includes(near)),
  };
}

interface Asked {
  readonly answers: Record<string, string>;
  readonly asked: readonly string[];
  readonly control: string;
  readonly controlAsked: boolean;
}
const judge = ({ answers, asked, control, controlAsked }: Asked): void => {
  allRefused(answers);
  noEffect(asked, "asked");
  expect(control, "refused-valid", "control").to.equal("ok");
  expect(controlAsked, "answered-success-no-effect", "controlAsked").to.equal(true);
};

describe("sharding: topics that are no shards, at a client", () => {
  checkStrays({
    ...ofClient,
    id: "sharding/stray-filter-client",
    revision: 2,
    title: "a filter client refuses to subscribe to a topic that is no shard, and asks no service for it",
    requirements: ["51-SHARD-01", "51-SHARD-04"],
    tags: ["#filter", "#wire"],
    async observe(scene, strays) {
      const probe = await service(scene, { [filterSubscribeProtocol]: agree });
      const contentTopic = scene.freshContentTopic();
      return ask(
        scene,
        strays,
        async (topic) => scene.subject.filter?.subscribe(topic, [contentTopic]),
        () => requestsTo(probe, filterSubscribeProtocol).map((one) => strictly(FilterSubscribeRequest, one).value?.pubsubTopic),
      );
    },
    judge,
  });

  checkStrays({
    ...ofClient,
    id: "sharding/stray-lightpush-client",
    revision: 2,
    title: "a lightpush client refuses to push to a topic that is no shard, and asks no service for it",
    requirements: ["51-SHARD-01", "51-SHARD-04"],
    tags: ["#lightpush", "#wire"],
    async observe(scene, strays) {
      const probe = await service(scene, relayed);
      const contentTopic = scene.freshContentTopic();
      const version = newest(scene.subject);
      return ask(
        scene,
        strays,
        async (topic) => scene.subject.lightpush?.push(version, topic, scene.message({ contentTopic })),
        () => pushesAt(probe).map(({ pubsubTopic }) => pubsubTopic ?? undefined),
      );
    },
    judge,
  });

  checkStrays({
    ...ofClient,
    topology: storeClientAlone,
    id: "sharding/stray-store-client",
    title: "a store client refuses to query for a topic that is no shard, and asks no service for it",
    requirements: ["51-SHARD-01", "51-SHARD-04"],
    tags: ["#store", "#wire"],
    meaningful: offers("client", "store.query of any pubsub topic"),
    async observe(scene, strays) {
      const probe = await service(scene, { [storeQueryProtocol]: nothingStored });
      const contentTopic = scene.freshContentTopic();
      return ask(
        scene,
        strays,
        async (topic) => scene.subject.store?.query({ pubsubTopic: topic, contentTopics: [contentTopic] }),
        () => requestsTo(probe, storeQueryProtocol).map((one) => strictly(StoreQueryRequest, one).value?.pubsubTopic),
      );
    },
    judge,
  });
});
