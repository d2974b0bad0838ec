import type { StartedWakuNode } from "../../fixtures/contract/node.ts";
import { poll } from "../../fixtures/waiting.ts";
import { demandOk, must, seen } from "../../harness/answers.ts";
import { offers } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { pair } from "../../topologies/index.ts";
import { type Publishing, reaches } from "./relay-scene.ts";
import { isOf, type Neighbour, neighbour } from "./wire-scene.ts";

type Relays = Record<"publisher" | "subscriber", StartedWakuNode>;

/** A neighbour of the subject that would be handed what comes to it, in its meshes as soon as they are. */
async function grafted(scene: Scene<unknown>, topics: readonly string[]): Promise<Neighbour> {
  const beyond = await neighbour(scene, { topics });
  for (const topic of topics) beyond.gossip.graft(topic);
  return beyond;
}

/** Publishes at a relay until a message has come to a neighbour of the one next to it. */
async function passes(
  { pubsubTopic, freshContentTopic, message }: Publishing,
  from: StartedWakuNode,
  { gossip }: Neighbour,
  topic = pubsubTopic,
): Promise<boolean> {
  const contentTopic = freshContentTopic();
  return poll(
    async () => {
      await from.relay?.publish(topic, message({ contentTopic }));
      return gossip.delivered(topic).some((copy) => isOf(copy.message, contentTopic));
    },
    (came) => came,
    from.capabilities.timings.meshMs,
  );
}

describe("relay: subscriptions", () => {
  check({
    id: "relay/not-subscribed",
    revision: 3,
    title: "a node that has not joined the shard does not join it because a neighbour has, and hands on nothing of it",
    requirements: ["10-WAKU2-13", "51-SHARD-03"],
    tags: ["#sharding", "#wire"],
    subject: "subscriber",
    topology: pair,
    mutates: "connections",
    meaningful: offers("publisher", "relay.subscribe"),
    async observe(scene) {
      const { pubsubTopic, freshContentTopic, message, defer } = scene;
      const { publisher, subscriber } = scene.nodes as Relays;
      const [other, contentTopic] = [scene.freshPubsubTopic(), freshContentTopic()];
      const beyond = await grafted(scene, [pubsubTopic, other]);
      await must("joining another shard", publisher.relay?.subscribe(other));
      defer(async () => publisher.relay?.unsubscribe(other));
      // Once one has come, who would join because the publisher did has been told, and has told.
      if (!(await passes(scene, publisher, beyond))) throw new CouldNotRun("no message passes through the subscriber");
      // Whether the publisher says that nobody is there is its own affair; what counts is who gets it.
      const publish = await publisher.relay?.publish(other, message({ contentTopic }));
      const arrived = await passes(scene, publisher, beyond);
      return {
        publish: { outcome: publish?.outcome, raw: publish?.raw },
        arrived: exact(arrived),
        joined: exact(beyond.gossip.subscribersOf(other).includes(subscriber.peerId)),
        strayed: exact(beyond.gossip.delivered(other).length),
      };
    },
    judge({ arrived, joined, strayed }) {
      expect(arrived, "not-delivered", "arrived").to.equal(true);
      expect(joined, "wrong-value", "joined").to.equal(false);
      expect(strayed, "delivered-to-unsubscribed", "strayed").to.equal(0);
    },
  });

  check({
    id: "relay/unsubscribe",
    revision: 2,
    title: "once a node has left a shard it hands on nothing of it, and is given it again when it has come back",
    requirements: ["11-RELAY-10", "11-RELAY-12"],
    tags: ["#sharding", "#wire"],
    subject: "subscriber",
    topology: pair,
    mutates: "connections",
    meaningful: (cast) =>
      offers("publisher", "relay.subscribe")(cast) && offers("subscriber", "relay.subscribe", "relay.unsubscribe")(cast),
    async observe(scene) {
      const { message, freshContentTopic, defer } = scene;
      const { publisher, subscriber } = scene.nodes as Relays;
      const [other, during] = [scene.freshPubsubTopic(), freshContentTopic()];
      await Promise.all([publisher, subscriber].map((node) => must("joining a shard", node.relay?.subscribe(other))));
      defer(async () => Promise.all([publisher, subscriber].map((node) => node.relay?.unsubscribe(other))));
      const beyond = await grafted(scene, [scene.pubsubTopic, other]);
      if (!(await passes(scene, publisher, beyond))) throw new CouldNotRun("no message passes through the subscriber");
      const joined = await passes(scene, publisher, beyond, other);
      const left = seen(await subscriber.relay?.unsubscribe(other));
      await publisher.relay?.publish(other, message({ contentTopic: during }));
      const arrived = await passes(scene, publisher, beyond);
      // Before it comes back: gossip may then bring what was missed.
      const strayed = beyond.gossip.delivered(other).filter((copy) => isOf(copy.message, during));
      await must("coming back", subscriber.relay?.subscribe(other));
      const back = await reaches(publisher, subscriber, other, freshContentTopic(), message);
      return { joined: exact(joined), left, arrived: exact(arrived), strayed: exact(strayed.length), back: exact(back) };
    },
    judge({ joined, left, arrived, strayed, back }) {
      expect(joined, "not-delivered", "joined").to.equal(true);
      demandOk(left, "left");
      expect(arrived, "not-delivered", "arrived").to.equal(true);
      expect(strayed, "delivered-to-unsubscribed", "strayed").to.equal(0);
      expect(back, "not-delivered", "back").to.equal(true);
    },
  });
});
