import { poll } from "../../fixtures/waiting.ts";
import { must } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { expect } from "../../harness/expect.ts";
import { meet } from "../../harness/meeting.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { pubsubTopicOf } from "../../rfc-checks/rules/pubsub-topic.ts";
import { filterPushProtocol } from "../../rfc-checks/wire/filter.ts";
import { peerExchangeProtocol } from "../../rfc-checks/wire/peer-exchange.ts";
import { anyoneAlone, storeAlone } from "../../topologies/index.ts";
import { answered as filterAnswer, client as filterClient, subscribe, subscribeRequest } from "../filter/wire-scene.ts";
import { push, answered as pushAnswer, pushBytes, serves } from "../lightpush/wire-scene.ts";
import { isOf } from "../relay/wire-scene.ts";
import { hashOf, StoreScene } from "../store/wire-scene.ts";
import { wireMessage } from "../wire-message.ts";

/** The Status network, on shards that are neither its first nor neighbours. */
const network = { clusterId: 16, shards: [32, 129] };
const topics = network.shards.map((shard) => pubsubTopicOf({ cluster: network.clusterId, shard }));

/** A relay peer of the subject on all its shards, in its mesh on each. */
async function witness(scene: Scene<unknown>) {
  const { subject } = scene;
  const probe = await scene.probe();
  const gossip = await probe.gossip();
  await must("connecting", meet(probe, subject));
  gossip.announce(topics);
  await must("joining the relay network", gossip.attach(subject.peerId));
  const joined = await poll(
    async () => topics.every((topic) => gossip.meshOf(topic).includes(subject.peerId)),
    (all) => all,
    subject.capabilities.timings.meshMs,
  );
  if (!joined) throw new CouldNotRun("the node did not graft the probe on each of its shards");
  return gossip;
}

describe("sharding: services of a relay node", () => {
  check({
    id: "sharding/services-of-each-shard",
    title: "a relay node serves filter and lightpush on each shard that it relays",
    requirements: ["STATUS-03"],
    subject: "node",
    topology: anyoneAlone,
    mutates: "subscriptions",
    tags: ["#wire", "#filter", "#lightpush"],
    network: () => network,
    roles: ["relay", "filter-service", "lightpush-service"],
    async observe(scene) {
      const { subject } = scene;
      const gossip = await witness(scene);
      const client = await filterClient(scene);
      await client.serve(filterPushProtocol, () => [{ close: true }]);
      const version = serves({ service: subject.capabilities }, 3) ? 3 : 2;
      const found = [];
      for (const pubsubTopic of topics) {
        const message = wireMessage(scene);
        const { contentTopic = "" } = message;
        const subscribed = filterAnswer(await subscribe(client, subject, subscribeRequest(scene.freshKey(), pubsubTopic, [contentTopic])));
        const pushed = pushAnswer(
          version,
          await push(client, subject, version, pushBytes(version, { requestId: scene.freshKey(), pubsubTopic, message })),
        );
        const came = await poll(
          async () => ({
            relayed: gossip.delivered(pubsubTopic).some((delivery) => isOf(delivery.message, contentTopic)),
            filtered: client.recorded(filterPushProtocol).some(({ bytes }) => Buffer.from(bytes).includes(contentTopic)),
          }),
          ({ relayed, filtered }) => relayed && filtered,
          subject.capabilities.timings.deliveryMs,
        );
        found.push({
          subscribed: subscribed.statusCode,
          pushed: pushed.success,
          relayed: exact(came.relayed),
          filtered: exact(came.filtered),
        });
      }
      return { shards: found, peerExchange: exact((await client.protocolsOf(subject.peerId)).includes(peerExchangeProtocol)) };
    },
    judge({ shards }) {
      for (const [index, { relayed, filtered }] of shards.entries()) {
        expect(relayed, "not-delivered", `shards.${index}.relayed`).to.equal(true);
        expect(filtered, "not-delivered", `shards.${index}.filtered`).to.equal(true);
      }
    },
  });

  check({
    id: "sharding/store-of-each-shard",
    title: "whether a store keeps the messages of each shard that it relays",
    requirements: ["STATUS-04"],
    subject: "service",
    topology: storeAlone,
    mutates: "subscriptions",
    tags: ["#wire", "#store"],
    network: () => network,
    async observe(scene) {
      const stored: boolean[] = [];
      for (const pubsubTopic of topics) {
        const store = await StoreScene.of({ ...scene, pubsubTopic });
        const message = store.message(0);
        store.publish(message);
        const { hashes } = await poll(
          () => store.query(store.all()),
          (found) => found.hashes.length > 0,
          scene.subject.capabilities.timings.deliveryMs,
        );
        stored.push(hashes.includes(hashOf(pubsubTopic, message)));
      }
      return { stored: exact(stored) };
    },
  });
});
