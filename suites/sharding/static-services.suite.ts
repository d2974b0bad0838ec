import type { StartedWakuNode } from "../../fixtures/contract/node.ts";
import { poll } from "../../fixtures/waiting.ts";
import { demandOk, seen } from "../../harness/answers.ts";
import { offers } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { given } from "../../harness/deliveries.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import { lonelyService } from "../../topologies/index.ts";
import { serves, type Version } from "../lightpush/wire-scene.ts";
import { topicOf } from "../peer-management/shard-peers.ts";
import { isOf, neighbour, wakuMessage } from "../relay/wire-scene.ts";
import { network, shards } from "./static-shards.ts";

/** @throws a finding: how often each was pushed is not how often it was to be */
function demandPushes(counts: readonly number[], wanted: readonly number[], path: string): void {
  const missing = counts.some((count, index) => count < (wanted[index] ?? 0));
  expect(counts, missing ? "not-delivered" : "delivered-to-unsubscribed", path).to.deep.equal(wanted);
}

describe("sharding: static shards, at services", () => {
  const ofService = {
    subject: "service",
    topology: lonelyService,
    mutates: "subscriptions",
    network,
  } as const;

  check({
    ...ofService,
    id: "sharding/static-filter",
    revision: 2,
    title: "a client is pushed the messages of the shards that it asked for, and of no other that the service has",
    requirements: ["12-FILTER-15", "51-SHARD-03"],
    tags: ["#filter"],
    meaningful: offers("client", "filter.received by pubsub topic"),
    async observe(scene) {
      const client = scene.nodes.client as StartedWakuNode;
      const [contentTopic, marker] = [scene.freshContentTopic(), scene.freshContentTopic()];
      const { gossip } = await neighbour(scene, { topics: shards.map((shard) => topicOf(scene, shard)) });
      const pushesOf = async (topic: string, wanted: readonly number[]): Promise<number[]> =>
        Promise.all(wanted.map(async (shard) => (await given(client, "filter", topicOf(scene, shard), topic)).length));
      /** How often each shard's message was pushed, as of the start. */
      const pushed = async (wanted: readonly number[]) => {
        const publish = (shard: number, topic: string) =>
          gossip.publish(topicOf(scene, shard), wakuMessage(scene, { contentTopic: topic }));
        // What is wanted last, and a marker after it: by then the others have come that were to stay away.
        for (const [topic, order] of [
          [contentTopic, [...shards.filter((shard) => !wanted.includes(shard)), ...wanted]],
          [marker, wanted],
        ] as const) {
          const before = await pushesOf(topic, wanted);
          for (const shard of order) publish(shard, topic);
          await poll(
            () => pushesOf(topic, wanted),
            (counts) => counts.every((count, index) => count > (before[index] ?? 0)),
            client.capabilities.timings.deliveryMs,
          );
        }
        return Promise.all([pushesOf(contentTopic, shards), pushesOf(marker, wanted)]);
      };
      const first = seen(await client.filter?.subscribe(topicOf(scene, 0), [contentTopic, marker]));
      const [ofOne, firstProof] = await pushed([0]);
      const second = seen(await client.filter?.subscribe(topicOf(scene, 1_023), [contentTopic, marker]));
      const [ofTwo, secondProof] = await pushed([0, 1_023]);
      scene.defer(async () => client.filter?.unsubscribeAll());
      return { first, ofOne: exact(ofOne), second, ofTwo: exact(ofTwo), proof: exact([...firstProof, ...secondProof]) };
    },
    judge({ first, ofOne, second, ofTwo, proof }) {
      demandOk(first, "first");
      demandOk(second, "second");
      demandPushes(ofOne, [1, 0, 0], "ofOne");
      // One that strayed of the first time, and late, is among them.
      demandPushes(ofTwo, [2, 0, 1], "ofTwo");
      demandPushes(proof, [1, 2, 1], "proof");
    },
  });

  check({
    ...ofService,
    id: "sharding/static-lightpush",
    revision: 2,
    title: "what a client pushes to a shard is relayed on that shard, and on no other that the service has",
    requirements: ["19-LPV2-03", "19-LPV3-02", "51-SHARD-03"],
    tags: ["#lightpush"],
    variants: { v2: 2, v3: 3 } as Record<string, Version>,
    meaningful: (cast, version) => cast.client?.lightpushVersions.includes(version) === true && serves(cast, version),
    async observe(scene) {
      const { subject, nodes, variant: version } = scene;
      const client = nodes.client as StartedWakuNode;
      const { gossip } = await neighbour(scene, { topics: shards.map((shard) => topicOf(scene, shard)) });
      for (const shard of shards) gossip.graft(topicOf(scene, shard));
      const on = (contentTopic: string) =>
        shards.filter((one) => gossip.delivered(topicOf(scene, one)).some(({ message }) => isOf(message, contentTopic)));
      /** A message of a content topic of its own. @returns that, once the message has come */
      const push = async (shard: number) => {
        const contentTopic = scene.freshContentTopic();
        const answer = await client.lightpush?.push(version, topicOf(scene, shard), scene.message({ contentTopic }));
        await poll(
          async () => on(contentTopic),
          (found) => found.length > 0,
          answer?.outcome === "ok" ? subject.capabilities.timings.deliveryMs : 0,
        );
        return [shard, contentTopic] as const;
      };
      // The grafts are under way: a push that was made after them may be read before.
      const markers = shards.map((shard) => [shard, scene.freshContentTopic()] as const);
      await poll(
        async () => {
          for (const [shard, contentTopic] of markers)
            await client.lightpush?.push(version, topicOf(scene, shard), scene.message({ contentTopic }));
          return markers.every(([, contentTopic]) => on(contentTopic).length > 0);
        },
        (came) => came,
        subject.capabilities.timings.meshMs,
      );
      // A copy that strays may come after what is waited for: each push has another behind it when it is read.
      const pushes: (readonly [number, string])[] = [];
      for (const shard of [...shards, ...shards]) pushes.push(await push(shard));
      const found = (own: typeof pushes) => exact(Object.fromEntries(own.map(([shard, contentTopic]) => [shard, on(contentTopic)])));
      return { relayed: found(pushes.slice(0, shards.length)), proof: found(pushes.slice(shards.length)) };
    },
    judge({ relayed, proof }) {
      for (const [path, found] of Object.entries({ relayed, proof }))
        for (const shard of shards) {
          const own = found[shard]?.includes(shard);
          expect(found[shard], own ? "delivered-to-unsubscribed" : "not-delivered", `${path}.${shard}`).to.deep.equal([shard]);
        }
    },
  });
});
