import { demandOk, demandRefusal, must, seen } from "../../harness/answers.ts";
import { offers } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { arrivals } from "../../harness/deliveries.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import { type Cast, ofService, publish } from "./filter-scene.ts";

/** WAKU-P2P-RELIABILITY, Filter: one minute is recommended. */
const pingPeriodMs = 60_000;

describe("filter: ping", () => {
  check({
    ...ofService,
    id: "filter/ping-subscribed",
    title: "a ping of a subscriber is answered with success",
    requirements: ["12-FILTER-17"],
    meaningful: offers("client", "filter.ping"),
    async observe(scene) {
      const { client } = scene.nodes as Cast;
      const contentTopic = scene.freshContentTopic();
      await must("subscribing", client.filter?.subscribe(scene.pubsubTopic, [contentTopic]));
      scene.defer(async () => client.filter?.unsubscribe(scene.pubsubTopic, [contentTopic]));
      return { ping: seen(await client.filter?.ping()) };
    },
    judge({ ping }) {
      demandOk(ping, "ping");
    },
  });

  check({
    ...ofService,
    id: "filter/ping-unknown",
    title: "a ping of a peer without a subscription is answered with an error",
    requirements: ["12-FILTER-18"],
    meaningful: offers("client", "filter.ping"),
    async observe(scene) {
      const { client } = scene.nodes as Cast;
      await client.filter?.unsubscribeAll();
      return { ping: seen(await client.filter?.ping()) };
    },
    judge({ ping }) {
      demandRefusal(ping, "accepted-invalid", "ping");
      expect(ping.reason, "wrong-reason", "ping.reason").to.equal("no-subscription");
    },
  });

  check({
    ...ofService,
    id: "filter/held",
    title: "a subscription that is pinged is still served after three times the ping period that 12 recommends",
    requirements: ["12-FILTER-17", "12-FILTER-21"],
    mutates: "node",
    tags: ["#slow"],
    async observe(scene) {
      const { client } = scene.nodes as Cast;
      const contentTopic = scene.freshContentTopic();
      await must("subscribing", client.filter?.subscribe(scene.pubsubTopic, [contentTopic]));
      const pings = [];
      for (let minute = 0; minute < 3; minute += 1) {
        await scene.elapse(pingPeriodMs);
        pings.push((await client.filter?.ping())?.outcome);
      }
      await publish(scene, contentTopic);
      return { pings, pushes: exact((await arrivals(client, "filter", scene.pubsubTopic, contentTopic)).length) };
    },
    judge({ pushes }) {
      expect(pushes, "not-delivered", "pushes").to.equal(1);
    },
  });
});
