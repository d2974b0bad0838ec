import type { Gossip } from "../../fixtures/contract/gossip.ts";
import { poll } from "../../fixtures/waiting.ts";
import { demandOk, must, seen } from "../../harness/answers.ts";
import { has, offers, sets } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { roomForShards } from "../discovery/own-record.ts";
import { neighbour } from "../relay/wire-scene.ts";
import { askedInTurn } from "../sharding/asked-in-turn.ts";
import { announcedBy } from "../sharding/stray-scene.ts";
import { ofRelay, range, topicOf } from "./shard-peers.ts";

const tags = [...ofRelay.tags, "#scale"];
const hundred = 100;

/** How many of these topics the subject says that it has joined, once they are as many as awaited, or the bound has passed. */
const announcedOf = (scene: Scene<unknown>, gossip: Gossip, topics: readonly string[], awaited: number): Promise<number> =>
  poll(
    async () => announcedBy(gossip, scene.subject.peerId).filter((topic) => topics.includes(topic)).length,
    (count) => count === awaited,
    scene.subject.capabilities.timings.settledMs,
  );

/** What a node's record has to name besides the shards, as there is not room for everything. */
interface Starting {
  readonly tcpAlone?: boolean;
  readonly finds?: boolean;
}
const starts: Record<string, Starting> = {
  "every-transport": {},
  "tcp-alone": { tcpAlone: true },
  "in-discv5": { finds: true },
};

/** Starts one more node. @returns how long its program took until it could be asked, in ms */
async function started(scene: Scene<Starting>, shards: readonly number[]) {
  let begun = 0;
  const told = { shards, ...(scene.variant.finds && { discovery: { bootstrap: [] } }) };
  const answer = await scene.launch(told, () => {
    begun = performance.now();
  });
  return { answer, ms: Math.round(performance.now() - begun) };
}

const ways: Record<string, { readonly met: boolean; readonly inOneCall: boolean }> = {
  alone: { met: false, inOneCall: false },
  "alone-in-one-call": { met: false, inOneCall: true },
  "beside-a-peer": { met: true, inOneCall: false },
  "beside-a-peer-in-one-call": { met: true, inOneCall: true },
};

describe("a hundred shards", () => {
  check({
    ...ofRelay,
    id: "peer-management/joins-a-hundred",
    revision: 2,
    title: "a relay joins a hundred shards and leaves them, each call answered, and tells a peer so, whoever had joined them before",
    requirements: ["11-RELAY-12", "51-SHARD-04", "REC-SHARD-06"],
    tags,
    variants: ways,
    meaningful: (cast) => ofRelay.meaningful(cast) && offers("node", "relay.subscribe", "relay.unsubscribe")(cast),
    async observe(scene) {
      const { subject, pubsubTopic } = scene;
      const { met, inOneCall } = scene.variant;
      const topics = range(hundred).map((shard) => topicOf(scene, shard + 100));
      const calls = inOneCall ? [topics] : topics.map((topic) => [topic]);
      const before = met ? await neighbour(scene, { topics: [pubsubTopic, ...topics] }) : undefined;
      const joins = await askedInTurn(calls, async (...some) => subject.relay?.subscribe(...some));
      if (joins.outcome !== "ok") return { joins, answered: exact(false) };
      const { gossip } = before ?? (await neighbour(scene));
      const joined = await announcedOf(scene, gossip, topics, hundred);
      const leaves = await askedInTurn(calls, async (...some) => subject.relay?.unsubscribe(...some));
      if (leaves.outcome !== "ok") return { joins, joined, leaves, answered: exact(false) };
      return { joins, joined: exact(joined), leaves, answered: exact(true), kept: exact(await announcedOf(scene, gossip, topics, 0)) };
    },
    judge({ joins, joined, leaves, kept }) {
      demandOk(joins, "joins");
      expect(joined, "answered-success-no-effect", "joined").to.equal(hundred);
      if (leaves) demandOk(leaves, "leaves");
      expect(kept, "answered-success-no-effect", "kept").to.equal(0);
    },
  });

  check({
    ...ofRelay,
    id: "peer-management/starts-with-a-hundred",
    revision: 2,
    title: "a relay starts with a hundred shards, and tells a peer of each; how long until it can be asked, and with one shard",
    requirements: ["51-SHARD-04", "REC-SHARD-06"],
    tags,
    mutates: "nothing",
    variants: starts,
    meaningful: (cast, { tcpAlone, finds }) =>
      ofRelay.meaningful(cast) && (!tcpAlone || sets("node", "webSockets")(cast)) && (!finds || has("node", "discovery")(cast)),
    settings: (how, cast) => (how.tcpAlone || how.finds ? roomForShards(how, cast) : {}),
    async observe(scene) {
      const shards = range(hundred);
      const one = await started(scene, [0]);
      await must("starting with one shard", Promise.resolve(one.answer));
      await one.answer.value?.stop();
      const { answer, ms } = await started(scene, shards);
      const start = seen(answer);
      const { value: node } = answer;
      if (node === undefined) return { start, oneMs: one.ms, ms, announced: exact(null) };
      const itself = { ...scene, subject: node };
      const { gossip } = await neighbour(itself);
      const topics = shards.map((shard) => topicOf(scene, shard));
      return { start, oneMs: one.ms, ms, announced: exact(await announcedOf(itself, gossip, topics, hundred)) };
    },
    judge({ start, announced }) {
      demandOk(start, "start");
      expect(announced, "answered-success-no-effect", "announced").to.equal(hundred);
    },
  });
});
