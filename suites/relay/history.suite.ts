import { must } from "../../harness/answers.ts";
import { offers } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import { pubsubTopicOf } from "../../rfc-checks/rules/pubsub-topic.ts";
import { around, cameOut, counted, everyRouteTwice, joinedMesh, named, ofHistory, sendAll, settled, subscribes } from "./history-scene.ts";
import { relays } from "./wire-scene.ts";

interface Seen {
  readonly proof: boolean;
  readonly messages: Record<string, { readonly first: unknown; readonly copies: number }>;
}
/** What was taken where it came first was seen: whether it counts elsewhere is another question. */
const taken = (first: unknown): boolean => (first as { readonly outcome?: string } | null)?.outcome === "ok";
function demandHandedOn({ proof, messages }: Seen): void {
  expect(proof, "not-delivered", "proof").to.equal(true);
  for (const [name, { first, copies }] of Object.entries(messages))
    if (!taken(first)) expect(copies, "not-delivered", `messages.${name}.copies`).to.be.above(0);
}

describe("messages that come twice", () => {
  check({
    ...ofHistory,
    id: "relay/history-twice",
    title: "the same bytes that come by any route and again by any are handed on once",
    requirements: ["29-CONFIG-09"],
    async observe(scene) {
      const { pubsubTopic } = scene;
      const sides = await around(scene, [pubsubTopic]);
      const all = await everyRouteTwice(scene, sides);
      await subscribes(scene, sides, all, pubsubTopic);
      const first = await sendAll(scene, all, "first", pubsubTopic);
      const again = await sendAll(scene, await cameOut(scene, sides, all, pubsubTopic), "second", pubsubTopic);
      const proof = exact(await settled(scene, sides, pubsubTopic));
      const messages = named(all, (one, index) => ({ first: first[index], again: again[index], ...counted(sides, one, pubsubTopic) }));
      return { proof, messages };
    },
    judge({ proof, messages }) {
      expect(proof, "not-delivered", "proof").to.equal(true);
      for (const [name, { sameBytes }] of Object.entries(messages))
        expect(sameBytes, sameBytes === 0 ? "not-delivered" : "delivered-twice", `messages.${name}.sameBytes`).to.equal(1);
    },
  });

  check({
    ...ofHistory,
    id: "relay/history-late-receivers",
    title: "what relay peers and clients that come after a message are given when it comes again",
    requirements: ["29-CONFIG-09", "12-FILTER-45"],
    async observe(scene) {
      const { pubsubTopic } = scene;
      const early = await around(scene, [pubsubTopic]);
      const all = await everyRouteTwice(scene, early);
      await sendAll(scene, all, "first", pubsubTopic);
      const same = await cameOut(scene, early, all, pubsubTopic);
      const late = await around(scene, [pubsubTopic]);
      await subscribes(scene, late, all, pubsubTopic);
      const again = await sendAll(scene, same, "second", pubsubTopic);
      const proof = exact(await settled(scene, late, pubsubTopic));
      return { proof, messages: named(all, (one, index) => ({ again: again[index], ...counted(late, one, pubsubTopic) })) };
    },
  });

  check({
    ...ofHistory,
    id: "relay/history-other-shard",
    title: "what becomes of bytes on a shard when they came on another before",
    requirements: ["11-RELAY-13", "12-FILTER-15"],
    async observe(scene) {
      const [here, there] = [0, 1].map((shard) => pubsubTopicOf({ cluster: scene.clusterId, shard })) as [string, string];
      const sides = await around(scene, [here, there]);
      await joinedMesh(scene, sides, there);
      const all = await everyRouteTwice(scene, sides);
      for (const topic of [here, there]) await subscribes(scene, sides, all, topic);
      await sendAll(scene, all, "first", there);
      const same = await cameOut(scene, sides, all, there);
      const again = await sendAll(scene, same, "second", here);
      const proof = exact((await settled(scene, sides, here)) && (await settled(scene, sides, there)));
      return {
        proof,
        messages: named(all, (one, index) => ({ again: again[index], here: counted(sides, one, here), there: counted(sides, one, there) })),
      };
    },
  });

  check({
    ...ofHistory,
    id: "relay/history-refused",
    title: "bytes that came on a shard which the node has not joined are handed on when they come on one that it has",
    requirements: ["REC-SHARD-13"],
    async observe(scene) {
      const { pubsubTopic } = scene;
      const strange = scene.freshPubsubTopic();
      const sides = await around(scene, [pubsubTopic, strange]);
      const all = await everyRouteTwice(scene, sides);
      await subscribes(scene, sides, all, pubsubTopic);
      const first = await sendAll(scene, all, "first", strange);
      await relays(scene, sides.from, sides.to);
      const again = await sendAll(scene, all, "second", pubsubTopic);
      await cameOut(scene, sides, all, pubsubTopic);
      const proof = exact(await settled(scene, sides, pubsubTopic));
      const messages = named(all, (one, index) => ({ first: first[index], again: again[index], ...counted(sides, one, pubsubTopic) }));
      return { proof, messages };
    },
    judge: demandHandedOn,
  });

  check({
    ...ofHistory,
    id: "relay/history-before-joining",
    title: "bytes that came on a shard before the node had joined it are handed on when they come again",
    requirements: ["REC-SHARD-13"],
    meaningful: (cast) => ofHistory.meaningful(cast) && offers("node", "relay.subscribe")(cast),
    async observe(scene) {
      const { pubsubTopic, subject } = scene;
      const later = scene.freshPubsubTopic();
      const sides = await around(scene, [pubsubTopic, later]);
      const all = await everyRouteTwice(scene, sides);
      const first = await sendAll(scene, all, "first", later);
      await relays(scene, sides.from, sides.to);
      await must("joining a shard", subject.relay?.subscribe(later));
      await joinedMesh(scene, sides, later);
      await subscribes(scene, sides, all, later);
      const again = await sendAll(scene, all, "second", later);
      await cameOut(scene, sides, all, later);
      const proof = exact(await settled(scene, sides, later));
      const messages = named(all, (one, index) => ({ first: first[index], again: again[index], ...counted(sides, one, later) }));
      return { proof, messages };
    },
    judge: demandHandedOn,
  });
});
