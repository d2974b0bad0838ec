import { poll } from "../../fixtures/waiting.ts";
import { seen } from "../../harness/answers.ts";
import { offers } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { dHigh, dLow } from "../../rfc-checks/rules/mesh.ts";
import { roomForShards } from "../discovery/own-record.ts";
import { heartbeatMs, neighbour, same, wakuMessage } from "../relay/wire-scene.ts";
import { announcedBy } from "../sharding/stray-scene.ts";
import { watchMeshes } from "./mesh-watch.ts";
import { kept, ofRelay, peersOn, range, roomy, type ShardPeer, settles, topicOf } from "./shard-peers.ts";

const tags = [...ofRelay.tags, "#scale"];
/** Messages that are on their way at a time. */
const together = 10;
const sizes = { "50-shards": 50, "100-shards": 100 };

/** Of these topics, those on which a message of one mesh peer reaches no other before the bound. */
async function unheard(scene: Scene<unknown>, peers: readonly ShardPeer[], topics: readonly string[]): Promise<string[]> {
  const messages = topics.map((topic) => ({ topic, data: wakuMessage(scene) }));
  for (const { topic, data } of messages) peers.find(({ gossip }) => gossip.meshOf(topic).length > 0)?.gossip.publish(topic, data);
  const came = ({ topic, data }: (typeof messages)[number]) =>
    peers.some(({ gossip }) => gossip.delivered(topic).some(({ message }) => same(message.data, data)));
  const missing = await poll(
    async () => messages.filter((message) => !came(message)),
    ({ length }) => length === 0,
    scene.subject.capabilities.timings.deliveryMs,
  );
  return missing.map(({ topic }) => topic);
}

describe("many shards", () => {
  check({
    ...ofRelay,
    id: "peer-management/many-shards",
    title: "a relay of many shards has a mesh on each of them, and hands on what is sent on each",
    requirements: ["29-CONFIG-02", "51-SHARD-04", "REC-SHARD-07"],
    tags,
    variants: sizes,
    network: (shards) => ({ shards: range(shards) }),
    settings: (shards, cast) => ({ node: { ...roomy(shards, cast).node, ...roomForShards(shards, cast).node } }),
    async observe(scene) {
      const { variant } = scene;
      const topics = range(variant).map((shard) => topicOf(scene, shard));
      const peers = (await peersOn(scene, [{ count: 8, topics }])).flat();
      const watched = watchMeshes(scene, peers, topics);
      const formed = await Promise.all(topics.map((topic) => settles(scene, peers, topic, dLow, dHigh)));
      const meshes = await kept(peers, topics, dLow, dHigh);
      const rpcs = () => peers.reduce((sum, { gossip }) => sum + gossip.received.length + gossip.dropped, 0);
      const [before, spent, idleFor] = [rpcs(), await scene.subject.stats(), 5];
      await scene.elapse(idleFor * heartbeatMs);
      const [idle, { rssBytes, cpuMs }] = [rpcs() - before, await scene.subject.stats()];
      // Some at a time: what is asked is whether each shard works, not how large a burst may be.
      const silent: string[] = [];
      for (let next = 0; next < topics.length; next += together)
        silent.push(...(await unheard(scene, peers, topics.slice(next, next + together))));
      return {
        formedMs: Math.max(...formed.map(({ afterMs }) => afterMs)),
        shards: watched(),
        // A thread of the harness cannot tell its own.
        idleCpuMsPerHeartbeat: cpuMs === 0 ? undefined : (cpuMs - spent.cpuMs) / idleFor,
        rssBytes,
        rpcsPerPeerAndHeartbeat: Number((idle / peers.length / idleFor).toFixed(1)),
        thin: exact(meshes.filter((size) => size < dLow).length),
        crowded: exact(meshes.filter((size) => size > dHigh).length),
        silent: exact(silent.length),
      };
    },
    judge({ thin, crowded, silent }) {
      expect(thin, "wrong-value", "thin").to.equal(0);
      expect(crowded, "wrong-value", "crowded").to.equal(0);
      expect(silent, "not-delivered", "silent").to.equal(0);
    },
  });

  check({
    ...ofRelay,
    id: "peer-management/joins-a-hundred",
    title: "a relay joins a hundred shards one after another, each call answered, and announces all of them",
    requirements: ["51-SHARD-04", "REC-SHARD-06"],
    tags,
    meaningful: (cast) => ofRelay.meaningful(cast) && offers("node", "relay.subscribe")(cast),
    async observe(scene) {
      const { subject } = scene;
      const topics = range(100).map((shard) => topicOf(scene, shard + 100));
      const begun = performance.now();
      const refusals: unknown[] = [];
      for (const topic of topics) {
        const answer = seen(await subject.relay?.subscribe(topic));
        if (answer.outcome.value === "ok") continue;
        refusals.push({ topic, answer });
        // Each costs the whole bound of a call.
        break;
      }
      const joinedMs = Math.round(performance.now() - begun);
      const { gossip } = await neighbour(scene, { topics: [] });
      const announced = await poll(
        async () => announcedBy(gossip, subject.peerId),
        ({ length }) => length > topics.length,
        subject.capabilities.timings.settledMs,
      );
      return { joinedMs, refusals, missing: exact(topics.filter((topic) => !announced.includes(topic)).length) };
    },
    judge({ refusals, missing }) {
      expect(refusals, "no-answer", "refusals").to.deep.equal([]);
      expect(missing, "wrong-value", "missing").to.equal(0);
    },
  });

  check({
    ...ofRelay,
    id: "peer-management/starts-with-a-hundred",
    title: "how long a relay takes to start with a hundred shards, and with one; null when it did not in time",
    requirements: ["REC-SHARD-06"],
    tags,
    mutates: "nothing",
    async observe(scene) {
      const timed = async (shards: readonly number[]) => {
        const begun = performance.now();
        const { value: node } = await scene.launch({ shards });
        const ms = Math.round(performance.now() - begun);
        await node?.stop();
        return node ? ms : null;
      };
      return { oneMs: await timed([0]), hundredMs: await timed(range(100)) };
    },
  });
});
