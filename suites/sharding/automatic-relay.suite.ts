import type { Capabilities } from "../../fixtures/contract/capabilities.ts";
import type { StartedWakuNode } from "../../fixtures/contract/node.ts";
import { poll } from "../../fixtures/waiting.ts";
import { demandOk, must, seen } from "../../harness/answers.ts";
import { offers, spreads } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact, set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { pair, relayAlone } from "../../topologies/index.ts";
import { neighbour, wakuMessage } from "../relay/wire-scene.ts";
import {
  contentTopics,
  derived,
  derivedAll,
  faultyTopics,
  messageOf,
  networks,
  ofSomeSizes,
  type Spread,
  spareShard,
  topicsOf,
  withDerivedShards,
} from "./automatic-scene.ts";
import { announcedBy, inWords } from "./stray-scene.ts";

type Cast = Readonly<Record<string, Capabilities>>;
const ofRelay = {
  subject: "node",
  topology: relayAlone,
  mutates: "node",
  tags: ["#relay", "#wire"],
  network: (spread: Spread) => ({ ...spread, shards: [spareShard(spread)] }),
} as const;
const joinsBy =
  (place: string) =>
  (cast: Cast, { networkShards }: Spread) =>
    spreads(place, networkShards)(cast) && offers(place, "automatic.subscribe")(cast);

/** Messages of a content topic that the application was given. */
const heardBy = async (node: StartedWakuNode, contentTopic: string): Promise<number> =>
  (await must("reading", node.automatic?.received(contentTopic)))?.length ?? 0;

