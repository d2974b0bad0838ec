import type { StartedWakuNode } from "../../fixtures/contract/node.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact, set } from "../../harness/observation.ts";
import { shardOfContentTopic } from "../../rfc-checks/rules/autosharding.ts";
import shardVectors from "../../rfc-checks/vectors/autosharding.json" with { type: "json" };
import topicVectors from "../../rfc-checks/vectors/content-topics.json" with { type: "json" };
import { publishes } from "../functions.ts";
import { sampled } from "../random-inputs.ts";
import { type TopicParts, topicOf, topicParts } from "../random-topics.ts";

const ofPublished = publishes("shardOf");
/** Powers of two and others: the whole hash counts, not its end. */
const sizes = [1, 2, 3, 5, 6, 7, 8, 10, 64, 100, 1_023, 1_024];
const largest = 1_024;

const published = shardVectors.vectors.map(({ contentTopic }) => contentTopic);
const topics = [...new Set([...published, ...sampled(topicParts, 30).map(topicOf)])];

/** What a participant says of topics, where it does not agree. */
async function wrongOf(
  subject: StartedWakuNode,
  asked: readonly (readonly [topic: string, right: number | undefined])[],
  networkShards: number,
) {
  const wrong: string[] = [];
  for (const [topic, right] of asked) {
    const answer = await subject.rules?.shardOf(topic, networkShards);
    if (answer?.value !== right) wrong.push(`${topic}: ${answer?.value ?? answer?.outcome}, not ${right}`);
  }
  return wrong;
}

describe("sharding as a function", () => {
  check({
    ...ofPublished,
    id: "sharding/function-shard",
    title: "the shard of a content topic is its hash modulo the shards of the network, over vectors and random topics",
    requirements: ["51-SHARD-17", "51-SHARD-20", "51-SHARD-21"],
    variants: Object.fromEntries(sizes.map((size) => [`of-${size}`, size])),
    async observe({ subject, variant }) {
      const asked = topics.map((topic) => [topic, shardOfContentTopic(topic, variant)] as const);
      const wrong = await wrongOf(subject, asked, variant);
      return { agrees: exact(wrong.length === 0), wrong };
    },
    judge({ agrees }) {
      expect(agrees, "wrong-value", "agrees").to.equal(true);
    },
  });

  const malformed = Map.groupBy(
    topicVectors.vectors.filter(({ valid, fault }) => valid === false && fault !== "generation-undefined"),
    ({ fault }) => fault as string,
  );
  check({
    ...ofPublished,
    id: "sharding/function-content-topic",
    title: "a content topic that is not of the form of 23 has no shard",
    requirements: ["23-TOPICS-06", "51-SHARD-22", "64-NET-41"],
    variants: Object.fromEntries([...malformed].map(([fault, vectors]) => [fault, vectors.map(({ topic }) => topic)])),
    async observe({ subject, variant }) {
      const taken: string[] = [];
      for (const topic of variant) if ((await subject.rules?.shardOf(topic, largest))?.outcome !== "refused") taken.push(topic);
      return { taken: set(taken) };
    },
    judge({ taken }) {
      expect(taken, "accepted-invalid", "taken").to.deep.equal([]);
    },
  });

  check({
    ...ofPublished,
    id: "sharding/function-undefined-generation",
    title: "a content topic of a generation that no network has defined has no shard",
    requirements: ["51-SHARD-24"],
    variants: { first: "1", highest: "18446744073709551615", beyond: "18446744073709551616" },
    async observe({ subject, variant }) {
      const { outcome } = (await subject.rules?.shardOf(`/${variant}/toychat/2/huilong/proto`, largest)) ?? {};
      return { outcome: exact(outcome) };
    },
    judge({ outcome }) {
      expect(outcome, "accepted-invalid", "outcome").to.equal("refused");
    },
  });

  check({
    ...ofPublished,
    id: "sharding/function-generation",
    title: "whether a content topic of generation 0 has the shard of the short form, and what else is taken for a generation",
    requirements: ["51-SHARD-23"],
    async observe({ subject }) {
      const answers: Record<string, unknown> = {};
      for (const generation of ["0", "00", "-0", "-1", "+0", "0x0", "0a", " 0"]) {
        const [long, short] = [`/${generation}/toychat/2/huilong/proto`, "/toychat/2/huilong/proto"];
        const [one, other] = [await subject.rules?.shardOf(long, largest), await subject.rules?.shardOf(short, largest)];
        answers[generation] = one?.outcome === "ok" ? one.value === other?.value : (one?.outcome ?? null);
      }
      return { answers: exact(answers) };
    },
  });

  check({
    ...ofPublished,
    id: "sharding/function-name-and-encoding",
    title: "the shard of a content topic does not depend on its name and encoding",
    requirements: ["51-SHARD-25"],
    async observe({ subject }) {
      const [first, ...others] = sampled(topicParts, 20);
      const shards = new Set<unknown>();
      for (const { name, encoding } of others) {
        const answer = await subject.rules?.shardOf(topicOf({ ...(first as TopicParts), name, encoding }), largest);
        shards.add(answer?.value ?? answer?.outcome);
      }
      return { shards: exact(shards.size), seen: [...shards] };
    },
    judge({ shards }) {
      expect(shards, "wrong-value", "shards").to.equal(1);
    },
  });

  check({
    ...ofPublished,
    id: "sharding/function-name-in-levels",
    title: "whether a content topic whose name has levels, which 23 allows, has a shard",
    requirements: ["23-TOPICS-08"],
    variants: { two: "/app/1/a/b/proto", three: "/app/1/a/b/c/proto", "first-a-number": "/0/1/a/b/proto" },
    async observe({ subject, variant }) {
      const { outcome } = (await subject.rules?.shardOf(variant, largest)) ?? {};
      return { outcome: exact(outcome) };
    },
  });
});
