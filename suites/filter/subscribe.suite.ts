import { demandOk, demandRefusal, must, seen } from "../../harness/answers.ts";
import { offers } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import { arrivals } from "../../harness/scene.ts";
import { type Cast, ofService, proof, publish } from "./filter-scene.ts";

describe("filter: subscribe", () => {
  check({
    ...ofService,
    id: "filter/subscribe",
    title: "a subscription is answered with success, and a matching message is pushed once",
    requirements: ["12-FILTER-21", "12-FILTER-24", "12-FILTER-10"],
    tags: ["#smoke"],
    async observe(scene) {
      const { client } = scene.nodes as Cast;
      const contentTopic = scene.freshContentTopic();
      const subscribe = seen(await client.filter?.subscribe(scene.pubsubTopic, [contentTopic]));
      scene.defer(async () => client.filter?.unsubscribe(scene.pubsubTopic, [contentTopic]));
      await publish(scene, contentTopic);
      return { subscribe, pushes: exact((await arrivals(client, "filter", scene.pubsubTopic, contentTopic)).length) };
    },
    judge({ subscribe, pushes }) {
      demandOk(subscribe, "subscribe");
      expect(pushes, pushes === 0 ? "answered-success-no-effect" : "delivered-twice", "pushes").to.equal(1);
    },
  });

  check({
    ...ofService,
    id: "filter/several-content-topics",
    title: "one subscription to five content topics brings the messages of each, and of no other",
    requirements: ["12-FILTER-15", "12-FILTER-21"],
    async observe(scene) {
      const { client } = scene.nodes as Cast;
      const topics = Array.from({ length: 5 }, () => scene.freshContentTopic());
      const other = scene.freshContentTopic();
      await must("subscribing", client.filter?.subscribe(scene.pubsubTopic, topics));
      scene.defer(async () => client.filter?.unsubscribe(scene.pubsubTopic, topics));
      for (const contentTopic of [other, ...topics]) await publish(scene, contentTopic);
      const pushes = await Promise.all(topics.map(async (topic) => (await arrivals(client, "filter", scene.pubsubTopic, topic)).length));
      const strayed = (await client.filter?.received(scene.pubsubTopic, other))?.value?.length ?? 0;
      return { pushes: exact(pushes), strayed: exact(strayed) };
    },
    judge({ pushes, strayed }) {
      expect(pushes, pushes.includes(0) ? "not-delivered" : "delivered-twice", "pushes").to.deep.equal(pushes.map(() => 1));
      expect(strayed, "delivered-to-unsubscribed", "strayed").to.equal(0);
    },
  });

  check({
    ...ofService,
    id: "filter/extend",
    title: "a second subscription adds content topics, and the first stay in force",
    requirements: ["12-FILTER-22", "12-FILTER-21"],
    async observe(scene) {
      const { client } = scene.nodes as Cast;
      const [first, second] = [scene.freshContentTopic(), scene.freshContentTopic()];
      await must("subscribing", client.filter?.subscribe(scene.pubsubTopic, [first]));
      const extend = seen(await client.filter?.subscribe(scene.pubsubTopic, [second]));
      scene.defer(async () => client.filter?.unsubscribe(scene.pubsubTopic, [first, second]));
      for (const contentTopic of [first, second]) await publish(scene, contentTopic);
      const pushes = await Promise.all(
        [first, second].map(async (topic) => (await arrivals(client, "filter", scene.pubsubTopic, topic)).length),
      );
      return { extend, pushes: exact(pushes) };
    },
    judge({ extend, pushes }) {
      demandOk(extend, "extend");
      expect(pushes, pushes.includes(0) ? "not-delivered" : "delivered-twice", "pushes").to.deep.equal([1, 1]);
    },
  });

  check({
    ...ofService,
    id: "filter/refresh",
    title: "the same subscription again succeeds and doubles nothing",
    requirements: ["12-FILTER-23", "12-FILTER-21"],
    meaningful: offers("client", "filter.subscribe again"),
    async observe(scene) {
      const { client } = scene.nodes as Cast;
      const contentTopic = scene.freshContentTopic();
      await must("subscribing", client.filter?.subscribe(scene.pubsubTopic, [contentTopic]));
      const refresh = seen(await client.filter?.subscribe(scene.pubsubTopic, [contentTopic]));
      scene.defer(async () => client.filter?.unsubscribe(scene.pubsubTopic, [contentTopic]));
      const proven = await proof(scene);
      await publish(scene, contentTopic);
      const proofs = await proven();
      return { refresh, proof: exact(proofs), pushes: exact((await arrivals(client, "filter", scene.pubsubTopic, contentTopic)).length) };
    },
    judge({ refresh, pushes }) {
      demandOk(refresh, "refresh");
      expect(pushes, pushes === 0 ? "not-delivered" : "delivered-twice", "pushes").to.equal(1);
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
