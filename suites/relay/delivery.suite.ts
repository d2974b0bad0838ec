import type { StartedWakuNode } from "../../fixtures/contract/node.ts";
import { poll } from "../../fixtures/waiting.ts";
import { demandOk, must, seen } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { arrivals, demandProof, distinct, given } from "../../harness/deliveries.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { chain, mesh, mixedMesh, pair, star } from "../../topologies/index.ts";
import { fourShards } from "../mixed-network.ts";
import { cameTo, reaches } from "./relay-scene.ts";

type Relays = Record<"publisher" | "subscriber" | "middle", StartedWakuNode>;
const burst = 20;

describe("relay: delivery", () => {
  check({
    id: "relay/delivers",
    revision: 2,
    title: "a published message reaches the application of a subscribed neighbour, once",
    requirements: ["11-RELAY-03", "14-MESSAGE-01"],
    subject: "publisher",
    topology: pair,
    mutates: "nothing",
    tags: ["#smoke"],
    async observe(scene) {
      const { publisher, subscriber } = scene.nodes as Relays;
      const contentTopic = scene.freshContentTopic();
      const sent = scene.message({ contentTopic });
      const publish = seen(await publisher.relay?.publish(scene.pubsubTopic, sent));
      const { came, proof } = await cameTo(subscriber, publisher, scene, contentTopic);
      return { publish, copies: exact(came.length), proof: exact(proof), payloadKept: exact(came[0]?.payload === sent.payload) };
    },
    judge({ publish, copies, proof, payloadKept }) {
      demandOk(publish, "publish");
      expect(copies, copies === 0 ? "answered-success-no-effect" : "delivered-twice", "copies").to.equal(1);
      demandProof(proof);
      expect(payloadKept, "field-changed", "payloadKept").to.equal(true);
    },
  });

  check({
    id: "relay/delivers-back",
    revision: 2,
    title: "the neighbour that was dialled publishes back over the same connection",
    requirements: ["11-RELAY-03"],
    subject: "subscriber",
    topology: pair,
    mutates: "nothing",
    async observe(scene) {
      const { publisher, subscriber } = scene.nodes as Relays;
      const contentTopic = scene.freshContentTopic();
      const publish = seen(await subscriber.relay?.publish(scene.pubsubTopic, scene.message({ contentTopic })));
      const { came, proof } = await cameTo(publisher, subscriber, scene, contentTopic);
      return { publish, copies: exact(came.length), proof: exact(proof) };
    },
    judge({ publish, copies, proof }) {
      demandOk(publish, "publish");
      expect(copies, copies === 0 ? "answered-success-no-effect" : "delivered-twice", "copies").to.equal(1);
      demandProof(proof);
    },
  });

  check({
    id: "relay/chain",
    revision: 2,
    title: "a message crosses a relay of another implementation in the middle of a chain, unchanged",
    requirements: ["11-RELAY-03", "11-RELAY-05", "14-MESSAGE-01"],
    subject: "middle",
    topology: chain,
    mutates: "nothing",
    tags: ["#smoke"],
    async observe(scene) {
      const { publisher, subscriber } = scene.nodes as Relays;
      const contentTopic = scene.freshContentTopic();
      const sent = scene.message({ contentTopic });
      await must("publishing", publisher.relay?.publish(scene.pubsubTopic, sent));
      const { came, proof } = await cameTo(subscriber, publisher, scene, contentTopic);
      return { copies: exact(came.length), proof: exact(proof), payloadKept: exact(came[0]?.payload === sent.payload) };
    },
    judge({ copies, proof, payloadKept }) {
      expect(copies, copies === 0 ? "not-delivered" : "delivered-twice", "copies").to.equal(1);
      demandProof(proof);
      expect(payloadKept, "field-changed", "payloadKept").to.equal(true);
    },
  });

  check({
    id: "relay/burst",
    revision: 2,
    title: `${burst} messages published one after another all arrive, once each`,
    requirements: ["11-RELAY-03"],
    subject: "publisher",
    topology: pair,
    mutates: "nothing",
    async observe(scene) {
      const { publisher, subscriber } = scene.nodes as Relays;
      const contentTopic = scene.freshContentTopic();
      for (let sent = 0; sent < burst; sent += 1)
        await must("publishing", publisher.relay?.publish(scene.pubsubTopic, scene.message({ contentTopic })));
      const { came, proof } = await cameTo(subscriber, publisher, scene, contentTopic, burst);
      return { copies: exact(came.length), distinct: exact(distinct(came)), proof: exact(proof) };
    },
    judge({ copies, distinct, proof }) {
      expect(distinct, "not-delivered", "distinct").to.equal(burst);
      expect(copies, "delivered-twice", "copies").to.equal(burst);
      demandProof(proof);
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
    revision: 2,
    title: "a relay in the middle of three hands each message to both others, once",
    requirements: ["11-RELAY-03"],
    subject: "hub",
    topology: star,
    mutates: "nothing",
    async observe(scene) {
      const { first, second, third } = scene.nodes as Record<"first" | "second" | "third", StartedWakuNode>;
      const contentTopic = scene.freshContentTopic();
      await must("publishing", first.relay?.publish(scene.pubsubTopic, scene.message({ contentTopic })));
      const [atSecond, atThird] = await Promise.all([
        cameTo(second, first, scene, contentTopic),
        cameTo(third, first, scene, contentTopic),
      ]);
      return {
        second: exact(atSecond.came.length),
        third: exact(atThird.came.length),
        proof: exact(atSecond.proof && atThird.proof),
      };
    },
    judge({ second, third, proof }) {
      expect(second, second === 0 ? "not-delivered" : "delivered-twice", "second").to.equal(1);
      expect(third, third === 0 ? "not-delivered" : "delivered-twice", "third").to.equal(1);
      demandProof(proof);
    },
  });

  const everyRelayOnce = {
    revision: 2,
    requirements: ["11-RELAY-03", "11-RELAY-13"],
    subject: "publisher",
    mutates: "nothing",
    async observe(scene: Scene<undefined>) {
      const { publisher, ...others } = scene.nodes as Record<"publisher", StartedWakuNode>;
      const contentTopic = scene.freshContentTopic();
      await must("publishing", publisher.relay?.publish(scene.pubsubTopic, scene.message({ contentTopic })));
      const all = await Promise.all(Object.values(others).map((node) => cameTo(node as StartedWakuNode, publisher, scene, contentTopic)));
      return { counts: exact(all.map(({ came }) => came.length)), proof: exact(all.every(({ proof }) => proof)) };
    },
    judge({ counts, proof }: { counts: readonly number[]; proof: boolean }) {
      expect(counts, counts.includes(0) ? "not-delivered" : "delivered-twice", "counts").to.deep.equal(counts.map(() => 1));
      demandProof(proof);
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
    network: fourShards,
  });

  check({
    id: "relay/mixed-mesh-all-publish",
    revision: 2,
    title: "when each relay of such a mesh publishes at once, every other gets each message once",
    requirements: ["11-RELAY-03", "11-RELAY-13"],
    subject: "publisher",
    topology: mixedMesh,
    network: fourShards,
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
      const fromOf = (came: readonly { payload?: string }[], other: string) =>
        came.filter(({ payload }) => payload === payloadOf(other)).length;
      const read = (node: StartedWakuNode) => given(node, "relay", pubsubTopic, contentTopic);
      const marked = await Promise.all(
        places.map(async ([place, node]) => {
          // Some deliver to the publisher too.
          await poll(
            () => read(node),
            (messages) => others(place).every((other) => fromOf(messages, other) > 0),
            node.capabilities.timings.deliveryMs,
          );
          const marker = freshContentTopic();
          await must(`publishing what must arrive at ${place}`, node.relay?.publish(pubsubTopic, message({ contentTopic: marker })));
          return [place, marker] as const;
        }),
      );
      const proofs: boolean[] = [];
      const counts = await Promise.all(
        places.map(async ([place, node]) => {
          for (const [from, marker] of marked)
            if (from !== place) proofs.push((await arrivals(node, "relay", pubsubTopic, marker)).length > 0);
          const came = await read(node);
          return [place, Object.fromEntries(others(place).map((other) => [other, fromOf(came, other)]))] as const;
        }),
      );
      return { counts: exact(Object.fromEntries(counts)), proof: exact(proofs.every(Boolean)) };
    },
    judge({ counts, proof }) {
      for (const [place, from] of Object.entries(counts))
        for (const [other, count] of Object.entries(from))
          expect(count, count === 0 ? "not-delivered" : "delivered-twice", `counts.${place}.${other}`).to.equal(1);
      demandProof(proof);
    },
  });
});
