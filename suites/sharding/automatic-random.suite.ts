import { poll } from "../../fixtures/waiting.ts";
import { offers, spreads } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import { relayAlone } from "../../topologies/index.ts";
import { sampled } from "../random-inputs.ts";
import { topicOf, topicParts } from "../random-topics.ts";
import { neighbour } from "../relay/wire-scene.ts";
import { derived, messageOf, ofEight, topicsOf } from "./automatic-scene.ts";
import { inWords } from "./stray-scene.ts";

const contentTopics = sampled(topicParts, 30).map(topicOf);

describe("sharding: automatic, of random content topics", () => {
  check({
    id: "sharding/automatic-random",
    title: "a relay publishes messages of random content topics on the shards where the rule puts them",
    requirements: ["51-SHARD-17", "51-SHARD-20", "51-SHARD-21"],
    subject: "node",
    topology: relayAlone,
    mutates: "subscriptions",
    tags: ["#relay", "#wire"],
    variants: ofEight,
    network: ({ clusterId, networkShards }) => ({ clusterId, networkShards, shards: [...Array(networkShards).keys()] }),
    meaningful: (cast, { networkShards }) => spreads("node", networkShards)(cast) && offers("node", "automatic.subscribe")(cast),
    async observe(scene) {
      const { subject, variant } = scene;
      const right = new Map(contentTopics.map((contentTopic) => [contentTopic, derived(contentTopic, variant)]));
      const { gossip } = await neighbour(scene, { topics: [...new Set(right.values())] });
      const wrong: Record<string, unknown> = {};
      let bound = subject.capabilities.timings.meshMs;
      for (const [contentTopic, topic] of right) {
        const answer = await poll(
          async () => subject.automatic?.publish(messageOf(scene, contentTopic)),
          (one) => one?.reason !== "no-relay-peers",
          bound,
        );
        const went = answer?.outcome === "ok";
        // Who looks for peers in the wrong place finds none for the next topic either.
        if (!went) bound = 0;
        const came = await poll(
          async () => topicsOf(gossip, contentTopic),
          ({ length }) => length > 0,
          went ? subject.capabilities.timings.deliveryMs : 0,
        );
        if (came.length !== 1 || came[0] !== topic) wrong[contentTopic] = { right: topic, came, answer: inWords(answer) };
      }
      return { agrees: exact(Object.keys(wrong).length === 0), wrong };
    },
    judge({ agrees }) {
      expect(agrees, "wrong-value", "agrees").to.equal(true);
    },
  });
});
