import { demandOk, demandRefusal, must, seen } from "../../harness/answers.ts";
import { offers } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { arrivals } from "../../harness/deliveries.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import { type Cast, ofService, publish, strayedTo } from "./filter-scene.ts";

describe("filter: unsubscribe", () => {
  check({
    ...ofService,
    id: "filter/unsubscribe",
    revision: 2,
    title: "after an unsubscription its content topic is pushed no more, and the others still are",
    requirements: ["12-FILTER-27", "12-FILTER-28", "12-FILTER-29"],
    async observe(scene) {
      const { client } = scene.nodes as Cast;
      const [gone, kept] = [scene.freshContentTopic(), scene.freshContentTopic()];
      await must("subscribing", client.filter?.subscribe(scene.pubsubTopic, [gone, kept]));
      scene.defer(async () => client.filter?.unsubscribe(scene.pubsubTopic, [kept]));
      const unsubscribe = seen(await client.filter?.unsubscribe(scene.pubsubTopic, [gone]));
      for (const contentTopic of [gone, kept]) await publish(scene, contentTopic);
      const still = (await arrivals(client, "filter", scene.pubsubTopic, kept)).length;
      return { unsubscribe, still: exact(still), strayed: await strayedTo(scene, gone) };
    },
    judge({ unsubscribe, still, strayed }) {
      demandOk(unsubscribe, "unsubscribe");
      expect(still, still === 0 ? "not-delivered" : "delivered-twice", "still").to.equal(1);
      if (strayed !== null) expect(strayed, "answered-success-no-effect", "strayed").to.equal(0);
    },
  });

  check({
    ...ofService,
    id: "filter/unsubscribe-unknown",
    title: "unsubscribing without a subscription is answered with an error",
    requirements: ["12-FILTER-29"],
    meaningful: offers("client", "filter.unsubscribe unknown"),
    async observe(scene) {
      const { client } = scene.nodes as Cast;
      await client.filter?.unsubscribeAll();
      return { unsubscribe: seen(await client.filter?.unsubscribe(scene.pubsubTopic, [scene.freshContentTopic()])) };
    },
    judge({ unsubscribe }) {
      demandRefusal(unsubscribe, "accepted-invalid", "unsubscribe");
    },
  });

  check({
    ...ofService,
    id: "filter/unsubscribe-all",
    revision: 2,
    title: "unsubscribe-all ends every subscription of the peer, and it can subscribe again",
    requirements: ["12-FILTER-32", "12-FILTER-33"],
    async observe(scene) {
      const { client } = scene.nodes as Cast;
      const topics = [scene.freshContentTopic(), scene.freshContentTopic()];
      await must("subscribing", client.filter?.subscribe(scene.pubsubTopic, topics));
      const all = seen(await client.filter?.unsubscribeAll());
      const marker = scene.freshContentTopic();
      await must("subscribing again", client.filter?.subscribe(scene.pubsubTopic, [marker]));
      scene.defer(async () => client.filter?.unsubscribe(scene.pubsubTopic, [marker]));
      for (const contentTopic of [...topics, marker]) await publish(scene, contentTopic);
      const again = (await arrivals(client, "filter", scene.pubsubTopic, marker)).length;
      return { all, again: exact(again), strayed: await Promise.all(topics.map((topic) => strayedTo(scene, topic))) };
    },
    judge({ all, again, strayed }) {
      demandOk(all, "all");
      expect(again, again === 0 ? "not-delivered" : "delivered-twice", "again").to.equal(1);
      for (const count of strayed) if (count !== null) expect(count, "answered-success-no-effect", "strayed").to.equal(0);
    },
  });

  check({
    ...ofService,
    id: "filter/unsubscribe-all-unknown",
    title: "unsubscribe-all without a subscription is answered with an error",
    requirements: ["12-FILTER-33"],
    meaningful: offers("client", "filter.unsubscribe unknown"),
    async observe(scene) {
      const { client } = scene.nodes as Cast;
      await client.filter?.unsubscribeAll();
      return { all: seen(await client.filter?.unsubscribeAll()) };
    },
  });
});
