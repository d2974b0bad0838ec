import type { PubsubMessage } from "../../fixtures/contract/gossip.ts";
import { poll } from "../../fixtures/waiting.ts";
import { must } from "../../harness/answers.ts";
import { offers } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { meet } from "../../harness/meeting.ts";
import { exact, set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { nearMisses } from "../../rfc-checks/wire/near-misses.ts";
import { relayProtocol } from "../../rfc-checks/wire/relay.ts";
import { copies, isOf, neighbour, ofRelay, relayedPair, wakuMessage } from "./wire-scene.ts";

const unsigned = ["from", "seqno", "signature", "key"] as const;

type Origin = (scene: Scene<unknown>) => Promise<PubsubMessage | undefined>;
const origins: Record<string, Origin> = {
  async published(scene) {
    const { subject, pubsubTopic } = scene;
    const [, to] = await relayedPair(scene);
    const contentTopic = scene.freshContentTopic();
    await must("publishing", subject.relay?.publish(pubsubTopic, scene.message({ contentTopic })));
    const came = () => to.gossip.delivered(pubsubTopic).find(({ message }) => isOf(message, contentTopic));
    const delivery = await poll(
      async () => came(),
      (one) => one !== undefined,
      subject.capabilities.timings.deliveryMs,
    );
    return delivery?.message;
  },
  async relayed(scene) {
    const [from, to] = await relayedPair(scene);
    const data = wakuMessage(scene);
    from.gossip.publish(scene.pubsubTopic, data);
    const [delivery] = await copies(scene, to, scene.pubsubTopic, data);
    return delivery?.message;
  },
};

describe("relay on the wire: what a node sends", () => {
  check({
    ...ofRelay,
    id: "relay/wire-protocol",
    title: "the protocol id of relay is listed, taken, and used",
    requirements: ["11-RELAY-01"],
    tags: ["#wire"],
    mutates: "subscriptions",
    async observe(scene) {
      const { subject } = scene;
      const probe = await scene.probe();
      const gossip = await probe.gossip();
      await must("connecting", meet(probe, subject, relayProtocol));
      const listed = await probe.protocolsOf(subject.peerId);
      const attached = await gossip.attach(subject.peerId);
      const [first] = await poll(
        async () => gossip.received,
        (rpcs) => rpcs.length > 0,
        subject.capabilities.timings.settledMs,
      );
      return { listed: exact(listed.includes(relayProtocol)), taken: exact(attached.outcome), used: exact(first?.protocol ?? null) };
    },
    judge({ listed, taken, used }) {
      expect(listed, "protocol-missing", "listed").to.equal(true);
      expect(taken, "protocol-not-served", "taken").to.equal("ok");
      expect(used, "wrong-value", "used").to.equal(relayProtocol);
    },
  });

  check({
    ...ofRelay,
    id: "relay/wire-near-misses",
    title: "which ids are taken that are almost that of relay",
    requirements: ["11-RELAY-01"],
    tags: ["#wire"],
    mutates: "subscriptions",
    async observe(scene) {
      const { subject } = scene;
      const { probe } = await neighbour(scene);
      const taken: string[] = [];
      for (const id of nearMisses(relayProtocol)) {
        const { outcome } = await probe.exchange(subject.peerId, id, [{ reset: true }], { ms: subject.capabilities.timings.callMs });
        if (outcome !== "refused") taken.push(id);
      }
      return { taken: set(taken), own: exact((await probe.protocolsOf(subject.peerId)).includes(relayProtocol)) };
    },
  });

  check({
    ...ofRelay,
    id: "relay/wire-no-sign",
    title: "a pubsub message leaves a node without from, seqno, signature and key, on its topic",
    requirements: ["11-RELAY-02", "11-RELAY-04", "11-RELAY-05", "11-RELAY-06", "11-RELAY-07", "11-RELAY-08"],
    tags: ["#wire"],
    mutates: "connections",
    variants: origins,
    async observe(scene) {
      const message = await scene.variant(scene);
      return {
        arrived: exact(message !== undefined),
        present: set(unsigned.filter((field) => message?.[field] !== undefined)),
        ownTopic: exact(message?.topicIDs?.length === 1 && message.topicIDs[0] === scene.pubsubTopic),
      };
    },
    judge({ arrived, present, ownTopic }) {
      expect(arrived, "not-delivered", "arrived").to.equal(true);
      expect(present, "not-by-the-book", "present").to.deep.equal([]);
      expect(ownTopic, "wrong-value", "ownTopic").to.equal(true);
    },
  });

  check({
    ...ofRelay,
    id: "relay/wire-announces",
    title: "a new neighbour is told the topics that a node has joined",
    requirements: ["11-RELAY-11", "51-SHARD-03"],
    tags: ["#wire", "#sharding"],
    mutates: "subscriptions",
    async observe(scene) {
      const { gossip } = await neighbour(scene);
      const said = gossip.received.flatMap(({ rpc }) => rpc?.subscriptions ?? []);
      const shard = /^\/waku\/2\/rs\/66\/(0|[1-9]\d*)$/;
      return {
        joined: exact(said.some(({ subscribe, topicid }) => subscribe === true && topicid === scene.pubsubTopic)),
        // Others may have it join more shards meanwhile.
        strange: set(said.map(({ topicid = "" }) => topicid).filter((topic) => !shard.test(topic))),
        deviations: set(new Set(gossip.received.flatMap(({ deviations }) => deviations.map(({ kind, path }) => `${kind} ${path}`)))),
      };
    },
    judge({ joined, strange }) {
      expect(joined, "wrong-value", "joined").to.equal(true);
      expect(strange, "wrong-value", "strange").to.deep.equal([]);
    },
  });

  check({
    ...ofRelay,
    id: "relay/wire-joins-and-leaves",
    title: "neighbours are told of a topic that is joined, and that it is left",
    requirements: ["11-RELAY-10", "11-RELAY-11", "11-RELAY-12"],
    tags: ["#wire", "#sharding"],
    mutates: "connections",
    meaningful: offers("node", "relay.subscribe", "relay.unsubscribe"),
    async observe(scene) {
      const { subject } = scene;
      const { gossip } = await neighbour(scene);
      const topic = scene.freshPubsubTopic();
      const told = (subscribe: boolean) =>
        poll(
          async () =>
            gossip.received.some(({ rpc }) =>
              rpc?.subscriptions?.some((one) => one.topicid === topic && (one.subscribe ?? false) === subscribe),
            ),
          (yes) => yes,
          subject.capabilities.timings.settledMs,
        );
      await must("joining a shard", subject.relay?.subscribe(topic));
      const joined = await told(true);
      await must("leaving it", subject.relay?.unsubscribe(topic));
      return { joined: exact(joined), left: exact(await told(false)) };
    },
    judge({ joined, left }) {
      expect(joined, "no-answer", "joined").to.equal(true);
      expect(left, "no-answer", "left").to.equal(true);
    },
  });
});
