import { poll } from "../../fixtures/waiting.ts";
import { offers } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact, set } from "../../harness/observation.ts";
import { strayKinds } from "../../rfc-checks/rules/pubsub-topic-variants.ts";
import { relayAmongStrays, relayOfStrays } from "../../topologies/index.ts";
import { copies, isOf, neighbour, relayedPair, relays, wakuMessage } from "../relay/wire-scene.ts";
import {
  allRefused,
  announcedBy,
  announceEach,
  askInTurn,
  checkStrays,
  inWords,
  joinOne,
  labelsWhere,
  noEffect,
  refusedAlike,
  steady,
  straysOf,
  unjoined,
  unsound,
} from "./stray-scene.ts";

describe("sharding: topics that are no shards, at a relay", () => {
  checkStrays({
    id: "sharding/stray-join",
    title: "a relay refuses to join a topic that is no shard, and what it says of itself stays sound",
    requirements: ["51-SHARD-01", "51-SHARD-03", "51-SHARD-04"],
    ofOtherClusters: ["66-META-08"],
    subject: "node",
    topology: relayOfStrays,
    mutates: "subscriptions",
    tags: ["#relay", "#wire"],
    meaningful: offers("node", "relay.subscribe"),
    async observe(scene, strays) {
      const { subject } = scene;
      // It shares no topic: a mesh is another question.
      const { probe, gossip } = await neighbour(scene, { topics: [] });
      const answers = await askInTurn(strays, async (topic) => subject.relay?.subscribe(topic));
      const sound = scene.freshPubsubTopic();
      const proof = inWords(await subject.relay?.subscribe(sound));
      // Announced after all of them: what is to come of them has come with it.
      await poll(
        async () => gossip.subscribersOf(sound).length > 0 || proof !== "ok",
        (known) => known,
        subject.capabilities.timings.settledMs,
      );
      const announced = announcedBy(gossip, subject.peerId);
      const told = proof === "ok" ? await unsound(scene, probe, gossip) : [];
      if (proof === "ok")
        for (const topic of [sound, ...strays.map((one) => one.topic).filter((one) => announced.includes(one))])
          await subject.relay?.unsubscribe(topic);
      return {
        answers: steady(answers, answers),
        joined: steady(
          labelsWhere(strays, (topic) => announced.includes(topic)),
          answers,
        ),
        unsound: set(told),
        proof: exact(proof),
      };
    },
    judge({ answers, joined, unsound, proof }) {
      allRefused(answers);
      noEffect(joined, "joined");
      expect(unsound, "wrong-value", "unsound").to.deep.equal([]);
      expect(proof, "refused-valid", "proof").to.equal("ok");
    },
  });

  checkStrays({
    id: "sharding/stray-publish",
    title: "a relay refuses to publish on a topic that is no shard, asked to join it or not, and hands on nothing of it",
    requirements: ["51-SHARD-01", "51-SHARD-04"],
    revision: 2,
    subject: "node",
    topology: relayOfStrays,
    // On a node of its own: some judge peers by how many have come from their address, and what was joined may stay.
    mutates: "connections",
    tags: ["#relay", "#wire"],
    async observe(scene, strays) {
      const { subject, pubsubTopic } = scene;
      const { meshMs, deliveryMs } = subject.capabilities.timings;
      const [from, to] = await Promise.all([neighbour(scene), neighbour(scene)]);
      const near = unjoined(scene);
      for (const { gossip } of [from, to]) {
        announceEach(gossip, [...strays, { label: near, topic: near }]);
        gossip.graft(pubsubTopic);
      }
      const contentTopic = scene.freshContentTopic();
      const publish = async (topic: string) => subject.relay?.publish(topic, scene.message({ contentTopic }));
      const answers = await askInTurn(strays, publish);
      const control = inWords(await publish(near));
      const alike = refusedAlike(strays, answers, control);
      const { joins, joined } = await joinOne(scene, alike);
      const afterJoining = await askInTurn(joined, publish);
      const foreign = scene.freshContentTopic();
      for (const { topic } of joined) from.gossip.publish(topic, wakuMessage(scene, { contentTopic: foreign }));
      const handedOn = await poll(
        async () => labelsWhere(joined, (topic) => to.gossip.delivered(topic).some(({ message }) => isOf(message, foreign))),
        (topics) => topics.length === joined.length,
        deliveryMs,
      );
      const proof = await poll(
        async () => {
          await publish(pubsubTopic);
          return to.gossip.delivered(pubsubTopic).length > 0;
        },
        (came) => came,
        Object.values(joins).includes("died") ? 0 : meshMs,
      );
      const told = await unsound(scene, to.probe, to.gossip);
      return {
        answers: exact(answers),
        control: exact(control),
        alike: set(alike.map(({ label }) => label)),
        joins: exact(joins),
        afterJoining: exact(afterJoining),
        sent: set(labelsWhere(strays, (topic) => to.gossip.delivered(topic).some(({ message }) => isOf(message, contentTopic)))),
        handedOn: set(handedOn),
        // Who joins such a topic may or may not have it in its record by now.
        unsound: joined.length === 0 ? set(told) : told,
        proof: exact(proof),
      };
    },
    judge({ answers, afterJoining, sent, handedOn, unsound, proof }) {
      allRefused(answers);
      allRefused(afterJoining, "afterJoining");
      noEffect(sent, "sent");
      noEffect(handedOn, "handedOn");
      expect(unsound, "wrong-value", "unsound").to.deep.equal([]);
      expect(proof, "not-delivered", "proof").to.equal(true);
    },
  });

  check({
    id: "sharding/stray-announced",
    title:
      "a relay takes nothing from peers that announce and graft topics that are no shards, hands on no message of these, and others are served",
    requirements: ["REC-SHARD-02"],
    revision: 2,
    subject: "node",
    topology: relayAmongStrays,
    mutates: "connections",
    tags: ["#relay", "#wire"],
    async observe(scene) {
      const { subject, pubsubTopic } = scene;
      const kinds = strayKinds.map((kind) => [kind, straysOf(scene, kind)] as const);
      const strays = kinds.flatMap(([, topics]) => topics);
      const [from, to] = await relayedPair(scene);
      const { probe, gossip } = await neighbour(scene);
      for (const each of [to.gossip, gossip]) {
        announceEach(each, strays);
        each.send({ control: { graft: strays.filter(({ topic }) => topic.length < 1_000).map(({ topic: topicID }) => ({ topicID })) } });
      }
      const contentTopic = scene.freshContentTopic();
      for (const { topic } of strays) gossip.publish(topic, wakuMessage(scene, { contentTopic }));
      // From the same stream, so that what was sent before it has been dealt with when it comes.
      const after = wakuMessage(scene);
      gossip.publish(pubsubTopic, after);
      const heard = (await copies(scene, to, pubsubTopic, after)).length > 0;
      const proof = await relays(scene, from, to);
      const announced = announcedBy(to.gossip, subject.peerId);
      const handedOn = (topic: string) => to.gossip.delivered(topic).some(({ message }) => isOf(message, contentTopic));
      const grafted = gossip.received.flatMap(({ rpc }) => rpc?.control?.graft ?? []).map(({ topicID }) => topicID);
      return {
        announced: set(labelsWhere(strays, (topic) => announced.includes(topic))),
        grafted: set(labelsWhere(strays, (topic) => grafted.includes(topic))),
        handedOn: exact(Object.fromEntries(kinds.map(([kind, topics]) => [kind, labelsWhere(topics, handedOn)]))),
        unsound: set(await unsound(scene, to.probe, to.gossip)),
        heard: exact(heard),
        stillConnected: exact(probe.connected(subject.peerId)),
        proof: exact(proof),
      };
    },
    judge({ announced, grafted, handedOn, unsound, heard, stillConnected, proof }) {
      noEffect(announced, "announced");
      noEffect(grafted, "grafted");
      for (const [kind, topics] of Object.entries(handedOn)) noEffect(topics, `handedOn.${kind}`);
      expect(unsound, "wrong-value", "unsound").to.deep.equal([]);
      expect(stillConnected, "disconnected", "stillConnected").to.equal(true);
      expect(heard, "not-delivered", "heard").to.equal(true);
      expect(proof, "not-delivered", "proof").to.equal(true);
    },
  });
});