describe("sharding: automatic, at a relay", () => {
  check({
    ...ofRelay,
    id: "sharding/automatic-join",
    title: "a relay that is asked for a content topic joins the shard of it, hands on what comes there, and leaves it again",
    requirements: ["51-SHARD-03", "51-SHARD-20", "51-SHARD-21", "51-SHARD-23", "64-NET-40", "64-NET-42"],
    variants: networks,
    meaningful: joinsBy("node"),
    async observe(scene) {
      const { subject, variant } = scene;
      const { gossip } = await neighbour(scene, { topics: [] });
      const { settledMs, deliveryMs } = subject.capabilities.timings;
      const announced = () => announcedBy(gossip, subject.peerId);
      const answers: Record<string, string> = {};
      const joined: Record<string, readonly string[]> = {};
      for (const contentTopic of contentTopics) {
        const before = announced();
        answers[contentTopic] = inWords(await subject.automatic?.subscribe(contentTopic));
        const right = derived(contentTopic, variant);
        await poll(
          async () => announced().includes(right) || announced().length > before.length,
          (known) => known,
          settledMs,
        );
        joined[contentTopic] = announced().includes(right) ? [right] : announced().filter((topic) => !before.includes(topic));
      }
      const heard: Record<string, number> = {};
      for (const contentTopic of contentTopics) {
        const right = derived(contentTopic, variant);
        gossip.publish(right, wakuMessage(scene, { contentTopic }));
        heard[contentTopic] = await poll(
          () => heardBy(subject, contentTopic),
          (count) => count > 0,
          joined[contentTopic]?.includes(right) ? deliveryMs : 0,
        );
      }
      for (const contentTopic of contentTopics) await subject.automatic?.unsubscribe(contentTopic);
      const left = await poll(
        async () => announced().length,
        (count) => count <= 1,
        settledMs,
      );
      return { answers: exact(answers), joined: exact(joined), heard: exact(heard), left: exact(left) };
    },
    judge({ answers, joined, heard, left }, { variant }) {
      for (const contentTopic of contentTopics) {
        expect(answers[contentTopic], "refused-valid", `answers.${contentTopic}`).to.equal("ok");
        const right = variant && derived(contentTopic, variant);
        expect(joined[contentTopic], "wrong-value", `joined.${contentTopic}`).to.deep.equal([right]);
        expect(heard[contentTopic], "not-delivered", `heard.${contentTopic}`).to.equal(1);
      }
      expect(left, "answered-success-no-effect", "left").to.equal(1);
    },
  });

  check({
    ...ofRelay,
    id: "sharding/automatic-publish",
    title: "a relay publishes a message without a pubsub topic on the shard of its content topic",
    requirements: ["51-SHARD-03", "51-SHARD-20", "51-SHARD-21", "51-SHARD-23", "64-NET-40", "64-NET-42"],
    variants: networks,
    // One that cannot join a shard at run time publishes on those that it has, of which there is one here.
    meaningful: joinsBy("node"),
    async observe(scene) {
      const { subject, variant } = scene;
      const { gossip } = await neighbour(scene, { topics: [...new Set(Object.values(derivedAll(variant)))] });
      const answers: Record<string, string> = {};
      const came: Record<string, readonly string[]> = {};
      let bound = subject.capabilities.timings.settledMs;
      for (const contentTopic of contentTopics) {
        const publish = () => subject.automatic?.publish(messageOf(scene, contentTopic));
        // A relay may have to be in the mesh of a shard before it publishes there.
        const answer = await poll(
          async () => publish(),
          (one) => one?.outcome === "ok" || one?.reason !== "no-relay-peers",
          bound,
        );
        // Who looks for peers in the wrong place finds none for the next topic either.
        if (answer?.outcome !== "ok") bound = 0;
        answers[contentTopic] = inWords(answer);
        came[contentTopic] = await poll(
          async () => topicsOf(gossip, contentTopic),
          (topics) => topics.length > 0,
          answer?.outcome === "ok" ? subject.capabilities.timings.deliveryMs : 0,
        );
      }
      return { answers: exact(answers), came: exact(came) };
    },
    judge({ answers, came }, { variant }) {
      for (const contentTopic of contentTopics) {
        expect(answers[contentTopic], "refused-valid", `answers.${contentTopic}`).to.equal("ok");
        expect(came[contentTopic], "wrong-value", `came.${contentTopic}`).to.deep.equal([variant && derived(contentTopic, variant)]);
      }
    },
  });

  check({
    id: "sharding/automatic-meet",
    title: "what one relay publishes by content topic reaches the application of another that asked for it by content topic",
    requirements: ["51-SHARD-20", "64-NET-40", "64-NET-42"],
    subject: "publisher",
    topology: pair,
    mutates: "subscriptions",
    tags: ["#relay"],
    variants: ofSomeSizes,
    network: withDerivedShards,
    meaningful: (cast, spread) => spreads("publisher", spread.networkShards)(cast) && joinsBy("subscriber")(cast, spread),
    async observe(scene) {
      const { publisher, subscriber } = scene.nodes as Record<"publisher" | "subscriber", StartedWakuNode>;
      const met: string[] = [];
      let publish: ReturnType<typeof seen> | undefined;
      for (const contentTopic of contentTopics) {
        await must("subscribing by content topic", subscriber.automatic?.subscribe(contentTopic));
        // The mesh of each shard forms by itself.
        const heard = await poll(
          async () => {
            publish = seen(await publisher.automatic?.publish(messageOf(scene, contentTopic)));
            return heardBy(subscriber, contentTopic);
          },
          (count) => count > 0,
          publisher.capabilities.timings.deliveryMs,
        );
        if (heard === 0) break;
        met.push(contentTopic);
      }
      return { publish, met: exact(met) };
    },
    judge({ publish, met }) {
      if (publish) demandOk(publish, "publish");
      expect(met, "not-delivered", "met").to.deep.equal(contentTopics);
    },
  });

  /** What becomes of content topics that automatic sharding has no shard for. */
  async function refuses(scene: Scene<unknown>, topics: readonly string[]) {
    const { subject } = scene;
    const { gossip } = await neighbour(scene, { topics: [] });
    const before = announcedBy(gossip, subject.peerId);
    const answers: Record<string, string> = {};
    for (const contentTopic of topics) {
      const joins = inWords(await subject.automatic?.subscribe(contentTopic));
      const publishes = inWords(await subject.automatic?.publish(messageOf(scene, contentTopic)));
      answers[contentTopic] = joins === publishes ? joins : `${joins}, published ${publishes}`;
    }
    const proof = inWords(await subject.automatic?.subscribe(contentTopics[0] as string));
    await poll(
      async () => announcedBy(gossip, subject.peerId).length > before.length,
      (more) => more,
      subject.capabilities.timings.settledMs,
    );
    const joined = announcedBy(gossip, subject.peerId).filter((topic) => !before.includes(topic));
    return { answers: exact(answers), joined: set(joined), proof: exact(proof) };
  }
  const judgeRefused = ({
    answers,
    joined,
    proof,
  }: {
    answers: Record<string, string>;
    joined: readonly string[];
    proof: string;
  }): void => {
    for (const [topic, answer] of Object.entries(answers))
      expect(answer, "accepted-invalid", `answers.${topic}`).to.match(/^refused: [a-z-]+(, published refused: [a-z-]+)?$/);
    expect(joined.length, "refused-with-effect", "joined").to.be.at.most(1);
    expect(proof, "refused-valid", "proof").to.equal("ok");
  };

  check({
    ...ofRelay,
    id: "sharding/automatic-malformed",
    title: "a relay refuses to join or to publish on the shard of a content topic that is out of form",
    requirements: ["51-SHARD-22"],
    variants: ofSomeSizes,
    meaningful: joinsBy("node"),
    observe: (scene) => refuses(scene, faultyTopics(false)),
    judge: judgeRefused,
  });

  check({
    ...ofRelay,
    id: "sharding/automatic-undefined-generation",
    title: "a relay refuses to join or to publish on the shard of a content topic of a generation that no network has defined",
    requirements: ["51-SHARD-24"],
    variants: ofSomeSizes,
    meaningful: joinsBy("node"),
    observe: (scene) => refuses(scene, faultyTopics(true)),
    judge: judgeRefused,
  });

  check({
    ...ofRelay,
    id: "sharding/automatic-beyond",
    title: "whether a relay of a network of so many shards joins the one after the last by its topic",
    requirements: ["51-SHARD-17"],
    variants: { "66-of-8": networks["66-of-8"] as Spread, "66-of-3": networks["66-of-3"] as Spread },
    meaningful: (cast, spread) => joinsBy("node")(cast, spread) && offers("node", "relay.subscribe")(cast),
    async observe(scene) {
      const { subject, variant } = scene;
      const answer = await subject.relay?.subscribe(`/waku/2/rs/${variant.clusterId}/${variant.networkShards}`);
      return { join: exact(inWords(answer)) };
    },
  });

  check({
    ...ofRelay,
    id: "sharding/automatic-unspecified-size",
    title: "where a relay takes a content topic that is told its cluster but not how many shards that spreads them over",
    requirements: ["51-SHARD-06", "51-SHARD-19"],
    network: () => ({}),
    meaningful: (cast) => cast.node?.networkShards.length !== 0 && offers("node", "automatic.subscribe")(cast),
    async observe(scene) {
      const { subject } = scene;
      const { gossip } = await neighbour(scene, { topics: [] });
      const answers = await Promise.all(
        contentTopics.map(async (topic) => [topic, inWords(await subject.automatic?.subscribe(topic))] as const),
      );
      await poll(
        async () => announcedBy(gossip, subject.peerId).length,
        (count) => count > 1,
        answers.some(([, answer]) => answer === "ok") ? subject.capabilities.timings.settledMs : 0,
      );
      return { answers: exact(Object.fromEntries(answers)), announced: set(announcedBy(gossip, subject.peerId)) };
    },
  });
});
