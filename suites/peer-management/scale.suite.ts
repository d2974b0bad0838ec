import { poll } from "../../fixtures/waiting.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { dHigh, dLow } from "../../rfc-checks/rules/mesh.ts";
import { roomForShards } from "../discovery/own-record.ts";
import { heartbeatMs, same, wakuMessage } from "../relay/wire-scene.ts";
import { ofRelay, range, roomy, type ShardPeer } from "./shard-peers.ts";
import { type Spread, spreadOut } from "./spread.ts";

const tags = [...ofRelay.tags, "#scale"];
/** Messages that are on their way at a time. */
const together = 10;
const [scarce, enough, many] = [dLow - 1, 8, dHigh + 4];
const spreads: Record<string, Spread> = {
  "50-shards": { shards: 50, peers: enough, shared: true },
  "100-shards": { shards: 100, peers: enough, shared: true },
  "50-shards-scarce": { shards: 50, peers: scarce, shared: true },
  "100-shards-scarce": { shards: 100, peers: scarce, shared: true },
  "50-shards-many": { shards: 50, peers: many, shared: true },
  "100-shards-many": { shards: 100, peers: many, shared: true },
  "50-shards-dialled": { shards: 50, peers: enough, shared: true, dials: "all" },
  "100-shards-half-dialled": { shards: 100, peers: many, shared: true, dials: "every-other" },
  // One who speaks and one who hears.
  "50-shards-apart": { shards: 50, peers: 2 },
};

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
    variants: spreads,
    network: ({ shards }) => ({ shards: range(shards) }),
    settings: (spread, cast) => ({ node: { ...roomy(spread, cast).node, ...roomForShards(spread, cast).node } }),
    async observe(scene) {
      const { topics, peers, watched, formedMs, ends, thin, crowded } = await spreadOut(scene, scene.variant);
      const rpcs = () => peers.reduce((sum, { gossip }) => sum + gossip.received.length + gossip.dropped, 0);
      const [before, spent, idleFor] = [rpcs(), await scene.subject.stats(), 5];
      await scene.elapse(idleFor * heartbeatMs);
      const [idle, { rssBytes, cpuMs }] = [rpcs() - before, await scene.subject.stats()];
      // Some at a time: what is asked is whether each shard works, not how large a burst may be.
      const silent: string[] = [];
      for (let next = 0; next < topics.length; next += together)
        silent.push(...(await unheard(scene, peers, topics.slice(next, next + together))));
      return {
        formedMs,
        ...{ shards: watched(), ends },
        // A thread of the harness cannot tell its own.
        idleCpuMsPerHeartbeat: cpuMs === 0 ? undefined : (cpuMs - spent.cpuMs) / idleFor,
        rssBytes,
        rpcsPerPeerAndHeartbeat: Number((idle / peers.length / idleFor).toFixed(1)),
        ...{ thin, crowded },
        silent: exact(silent.length),
      };
    },
    judge({ thin, crowded, silent }) {
      expect(thin, "wrong-value", "thin").to.equal(0);
      expect(crowded, "wrong-value", "crowded").to.equal(0);
      expect(silent, "not-delivered", "silent").to.equal(0);
    },
  });
});
