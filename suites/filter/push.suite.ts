import { must } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import { arrivals } from "../../harness/scene.ts";
import { type Cast, ofService, publish } from "./filter-scene.ts";

const burst = 20;

describe("filter: push", () => {
  check({
    ...ofService,
    id: "filter/others",
    title: "a subscription of one client brings nothing to another",
    requirements: ["12-FILTER-15", "12-FILTER-21"],
    async observe(scene) {
      const { client, bystander } = scene.nodes as Cast;
      const [contentTopic, other] = [scene.freshContentTopic(), scene.freshContentTopic()];
      await must("subscribing", client.filter?.subscribe(scene.pubsubTopic, [contentTopic]));
      await must("subscribing the other client", bystander.filter?.subscribe(scene.pubsubTopic, [other]));
      scene.defer(async () =>
        Promise.all([
          client.filter?.unsubscribe(scene.pubsubTopic, [contentTopic]),
          bystander.filter?.unsubscribe(scene.pubsubTopic, [other]),
        ]),
      );
      for (const topic of [contentTopic, other]) await publish(scene, topic);
      const own = (await arrivals(client, "filter", scene.pubsubTopic, contentTopic)).length;
      const proven = (await arrivals(bystander, "filter", scene.pubsubTopic, other)).length;
      const strayed = (await bystander.filter?.received(scene.pubsubTopic, contentTopic))?.value?.length ?? 0;
      return { own: exact(own), proof: exact(proven), strayed: exact(strayed) };
    },
    judge({ own, proof, strayed }) {
      expect(own, "not-delivered", "own").to.equal(1);
      expect(proof, "not-delivered", "proof").to.equal(1);
      expect(strayed, "delivered-to-unsubscribed", "strayed").to.equal(0);
    },
  });

  check({
    ...ofService,
    id: "filter/burst",
    title: `${burst} matching messages published one after another are all pushed, once each`,
    requirements: ["12-FILTER-34", "12-FILTER-40"],
    async observe(scene) {
      const { client } = scene.nodes as Cast;
      const contentTopic = scene.freshContentTopic();
      await must("subscribing", client.filter?.subscribe(scene.pubsubTopic, [contentTopic]));
      scene.defer(async () => client.filter?.unsubscribe(scene.pubsubTopic, [contentTopic]));
      for (let sent = 0; sent < burst; sent += 1) await publish(scene, contentTopic);
      const came = await arrivals(client, "filter", scene.pubsubTopic, contentTopic, burst);
      return {
        pushes: came.length,
        distinct: exact(new Set(came.map(({ payload }) => payload)).size),
        doubled: exact(came.length > burst),
      };
    },
    judge({ distinct, doubled }) {
      expect(distinct, "not-delivered", "distinct").to.equal(burst);
      expect(doubled, "delivered-twice", "doubled").to.equal(false);
    },
  });

  check({
    ...ofService,
    id: "filter/from-lightpush",
    title: "a message that a client pushes to the service is pushed to the subscriber of its content topic",
    requirements: ["12-FILTER-35"],
    async observe(scene) {
      const { client, bystander } = scene.nodes as Cast;
      const contentTopic = scene.freshContentTopic();
      await must("subscribing", client.filter?.subscribe(scene.pubsubTopic, [contentTopic]));
      scene.defer(async () => client.filter?.unsubscribe(scene.pubsubTopic, [contentTopic]));
      await must("pushing", bystander.lightpush?.push(2, scene.pubsubTopic, scene.message({ contentTopic })));
      return { pushes: exact((await arrivals(client, "filter", scene.pubsubTopic, contentTopic)).length) };
    },
  });
});
