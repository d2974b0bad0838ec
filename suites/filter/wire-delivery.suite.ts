import type { Probe } from "../../fixtures/contract/probe.ts";
import { must } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { meet } from "../../harness/meeting.ts";
import { exact } from "../../harness/observation.ts";
import { pubsubTopicOf } from "../../rfc-checks/rules/pubsub-topic.ts";
import { nowNs } from "../../rfc-checks/rules/timestamp.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { FilterSubscribeType, filterPushProtocol } from "../../rfc-checks/wire/filter.ts";
import { WakuMessage } from "../../rfc-checks/wire/message.ts";
import { serviceAlone } from "../../topologies/index.ts";
import { relayPeer } from "../relay-peer.ts";
import { answered, ask, isSuccess, ofService, pushedTo, receiver, subscribed, taking } from "./wire-scene.ts";

const { UNSUBSCRIBE, UNSUBSCRIBE_ALL } = FilterSubscribeType.values;

const message = (contentTopic: string, payload = contentTopic): Uint8Array =>
  encode(WakuMessage, { payload: Buffer.from(payload), contentTopic, version: 0, timestamp: nowNs() });

describe("filter pushes on the wire", () => {
  check({
    ...ofService,
    id: "filter/wire-several-clients",
    revision: 2,
    title: "each of three clients is pushed what it asked for, once, and nothing else",
    requirements: ["12-FILTER-15", "12-FILTER-21", "12-FILTER-34"],
    tags: ["#wire"],
    mutates: "subscriptions",
    async observe(scene) {
      const [one, two, all] = [await receiver(scene), await receiver(scene), await receiver(scene)];
      const gossip = await relayPeer(scene);
      const topics = [scene.freshContentTopic(), scene.freshContentTopic(), scene.freshContentTopic()] as const;
      const [first, second, last] = topics;
      const marker = scene.freshContentTopic();
      const clients = [
        [one, [first, last]],
        [two, [second, last]],
        [all, topics],
      ] as const;
      for (const [probe, wanted] of clients) await subscribed(scene, probe, [...wanted, marker]);
      for (const topic of topics) gossip.publish(scene.pubsubTopic, message(topic));
      for (const [probe, wanted] of clients) await pushedTo(scene, probe, wanted);
      // A service may push in any order: what has not come before this one was sent, and was to come, is late.
      gossip.publish(scene.pubsubTopic, message(marker));
      const proofs = await Promise.all(clients.map(async ([probe]) => pushedTo(scene, probe, [marker])));
      return {
        one: await pushedTo(scene, one, topics, []),
        two: await pushedTo(scene, two, topics, []),
        all: await pushedTo(scene, all, topics, []),
        proof: proofs.flat(),
      };
    },
    judge({ proof, ...pushes }) {
      const asked = { one: [1, 0, 1], two: [0, 1, 1], all: [1, 1, 1] };
      for (const [client, expected] of Object.entries(asked) as ["one" | "two" | "all", number[]][])
        for (const [index, count] of expected.entries()) {
          const seen = pushes[client][index] ?? 0;
          const wrong = seen < count ? "not-delivered" : count === 0 ? "delivered-to-unsubscribed" : "delivered-twice";
          expect(seen, wrong, `${client}.${index}`).to.equal(count);
        }
      expect(proof, proof.includes(0) ? "not-delivered" : "delivered-twice", "proof").to.deep.equal([1, 1, 1]);
    },
  });

  check({
    id: "filter/wire-other-shards",
    revision: 2,
    title: "a client is pushed nothing of other shards than the one that it asked for, though the content topic is the same",
    requirements: ["12-FILTER-15", "51-SHARD-03"],
    subject: "service",
    topology: serviceAlone,
    tags: ["#wire", "#sharding"],
    mutates: "subscriptions",
    network: () => ({ clusterId: 66, shards: [0, 1] }),
    async observe(scene) {
      const topics = [0, 1].map((shard) => pubsubTopicOf({ cluster: scene.clusterId, shard }));
      const [probe, gossip] = [await receiver(scene), await relayPeer(scene, topics.slice(1))];
      const [both, marker] = [scene.freshContentTopic(), scene.freshContentTopic()];
      await subscribed(scene, probe, [both, marker], topics[0]);
      for (const topic of topics.toReversed()) gossip.publish(topic, message(both, topic));
      await pushedTo(scene, probe, [both]);
      gossip.publish(topics[0] as string, message(marker));
      const [pushed, proof] = await pushedTo(scene, probe, [both, marker], [marker]);
      return { pushed, proof };
    },
    judge({ pushed = 0, proof = 0 }) {
      expect(pushed, pushed === 0 ? "not-delivered" : "delivered-to-unsubscribed", "pushed").to.equal(1);
      expect(proof, proof === 0 ? "not-delivered" : "delivered-twice", "proof").to.equal(1);
    },
  });

  check({
    ...ofService,
    id: "filter/wire-unsubscribe",
    revision: 2,
    title: "an UNSUBSCRIBE is answered with success, what it names is pushed no more, and the rest still is",
    requirements: ["12-FILTER-08", "12-FILTER-09", "12-FILTER-27", "12-FILTER-28"],
    tags: ["#wire"],
    mutates: "subscriptions",
    async observe(scene) {
      const [probe, gossip, other] = [await receiver(scene), await relayPeer(scene), await receiver(scene)];
      const [gone, kept, marker, requestId] = [
        scene.freshContentTopic(),
        scene.freshContentTopic(),
        scene.freshContentTopic(),
        scene.freshKey(),
      ];
      await subscribed(scene, probe, [gone, kept]);
      await subscribed(scene, other, [gone, marker]);
      const criteria = { pubsubTopic: scene.pubsubTopic, contentTopics: [gone] };
      const { requestId: echoed, ...answer } = answered(
        await ask(probe, scene.subject, { requestId, filterSubscribeType: UNSUBSCRIBE, ...criteria }),
      );
      for (const topic of [gone, kept]) gossip.publish(scene.pubsubTopic, message(topic));
      await pushedTo(scene, other, [gone]);
      gossip.publish(scene.pubsubTopic, message(marker));
      return {
        answer,
        sameRequestId: exact(echoed === requestId),
        other: await pushedTo(scene, other, [gone, marker]),
        pushes: await pushedTo(scene, probe, [gone, kept], [kept]),
      };
    },
    judge({ answer, sameRequestId, other, pushes }) {
      expect(answer.outcome, "no-answer", "answer.outcome").to.equal("answered");
      expect(isSuccess(answer.statusCode), "refused-valid", "answer.statusCode").to.equal(true);
      expect(sameRequestId, "wrong-request-id", "sameRequestId").to.equal(true);
      expect(other, "not-delivered", "other").to.deep.equal([1, 1]);
      expect(pushes[0], "answered-success-no-effect", "pushes.0").to.equal(0);
      expect(pushes[1], pushes[1] === 0 ? "not-delivered" : "delivered-twice", "pushes.1").to.equal(1);
    },
  });

  check({
    ...ofService,
    id: "filter/wire-unsubscribe-all",
    title: "an UNSUBSCRIBE_ALL ends the subscriptions of its sender on every pubsub topic, and of nobody else",
    requirements: ["12-FILTER-08", "12-FILTER-09", "12-FILTER-18", "12-FILTER-32"],
    tags: ["#wire"],
    mutates: "subscriptions",
    async observe(scene) {
      const { subject, pubsubTopic } = scene;
      const second = scene.freshPubsubTopic();
      await must("joining a second shard", subject.relay?.subscribe(second));
      scene.defer(async () => subject.relay?.unsubscribe(second));
      const [probe, other] = [await receiver(scene), await receiver(scene)];
      const gossip = await relayPeer(scene, [second]);
      const [here, there, requestId] = [scene.freshContentTopic(), scene.freshContentTopic(), scene.freshKey()];
      for (const client of [probe, other]) {
        await subscribed(scene, client, [here]);
        await subscribed(scene, client, [there], second);
      }
      const { requestId: echoed, ...answer } = answered(await ask(probe, subject, { requestId, filterSubscribeType: UNSUBSCRIBE_ALL }));
      const ping = answered(await ask(probe, subject, { requestId: scene.freshKey() }));
      gossip.publish(pubsubTopic, message(here));
      gossip.publish(second, message(there));
      const kept = await Promise.all([here, there].map((topic) => pushedTo(scene, other, [topic])));
      // What would be pushed to it follows what is pushed to the other.
      await subscribed(scene, probe, [scene.freshContentTopic()]);
      const pushes = probe.recorded(filterPushProtocol).length;
      return { answer, sameRequestId: exact(echoed === requestId), ping, other: kept.flat(), pushes: exact(pushes) };
    },
    judge({ answer, sameRequestId, ping, other, pushes }) {
      expect(answer.outcome, "no-answer", "answer.outcome").to.equal("answered");
      expect(isSuccess(answer.statusCode), "refused-valid", "answer.statusCode").to.equal(true);
      expect(sameRequestId, "wrong-request-id", "sameRequestId").to.equal(true);
      expect(ping.outcome, "no-answer", "ping.outcome").to.equal("answered");
      expect(isSuccess(ping.statusCode), "answered-success-no-effect", "ping.statusCode").to.equal(false);
      expect(other, "not-delivered", "other").to.deep.equal([1, 1]);
      expect(pushes, "answered-success-no-effect", "pushes").to.equal(0);
    },
  });

  check({
    ...ofService,
    id: "filter/wire-no-resend",
    title: "what becomes of messages from before a subscription, and from while a subscriber was away",
    requirements: ["12-FILTER-45"],
    tags: ["#wire"],
    mutates: "subscriptions",
    async observe(scene) {
      // It only dials, so that while it is away nobody reaches it.
      const [probe] = (await scene.crowd(1)).probes as [Probe];
      await taking(scene, probe);
      const [gossip, other] = [await relayPeer(scene), await receiver(scene)];
      const [early, away, late] = [scene.freshContentTopic(), scene.freshContentTopic(), scene.freshContentTopic()];
      await subscribed(scene, other, [early, away, late]);
      gossip.publish(scene.pubsubTopic, message(early));
      const before = await pushedTo(scene, other, [early]);
      await subscribed(scene, probe, [early, away, late]);
      await probe.disconnect(scene.subject.peerId);
      gossip.publish(scene.pubsubTopic, message(away));
      const meanwhile = await pushedTo(scene, other, [away]);
      await must("connecting again", meet(probe, scene.subject));
      gossip.publish(scene.pubsubTopic, message(late));
      return { other: [...before, ...meanwhile], pushes: await pushedTo(scene, probe, [early, away, late], [late]) };
    },
  });
});
