import type { NodeSpec, StartedWakuNode } from "../../fixtures/contract/node.ts";
import type { SettingName } from "../../fixtures/contract/settings.ts";
import { poll } from "../../fixtures/waiting.ts";
import { has, sets, spreads } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { meet } from "../../harness/meeting.ts";
import { exact, set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { wakuNetworkCluster, wakuNetworkShards } from "../../rfc-checks/rules/limits.ts";
import { shardOf } from "../../rfc-checks/rules/pubsub-topic.ts";
import type { NamedTopic } from "../../rfc-checks/rules/pubsub-topic-variants.ts";
import { filterSubscribeProtocol } from "../../rfc-checks/wire/filter.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { lightpushV2Protocol, lightpushV3Protocol } from "../../rfc-checks/wire/lightpush.ts";
import { metadataProtocol } from "../../rfc-checks/wire/metadata.ts";
import { peerExchangeProtocol } from "../../rfc-checks/wire/peer-exchange.ts";
import { relayProtocol } from "../../rfc-checks/wire/relay.ts";
import { storeQueryProtocol } from "../../rfc-checks/wire/store.ts";
import { anyoneAlone, relayAlone, relayOfStrays } from "../../topologies/index.ts";
import { stays } from "../metadata/kept-peers.ts";
import { contentTopics, derived, ofEight, spareShard } from "./automatic-scene.ts";
import { allRefused, announcedBy, checkStrays, inWords, toldBy, unsound } from "./stray-scene.ts";

const nothing: readonly string[] = [];
/** 64/WAKU2-NETWORK, Default services. */
const services = [filterSubscribeProtocol, storeQueryProtocol, lightpushV2Protocol, lightpushV3Protocol, peerExchangeProtocol];

/** Starts one more node of the subject's, told otherwise, and looks at what it says of itself. */
async function started(scene: Scene<unknown>, changes: Partial<NodeSpec>) {
  const answer = await scene.launch(changes);
  const start = inWords(answer);
  const node = answer.value;
  if (node === undefined) return { start, announced: nothing, unsound: nothing, told: undefined, keepsPeers: false, serves: nothing };
  const { probe, gossip } = await looksAt(scene, node);
  const itself = { ...scene, subject: node };
  const announced = announcedBy(gossip, node.peerId);
  const protocols = await probe.protocolsOf(node.peerId);
  const told = await toldBy(itself, probe);
  const strange = await unsound(itself, probe, gossip);
  const keepsPeers = await stays(itself, probe);
  const serves = services.filter((protocol) => protocols.includes(protocol));
  return { start, announced, told, unsound: strange, keepsPeers, serves };
}

/** A probe that a node has told what it has joined, where it relays; of whatever cluster the node is. */
async function looksAt(scene: Scene<unknown>, node: StartedWakuNode) {
  const probe = await scene.probe({ metadata: false });
  await probe.serve(metadataProtocol, (request) => [{ write: frame(request) }, { close: true }]);
  const gossip = await probe.gossip();
  await meet(probe, node, relayProtocol);
  if (node.relay) {
    await gossip.attach(node.peerId);
    await poll(
      async () => gossip.received.length > 0,
      (told) => told,
      node.capabilities.timings.settledMs,
    );
  }
  return { probe, gossip };
}

/** Of each kind one: every other costs a start. */
const atStart = [
  "/waku/2/default-waku/proto",
  "/waku/2/rs",
  "/waku/2/rs//66/5",
  "/waku/2/rsv/66/5",
  "/waku/2/rs/66/5/proto",
  "/waku/2/rs/66/1024",
  "/waku/2/rs/66/abc",
  "/waku/2/rs/66/05",
  "/waku/2/rs/67/5",
];
const oneOf = (strays: readonly NamedTopic[]): NamedTopic =>
  strays.find(({ topic }) => atStart.includes(topic)) ?? (strays[0] as NamedTopic);

const ofOperator = (setting: SettingName) =>
  ({
    subject: "node",
    topology: relayOfStrays,
    mutates: "nothing",
    tags: ["#relay", "#wire"],
    meaningful: sets("node", setting),
  }) as const;

/** `ok` on the way in, and nothing of it after that, is no refusal: an operator takes it for joined. */
const judgeStart = ({
  answers,
  announced,
  unsound,
}: {
  answers: Record<string, string>;
  announced: readonly string[];
  unsound: readonly string[];
}) => {
  allRefused(answers);
  expect(announced, "refused-with-effect", "announced").to.deep.equal([]);
  expect(unsound, "wrong-value", "unsound").to.deep.equal([]);
};

describe("sharding: what a node is told at its start", () => {
  checkStrays({
    ...ofOperator("pubsubTopic"),
    id: "sharding/stray-at-start",
    title: "a relay that is told to join a topic that is no shard refuses to start",
    requirements: ["51-SHARD-01", "51-SHARD-03", "51-SHARD-04"],
    ofOtherClusters: ["66-META-08"],
    async observe(scene, strays) {
      const { label, topic } = oneOf(strays);
      const { start, announced, unsound, keepsPeers } = await started(scene, { settings: { pubsubTopic: topic } });
      return {
        answers: exact({ [label]: start }),
        // Who takes the topic may or may not part from its peers, before or after it has told them of it.
        announced: announced.includes(topic) ? [label] : [],
        unsound,
        keepsPeers,
      };
    },
    judge: judgeStart,
  });

  check({
    ...ofOperator("shard"),
    id: "sharding/stray-shard-at-start",
    title: "a relay that is told to join a shard that there is not refuses to start",
    requirements: ["51-SHARD-04"],
    variants: { "1024": "1024", "65536": "65536", negative: "-1", fraction: "5.5" },
    async observe(scene) {
      const { start, announced, unsound } = await started(scene, { settings: { shard: scene.variant } });
      const beyond = announced.filter((topic) => shardOf(topic)?.cluster !== scene.clusterId);
      return { answers: exact({ [scene.variant as string]: start }), announced: exact(beyond), unsound: set(unsound) };
    },
    judge: judgeStart,
  });

  check({
    id: "sharding/automatic-at-start",
    title: "a relay that is told a content topic at its start joins the shard of it, and names that in its metadata",
    requirements: ["51-SHARD-20", "51-SHARD-21", "51-SHARD-23", "64-NET-40", "64-NET-42"],
    subject: "node",
    topology: relayAlone,
    mutates: "nothing",
    tags: ["#relay", "#wire"],
    variants: ofEight,
    network: (spread) => ({ ...spread, shards: [spareShard(spread)] }),
    meaningful: (cast, { networkShards }) => spreads("node", networkShards)(cast) && sets("node", "contentTopic")(cast),
    async observe(scene) {
      const contentTopic = contentTopics[0] as string;
      const { start, announced, told } = await started(scene, { settings: { contentTopic } });
      const right = derived(contentTopic, scene.variant);
      return {
        start: exact(start),
        announced: set(announced),
        shards: set(told?.metadata?.shards ?? []),
        right: { topics: [scene.pubsubTopic, right], shards: [scene.pubsubTopic, right].map((topic) => shardOf(topic)?.shard ?? null) },
      };
    },
    judge({ start, announced, shards, right }) {
      expect(start, "did-not-start", "start").to.equal("ok");
      expect(announced, "wrong-value", "announced").to.have.members(right.topics);
      expect(shards, "wrong-value", "shards").to.have.members(right.shards);
    },
  });

  check({
    id: "sharding/unspecified-topics",
    title: "a relay that is told no network joins no topic but shards of the cluster that its metadata names, as many as that has",
    requirements: ["23-TOPICS-03", "51-SHARD-01", "51-SHARD-03", "51-SHARD-17"],
    subject: "node",
    topology: anyoneAlone,
    mutates: "nothing",
    tags: ["#relay", "#wire"],
    meaningful: has("node", "relay"),
    async observe(scene) {
      const { start, announced, told } = await started(scene, { unspecified: true, shards: [] });
      return { start: exact(start), announced: set(announced), clusterId: exact(told?.metadata?.clusterId ?? null) };
    },
    judge({ start, announced, clusterId }) {
      expect(start, "did-not-start", "start").to.equal("ok");
      const shards = announced.map(shardOf);
      const named = announced.filter((_, index) => shards[index] === undefined);
      const elsewhere = shards.filter((shard) => shard?.cluster !== clusterId);
      const beyond = shards.filter((shard) => shard?.cluster === wakuNetworkCluster && shard.shard >= wakuNetworkShards);
      expect(named, "accepted-invalid-topic", "announced").to.deep.equal([]);
      expect(elsewhere, "wrong-value", "announced").to.deep.equal([]);
      expect(beyond, "wrong-value", "announced").to.deep.equal([]);
    },
  });

  check({
    id: "sharding/unspecified-network",
    title: "which network a node is of that is told none, what it tells of it, and what it serves",
    requirements: ["23-TOPICS-04", "51-SHARD-18", "64-NET-15"],
    subject: "node",
    topology: anyoneAlone,
    mutates: "nothing",
    tags: ["#metadata", "#wire"],
    meaningful: has("node", "metadata"),
    async observe(scene) {
      const { start, announced, told, keepsPeers, serves } = await started(scene, { unspecified: true, shards: [] });
      return {
        start: exact(start),
        keepsPeers: exact(keepsPeers),
        announced: set(announced),
        clusterId: exact(told?.metadata?.clusterId ?? null),
        shards: set(told?.metadata?.shards ?? []),
        record: exact(told?.record?.clusterId ?? null),
        serves: set(serves),
      };
    },
  });
});
