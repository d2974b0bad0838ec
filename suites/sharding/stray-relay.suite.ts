import { poll } from "../../fixtures/waiting.ts";
import { offers } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact, set } from "../../harness/observation.ts";
import { strayKinds } from "../../rfc-checks/rules/pubsub-topic-variants.ts";
import { relayAmongStrays, relayOfStrays } from "../../topologies/index.ts";
import { copies, neighbour, relayedPair, relays, wakuMessage } from "../relay/wire-scene.ts";
import {
  allRefused,
  announcedBy,
  announceEach,
  askInTurn,
  checkStrays,
  inWords,
  labelsWhere,
  noEffect,
  steady,
  straysOf,
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
    title: "a relay refuses to publish on a topic that is no shard, though a peer has announced it",
    requirements: ["51-SHARD-01", "51-SHARD-04"],
    subject: "node",
    topology: relayAmongStrays,
    mutates: "subscriptions",
    tags: ["#relay", "#wire"],
    async observe(scene, strays) {
      const { subject, pubsubTopic } = scene;
      const { gossip } = await neighbour(scene);
      announceEach(gossip, strays);
      const contentTopic = scene.freshContentTopic();
      const answers = await askInTurn(strays, async (topic) => subject.relay?.publish(topic, scene.message({ contentTopic })));
      const proof = await poll(
        async () => {
          await subject.relay?.publish(pubsubTopic, scene.message({ contentTopic }));
          return gossip.delivered(pubsubTopic).length > 0;
        },
        (came) => came,
        subject.capabilities.timings.meshMs,
      );
      return {
        answers: exact(answers),
        sent: set(labelsWhere(strays, (topic) => gossip.delivered(topic).length > 0)),
        proof: exact(proof),
      };
    },
    judge({ answers, sent, proof }) {
      allRefused(answers);
      noEffect(sent, "sent");
      expect(proof, "not-delivered", "proof").to.equal(true);
    },
  });

  check({
    id: "sharding/stray-announced",
    title: "a relay takes nothing from a peer that announces and grafts topics that are no shards, and others are served",
    requirements: ["REC-SHARD-02"],
    subject: "node",
    topology: relayAmongStrays,
    mutates: "connections",
    tags: ["#relay", "#wire"],
    async observe(scene) {
      const { subject, pubsubTopic } = scene;
      const strays = strayKinds.flatMap((kind) => straysOf(scene, kind));
      const [from, to] = await relayedPair(scene);
      const { probe, gossip } = await neighbour(scene);
      announceEach(gossip, strays);
      gossip.send({ control: { graft: strays.filter(({ topic }) => topic.length < 1_000).map(({ topic: topicID }) => ({ topicID })) } });
      // From the same stream, so that what was sent before it has been dealt with when it comes.
      const after = wakuMessage(scene);
      gossip.publish(pubsubTopic, after);
      const heard = (await copies(scene, to, pubsubTopic, after)).length > 0;
      const proof = await relays(scene, from, to);
      const announced = announcedBy(to.gossip, subject.peerId);
      const grafted = gossip.received.flatMap(({ rpc }) => rpc?.control?.graft ?? []).map(({ topicID }) => topicID);
      return {
        announced: set(labelsWhere(strays, (topic) => announced.includes(topic))),
        grafted: set(labelsWhere(strays, (topic) => grafted.includes(topic))),
        unsound: set(await unsound(scene, to.probe, to.gossip)),
        heard: exact(heard),
        stillConnected: exact(probe.connected(subject.peerId)),
        proof: exact(proof),
      };
    },
    judge({ announced, grafted, unsound, heard, stillConnected, proof }) {
      noEffect(announced, "announced");
      noEffect(grafted, "grafted");
      expect(unsound, "wrong-value", "unsound").to.deep.equal([]);
      expect(stillConnected, "disconnected", "stillConnected").to.equal(true);
      expect(heard, "not-delivered", "heard").to.equal(true);
      expect(proof, "not-delivered", "proof").to.equal(true);
    },
  });
});
