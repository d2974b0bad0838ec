import type { StartedWakuNode } from "../../fixtures/contract/node.ts";
import { poll } from "../../fixtures/waiting.ts";
import { demandOk, must, seen } from "../../harness/answers.ts";
import { offers } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import { arrivals, type Scene } from "../../harness/scene.ts";
import { chain, mesh, mixedMesh, pair, star } from "../../topologies/index.ts";

type Relays = Record<"publisher" | "subscriber" | "middle", StartedWakuNode>;
const burst = 20;

describe("relay: delivery", () => {
  check({
    id: "relay/delivers",
    title: "a published message reaches the application of a subscribed neighbour, once",
    requirements: ["11-RELAY-03", "14-MESSAGE-01"],
    subject: "publisher",
    topology: pair,
    mutates: "nothing",
    tags: ["#smoke"],
    async observe({ nodes, pubsubTopic, freshContentTopic, message }) {
      const { publisher, subscriber } = nodes as Relays;
      const contentTopic = freshContentTopic();
      const sent = message({ contentTopic });
      const publish = seen(await publisher.relay?.publish(pubsubTopic, sent));
      const came = await arrivals(subscriber, "relay", pubsubTopic, contentTopic);
      return { publish, copies: exact(came.length), payloadKept: exact(came[0]?.payload === sent.payload) };
    },
    judge({ publish, copies, payloadKept }) {
      demandOk(publish, "publish");
      expect(copies, copies === 0 ? "answered-success-no-effect" : "delivered-twice", "copies").to.equal(1);
      expect(payloadKept, "field-changed", "payloadKept").to.equal(true);
    },
  });

  check({
    id: "relay/delivers-back",
    title: "the neighbour that was dialled publishes back over the same connection",
    requirements: ["11-RELAY-03"],
    subject: "subscriber",
    topology: pair,
    mutates: "nothing",
    async observe({ nodes, pubsubTopic, freshContentTopic, message }) {
      const { publisher, subscriber } = nodes as Relays;
      const contentTopic = freshContentTopic();
      const publish = seen(await subscriber.relay?.publish(pubsubTopic, message({ contentTopic })));
      return { publish, copies: exact((await arrivals(publisher, "relay", pubsubTopic, contentTopic)).length) };
    },
    judge({ publish, copies }) {
      demandOk(publish, "publish");
      expect(copies, copies === 0 ? "answered-success-no-effect" : "delivered-twice", "copies").to.equal(1);
    },
  });

  check({
    id: "relay/chain",
    title: "a message crosses a relay of another implementation in the middle of a chain, unchanged",
    requirements: ["11-RELAY-03", "11-RELAY-05", "14-MESSAGE-01"],
    subject: "middle",
    topology: chain,
    mutates: "nothing",
    tags: ["#smoke"],
    async observe({ nodes, pubsubTopic, freshContentTopic, message }) {
      const { publisher, subscriber } = nodes as Relays;
      const contentTopic = freshContentTopic();
      const sent = message({ contentTopic });
      await must("publishing", publisher.relay?.publish(pubsubTopic, sent));
      const came = await arrivals(subscriber, "relay", pubsubTopic, contentTopic);
      return { copies: exact(came.length), payloadKept: exact(came[0]?.payload === sent.payload) };
    },
    judge({ copies, payloadKept }) {
      expect(copies, copies === 0 ? "not-delivered" : "delivered-twice", "copies").to.equal(1);
      expect(payloadKept, "field-changed", "payloadKept").to.equal(true);
    },
  });

  check({
    id: "relay/burst",
    title: `${burst} messages published one after another all arrive, once each`,
    requirements: ["11-RELAY-03"],
    subject: "publisher",
    topology: pair,
    mutates: "nothing",
    async observe({ nodes, pubsubTopic, freshContentTopic, message }) {
      const { publisher, subscriber } = nodes as Relays;
      const contentTopic = freshContentTopic();
      for (let sent = 0; sent < burst; sent += 1)
        await must("publishing", publisher.relay?.publish(pubsubTopic, message({ contentTopic })));
      const came = await arrivals(subscriber, "relay", pubsubTopic, contentTopic, burst);
      return { copies: exact(came.length), distinct: exact(new Set(came.map(({ payload }) => payload)).size) };
    },
    judge({ copies, distinct }) {
      expect(distinct, "not-delivered", "distinct").to.equal(burst);
      expect(copies, "delivered-twice", "copies").to.equal(burst);
    },
  });

  check({
    id: "relay/duplicate",
    title: "the same bytes published twice are delivered once",
    requirements: ["29-CONFIG-09"],
    subject: "subscriber",
    topology: pair,
    mutates: "nothing",
    async observe({ nodes, pubsubTopic, freshContentTopic, message }) {
      const { publisher, subscriber } = nodes as Relays;
      const contentTopic = freshContentTopic();
      const same = message({ contentTopic });
      await must("publishing", publisher.relay?.publish(pubsubTopic, same));
      const again = seen(await publisher.relay?.publish(pubsubTopic, same));
      await must("publishing what must arrive", publisher.relay?.publish(pubsubTopic, message({ contentTopic })));
      const came = await arrivals(subscriber, "relay", pubsubTopic, contentTopic, 2);
      return { again, copies: exact(came.filter(({ payload }) => payload === same.payload).length), arrived: exact(came.length > 0) };
    },
    judge({ copies, arrived }) {
      expect(arrived, "not-delivered", "arrived").to.equal(true);
      expect(copies, "delivered-twice", "copies").to.equal(1);
    },
  });

  check({
    id: "relay/star",
    title: "a relay in the middle of three hands each message to both others",
    requirements: ["11-RELAY-03"],
    subject: "hub",
    topology: star,
    mutates: "nothing",
    async observe({ nodes, pubsubTopic, freshContentTopic, message }) {
      const { first, second, third } = nodes as Record<"first" | "second" | "third", StartedWakuNode>;
      const contentTopic = freshContentTopic();
      await must("publishing", first.relay?.publish(pubsubTopic, message({ contentTopic })));
      const [atSecond, atThird] = await Promise.all([second, third].map((node) => arrivals(node, "relay", pubsubTopic, contentTopic)));
      return { second: exact(atSecond?.length), third: exact(atThird?.length) };
    },
    judge({ second, third }) {
      expect(second, second === 0 ? "not-delivered" : "delivered-twice", "second").to.equal(1);
      expect(third, third === 0 ? "not-delivered" : "delivered-twice", "third").to.equal(1);
    },
  });

  const everyRelayOnce = {
    requirements: ["11-RELAY-03", "11-RELAY-13"],
    subject: "publisher",
    mutates: "nothing",
    async observe({ nodes, pubsubTopic, freshContentTopic, message }: Scene<undefined>) {
      const { publisher, ...others } = nodes as Record<string, StartedWakuNode>;
      const contentTopic = freshContentTopic();
      await must("publishing", publisher?.relay?.publish(pubsubTopic, message({ contentTopic })));
      const counts = await Promise.all(
        Object.values(others).map(async (node) => (await arrivals(node, "relay", pubsubTopic, contentTopic)).length),
      );
      return { counts: exact(counts) };
    },
    judge({ counts }: { counts: readonly number[] }) {
      expect(counts, counts.includes(0) ? "not-delivered" : "delivered-twice", "counts").to.deep.equal(counts.map(() => 1));
    },
  } as const;

  check({
    ...everyRelayOnce,
    id: "relay/mesh",
    title: "in a mesh of four every relay gets a message once",
    topology: mesh,
  });

  check({
    ...everyRelayOnce,
    id: "relay/mixed-mesh",
    title: "in a mesh of six, of one participant, in halves or in thirds, every relay gets a message once",
    topology: mixedMesh,
  });

  check({
    id: "relay/mixed-mesh-all-publish",
    title: "when each relay of such a mesh publishes at once, every other gets each message once",
    requirements: ["11-RELAY-03", "11-RELAY-13"],
    subject: "publisher",
    topology: mixedMesh,
    mutates: "nothing",
    async observe({ nodes, pubsubTopic, freshContentTopic, message }) {
      const contentTopic = freshContentTopic();
      const places = Object.entries(nodes);
      for (const [place, from] of places)
        for (const [, to] of places)
          if (to !== from && !(await reaches(from, to, pubsubTopic, freshContentTopic(), message)))
            throw new CouldNotRun(`no message comes from ${place} to ${to.name}`);
      const payloadOf = (place: string) => Buffer.from(place).toString("base64");
      await Promise.all(
        places.map(([place, node]) =>
          must(`publishing at ${place}`, node.relay?.publish(pubsubTopic, message({ contentTopic, payload: payloadOf(place) }))),
        ),
      );
      const others = (place: string) => places.map(([other]) => other).filter((other) => other !== place);
      const counts = await Promise.all(
        places.map(async ([place, node]) => {
          const from = (came: readonly { payload?: string }[], other: string) =>
            came.filter(({ payload }) => payload === payloadOf(other)).length;
          // Some deliver to the publisher too.
          const came = await poll(
            async () => ((await node.relay?.received(pubsubTopic))?.value ?? []).filter((one) => one.contentTopic === contentTopic),
            (messages) => others(place).every((other) => from(messages, other) > 0),
            node.capabilities.timings.deliveryMs,
          );
          return [place, Object.fromEntries(others(place).map((other) => [other, from(came, other)]))] as const;
        }),
      );
      return { counts: exact(Object.fromEntries(counts)) };
    },
    judge({ counts }) {
      for (const [place, from] of Object.entries(counts))
        for (const [other, count] of Object.entries(from))
          expect(count, count === 0 ? "not-delivered" : "delivered-twice", `counts.${place}.${other}`).to.equal(1);
    },
  });

  check({
    id: "relay/not-subscribed",
    revision: 2,
    title: "a node that has not joined the shard is given nothing of it",
    requirements: ["10-WAKU2-13", "51-SHARD-03"],
    tags: ["#sharding"],
    subject: "subscriber",
    topology: pair,
    mutates: "subscriptions",
    meaningful: offers("publisher", "relay.subscribe"),
    async observe({ nodes, pubsubTopic, freshPubsubTopic, freshContentTopic, message, defer }) {
      const { publisher, subscriber } = nodes as Relays;
      const [other, contentTopic] = [freshPubsubTopic(), freshContentTopic()];
      await must("joining another shard", publisher.relay?.subscribe(other));
      defer(async () => publisher.relay?.unsubscribe(other));
      // Once one has come, who would join because the publisher did has been told, and has told.
      await reaches(publisher, subscriber, pubsubTopic, freshContentTopic(), message);
      // Whether the publisher says that nobody is there is its own affair; what counts is who gets it.
      const publish = await publisher.relay?.publish(other, message({ contentTopic }));
      await must("publishing what must arrive", publisher.relay?.publish(pubsubTopic, message({ contentTopic })));
      const came = await arrivals(subscriber, "relay", pubsubTopic, contentTopic);
      const strayed = (await subscriber.relay?.received(other))?.value ?? [];
      return { publish: { outcome: publish?.outcome, raw: publish?.raw }, arrived: exact(came.length), strayed: exact(strayed.length) };
    },
    judge({ arrived, strayed }) {
      expect(arrived, arrived === 0 ? "not-delivered" : "delivered-twice", "arrived").to.equal(1);
      expect(strayed, "delivered-to-unsubscribed", "strayed").to.equal(0);
    },
  });

  check({
    id: "relay/unsubscribe",
    title: "once a node has left a shard it is given nothing of it, and again when it has come back",
    requirements: ["11-RELAY-10", "11-RELAY-12"],
    tags: ["#sharding"],
    subject: "subscriber",
    topology: pair,
    mutates: "subscriptions",
    meaningful: (cast) =>
      offers("publisher", "relay.subscribe")(cast) && offers("subscriber", "relay.subscribe", "relay.unsubscribe")(cast),
    async observe({ nodes, pubsubTopic, freshPubsubTopic, freshContentTopic, message, defer }) {
      const { publisher, subscriber } = nodes as Relays;
      const [other, before, during, after] = [freshPubsubTopic(), freshContentTopic(), freshContentTopic(), freshContentTopic()];
      await Promise.all([publisher, subscriber].map((node) => must("joining a shard", node.relay?.subscribe(other))));
      defer(async () => Promise.all([publisher, subscriber].map((node) => node.relay?.unsubscribe(other))));
      const joined = await reaches(publisher, subscriber, other, before, message);
      const left = seen(await subscriber.relay?.unsubscribe(other));
      await publisher.relay?.publish(other, message({ contentTopic: during }));
      await must("publishing what must arrive", publisher.relay?.publish(pubsubTopic, message({ contentTopic: during })));
      await arrivals(subscriber, "relay", pubsubTopic, during);
      // Before it comes back: gossip may then bring what was missed.
      const strayed = ((await subscriber.relay?.received(other))?.value ?? []).filter(({ contentTopic }) => contentTopic === during);
      await must("coming back", subscriber.relay?.subscribe(other));
      const back = await reaches(publisher, subscriber, other, after, message);
      return { joined: exact(joined), left, strayed: exact(strayed.length), back: exact(back) };
    },
    judge({ joined, left, strayed, back }) {
      expect(joined, "not-delivered", "joined").to.equal(true);
      demandOk(left, "left");
      expect(strayed, "delivered-to-unsubscribed", "strayed").to.equal(0);
      expect(back, "not-delivered", "back").to.equal(true);
    },
  });
});

/** Publishes until one message has come: a subscription made at run time takes a heartbeat to be known. */
async function reaches(
  publisher: StartedWakuNode,
  subscriber: StartedWakuNode,
  pubsubTopic: string,
  contentTopic: string,
  message: (fields: { contentTopic: string }) => object,
): Promise<boolean> {
  return poll(
    async () => {
      await publisher.relay?.publish(pubsubTopic, message({ contentTopic }));
      return ((await subscriber.relay?.received(pubsubTopic))?.value ?? []).some((one) => one.contentTopic === contentTopic);
    },
    (came) => came,
    publisher.capabilities.timings.meshMs,
  );
}
