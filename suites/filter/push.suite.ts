import { must } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { arrivals, demandProof, distinct } from "../../harness/deliveries.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import { type Cast, ofService, publish, pushesOf } from "./filter-scene.ts";
import { pushedTo, receiver, subscribed } from "./wire-scene.ts";

const burst = 20;

describe("filter: push", () => {
  check({
    ...ofService,
    id: "filter/others",
    revision: 2,
    title: "a subscription of one client brings nothing to another",
    requirements: ["12-FILTER-15", "12-FILTER-21"],
    async observe(scene) {
      const { client } = scene.nodes as Cast;
      const [contentTopic, other] = [scene.freshContentTopic(), scene.freshContentTopic()];
      // An application is shown nothing that it did not ask for, whatever is pushed: the other client is one that sees all.
      const bystander = await receiver(scene);
      await must("subscribing", client.filter?.subscribe(scene.pubsubTopic, [contentTopic]));
      await subscribed(scene, bystander, [other]);
      scene.defer(async () => client.filter?.unsubscribe(scene.pubsubTopic, [contentTopic]));
      await publish(scene, contentTopic);
      const own = (await arrivals(client, "filter", scene.pubsubTopic, contentTopic)).length;
      await publish(scene, other);
      const [proven, strayed] = await pushedTo(scene, bystander, [other, contentTopic], [other]);
      return { own: exact(own), proof: proven, strayed };
    },
    judge({ own, proof = 0, strayed }) {
      expect(own, own === 0 ? "not-delivered" : "delivered-twice", "own").to.equal(1);
      expect(proof, proof === 0 ? "not-delivered" : "delivered-twice", "proof").to.equal(1);
      expect(strayed, "delivered-to-unsubscribed", "strayed").to.equal(0);
    },
  });

  check({
    ...ofService,
    id: "filter/burst",
    revision: 2,
    title: `${burst} matching messages published one after another are all pushed, once each`,
    requirements: ["12-FILTER-34", "12-FILTER-40"],
    async observe(scene) {
      const { client } = scene.nodes as Cast;
      const [contentTopic, marker] = [scene.freshContentTopic(), scene.freshContentTopic()];
      await must("subscribing", client.filter?.subscribe(scene.pubsubTopic, [contentTopic, marker]));
      scene.defer(async () => client.filter?.unsubscribe(scene.pubsubTopic, [contentTopic, marker]));
      for (let sent = 0; sent < burst; sent += 1) await publish(scene, contentTopic);
      const {
        came: [came = []],
        proof,
      } = await pushesOf(scene, [contentTopic], marker, burst);
      return { pushes: came.length, distinct: exact(distinct(came)), doubled: exact(came.length > distinct(came)), proof };
    },
    judge({ distinct, doubled, proof }) {
      expect(distinct, "not-delivered", "distinct").to.equal(burst);
      expect(doubled, "delivered-twice", "doubled").to.equal(false);
      demandProof(proof);
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
