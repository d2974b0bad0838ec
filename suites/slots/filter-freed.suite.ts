import { check } from "../../harness/check.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import { relayPeer } from "../relay-peer.ts";
import { type FilterClient, newClients } from "./filter-clients.ts";
import { passOn, unreachableMs, type Way } from "./passing-on.ts";
import { messageOn, ofService, ordinary, pushesOf } from "./slots-scene.ts";

const few = ordinary("service", "filterMaxPeers");

describe("slots of a filter service that are given back", () => {
  const ways: Record<string, Way> = {
    "unsubscribe-all": { how: "unsubscribed from all", leave: (client) => client.unsubscribeAll() },
    "unsubscribe-last": { how: "unsubscribed from the last", leave: (client) => client.unsubscribe(client.topic, client.spare) },
  };
  check({
    ...ofService,
    id: "slots/filter-freed",
    title: "the slot of a client that unsubscribes goes to the next at once, which is pushed what it asks for",
    requirements: ["REC-SLOT-07"],
    settings: (_, cast) => few(cast),
    variants: ways,
    async observe(scene) {
      const gossip = await relayPeer(scene);
      const { late, leaving, ...seen } = await passOn(scene, scene.variant, scene.subject.capabilities.timings.settledMs);
      for (const { topic } of [leaving, late]) gossip.publish(scene.pubsubTopic, messageOn(topic));
      const [pushes] = await pushesOf(scene, [late]);
      return { ...seen, pushes: exact(pushes), strayed: exact(leaving.pushes(leaving.topic)) };
    },
    judge({ freed, pushes, strayed }) {
      expect(freed, "limit-too-low", "freed").to.equal(true);
      expect(pushes, "not-delivered", "pushes").to.equal(1);
      expect(strayed, "answered-success-no-effect", "strayed").to.equal(0);
    },
  });

  check({
    ...ofService,
    id: "slots/filter-freed-gone",
    title: "when all slots are taken, that of a client without a connection goes to the next",
    requirements: ["REC-SLOT-08"],
    settings: (_, cast) => few(cast),
    async observe(scene) {
      const way: Way = { how: "disconnected, all taken", leave: (client, { subject }) => client.probe.disconnect(subject.peerId) };
      const { freed, answer, slots } = await passOn(scene, way, scene.subject.capabilities.timings.settledMs);
      return { freed, answer, slots };
    },
    judge({ freed }) {
      expect(freed, "limit-too-low", "freed").to.equal(true);
    },
  });

  check({
    ...ofService,
    id: "slots/filter-back-in-time",
    title: "a client that was away for a tenth of the time that 12 gives it still has its subscription",
    requirements: ["12-FILTER-38"],
    async observe(scene) {
      const { subject, pubsubTopic } = scene;
      const gossip = await relayPeer(scene);
      const [client] = (await newClients(scene, 1)) as [FilterClient];
      const joined = await client.join();
      if (!joined.success) throw new CouldNotRun(`subscribing: ${joined.outcome} ${joined.statusCode}`);
      await client.probe.disconnect(subject.peerId);
      // A push that fails is what a service can tell by.
      gossip.publish(pubsubTopic, messageOn(client.spare));
      await scene.elapse(unreachableMs / 10);
      await client.connect();
      const ping = await client.ping();
      gossip.publish(pubsubTopic, messageOn(client.topic));
      const [pushes] = await pushesOf(scene, [client]);
      return { ping: { statusCode: exact(ping.statusCode) }, pushes: exact(pushes) };
    },
    judge({ ping, pushes }) {
      expect(ping.statusCode, "no-subscription", "ping.statusCode").to.equal(200);
      expect(pushes, "not-delivered", "pushes").to.equal(1);
    },
  });
});
