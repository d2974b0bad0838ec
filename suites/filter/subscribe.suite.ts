import { demandOk, demandRefusal, must, seen } from "../../harness/answers.ts";
import { offers } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { demandProof } from "../../harness/deliveries.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import { type Cast, ofService, publish, pushesOf } from "./filter-scene.ts";

describe("filter: subscribe", () => {
  check({
    ...ofService,
    id: "filter/subscribe",
    revision: 2,
    title: "a subscription is answered with success, and a matching message is pushed once",
    requirements: ["12-FILTER-21", "12-FILTER-24", "12-FILTER-10"],
    tags: ["#smoke"],
    async observe(scene) {
      const { client } = scene.nodes as Cast;
      const [contentTopic, marker] = [scene.freshContentTopic(), scene.freshContentTopic()];
      const subscribe = seen(await client.filter?.subscribe(scene.pubsubTopic, [contentTopic, marker]));
      scene.defer(async () => client.filter?.unsubscribe(scene.pubsubTopic, [contentTopic, marker]));
      await publish(scene, contentTopic);
      const { came, proof } = await pushesOf(scene, [contentTopic], marker);
      return { subscribe, pushes: exact(came[0]?.length), proof };
    },
    judge({ subscribe, pushes, proof }) {
      demandOk(subscribe, "subscribe");
      expect(pushes, pushes === 0 ? "answered-success-no-effect" : "delivered-twice", "pushes").to.equal(1);
      demandProof(proof);
    },
  });

  check({
    ...ofService,
    id: "filter/several-content-topics",
    revision: 2,
    title: "one subscription to five content topics brings the messages of each, once",
    requirements: ["12-FILTER-15", "12-FILTER-21"],
    async observe(scene) {
      const { client } = scene.nodes as Cast;
      const topics = Array.from({ length: 5 }, () => scene.freshContentTopic());
      const marker = scene.freshContentTopic();
      await must("subscribing", client.filter?.subscribe(scene.pubsubTopic, [...topics, marker]));
      scene.defer(async () => client.filter?.unsubscribe(scene.pubsubTopic, [...topics, marker]));
      for (const contentTopic of topics) await publish(scene, contentTopic);
      const { pushes, proof } = await pushesOf(scene, topics, marker);
      return { pushes, proof };
    },
    judge({ pushes, proof }) {
      expect(pushes, pushes.includes(0) ? "not-delivered" : "delivered-twice", "pushes").to.deep.equal(pushes.map(() => 1));
      demandProof(proof);
    },
  });

  check({
    ...ofService,
    id: "filter/extend",
    revision: 2,
    title: "a second subscription adds content topics, and the first stay in force",
    requirements: ["12-FILTER-22", "12-FILTER-21"],
    async observe(scene) {
      const { client } = scene.nodes as Cast;
      const [first, second, marker] = [scene.freshContentTopic(), scene.freshContentTopic(), scene.freshContentTopic()];
      await must("subscribing", client.filter?.subscribe(scene.pubsubTopic, [first, marker]));
      const extend = seen(await client.filter?.subscribe(scene.pubsubTopic, [second]));
      scene.defer(async () => client.filter?.unsubscribe(scene.pubsubTopic, [first, second, marker]));
      for (const contentTopic of [first, second]) await publish(scene, contentTopic);
      const { pushes, proof } = await pushesOf(scene, [first, second], marker);
      return { extend, pushes, proof };
    },
    judge({ extend, pushes, proof }) {
      demandOk(extend, "extend");
      expect(pushes, pushes.includes(0) ? "not-delivered" : "delivered-twice", "pushes").to.deep.equal([1, 1]);
      demandProof(proof);
    },
  });

  check({
    ...ofService,
    id: "filter/refresh",
    revision: 2,
    title: "the same subscription again succeeds and doubles nothing",
    requirements: ["12-FILTER-23", "12-FILTER-21"],
    meaningful: offers("client", "filter.subscribe again"),
    async observe(scene) {
      const { client } = scene.nodes as Cast;
      const [contentTopic, marker] = [scene.freshContentTopic(), scene.freshContentTopic()];
      await must("subscribing", client.filter?.subscribe(scene.pubsubTopic, [contentTopic, marker]));
      const refresh = seen(await client.filter?.subscribe(scene.pubsubTopic, [contentTopic, marker]));
      scene.defer(async () => client.filter?.unsubscribe(scene.pubsubTopic, [contentTopic, marker]));
      await publish(scene, contentTopic);
      const { came, proof } = await pushesOf(scene, [contentTopic], marker);
      return { refresh, pushes: exact(came[0]?.length), proof };
    },
    judge({ refresh, pushes, proof }) {
      demandOk(refresh, "refresh");
      expect(pushes, pushes === 0 ? "not-delivered" : "delivered-twice", "pushes").to.equal(1);
      demandProof(proof);
    },
  });

  check({
    ...ofService,
    id: "filter/no-content-topics",
    title: "a subscription without content topics is answered with an error",
    requirements: ["12-FILTER-25"],
    meaningful: offers("client", "filter.subscribe without content topics"),
    async observe(scene) {
      const { client } = scene.nodes as Cast;
      return { subscribe: seen(await client.filter?.subscribe(scene.pubsubTopic, [])) };
    },
    judge({ subscribe }) {
      demandRefusal(subscribe, "accepted-invalid", "subscribe");
    },
  });

  check({
    ...ofService,
    id: "filter/shard-not-served",
    title: "what a service answers to a subscription on a shard that it has not joined",
    requirements: ["12-FILTER-03"],
    tags: ["#sharding"],
    async observe(scene) {
      const { client } = scene.nodes as Cast;
      const [other, contentTopic] = [scene.freshPubsubTopic(), scene.freshContentTopic()];
      const subscribe = seen(await client.filter?.subscribe(other, [contentTopic]));
      scene.defer(async () => client.filter?.unsubscribe(other, [contentTopic]));
      return { subscribe };
    },
  });
});
