import { bytesToHex } from "@noble/hashes/utils";
import { poll } from "../../fixtures/waiting.ts";
import { check } from "../../harness/check.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { relayedTo } from "../../harness/deliveries.ts";
import { expect } from "../../harness/expect.ts";
import { exact, range } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { decode } from "../../rfc-checks/wire/codec.ts";
import { WakuMessage } from "../../rfc-checks/wire/message.ts";
import { copies, heartbeatMs, type Neighbour, neighbour, ofRelay, relayedPair, same, wakuMessage } from "./wire-scene.ts";

/** 29/WAKU2-CONFIG, GossipSub v1.0, in heartbeats. */
const [cached, gossiped] = [5, 3];
const minuteSeconds = 60;
/** Node and harness share their cores with everybody else: either may be late at one of three heartbeats, in ms. */
const slack = heartbeatMs / 2;

/** When a neighbour was told of an id, in ms. */
const told = ({ gossip }: Neighbour, id: string): number[] =>
  gossip.received
    .filter(({ rpc }) => rpc?.control?.ihave?.some(({ messageIDs = [] }) => messageIDs.some((one) => bytesToHex(one) === id)))
    .map(({ atMs }) => atMs);

const ids = ({ gossip }: Neighbour): Set<string> =>
  new Set(gossip.received.flatMap(({ rpc }) => (rpc?.control?.ihave ?? []).flatMap(({ messageIDs = [] }) => messageIDs.map(bytesToHex))));

const want = ({ gossip }: Neighbour, id: string): void => gossip.send({ control: { iwant: [{ messageIDs: [Buffer.from(id, "hex")] }] } });

/** Publishes a message to the subject; the id under which it tells the outsider of it. */
async function published(scene: Scene<unknown>, from: Neighbour, to: Neighbour): Promise<{ data: Uint8Array; id: string | undefined }> {
  const known = ids(to);
  const data = wakuMessage(scene);
  from.gossip.publish(scene.pubsubTopic, data);
  const fresh = () => [...ids(to)].find((id) => !known.has(id));
  const id = await poll(
    async () => fresh(),
    (one) => one !== undefined,
    3 * heartbeatMs,
  );
  return { data, id };
}

/**
 * A neighbour that has sent itself out of the mesh, so that it is told of messages and not given them.
 * @param from through whom it is told of one: until then it may be taken into the mesh once more, and told of nothing at that heartbeat
 */
async function outsider(scene: Scene<unknown>, from: Neighbour): Promise<Neighbour> {
  const one = await neighbour(scene, { polite: false });
  one.gossip.prune(scene.pubsubTopic, undefined, minuteSeconds);
  await published(scene, from, one);
  return one;
}

describe("relay on the wire: gossip", () => {
  check({
    ...ofRelay,
    id: "relay/wire-ihave-iwant",
    title: "a neighbour outside the mesh is told of a message, and is given it when it asks",
    requirements: ["11-RELAY-13", "29-CONFIG-04"],
    tags: ["#wire"],
    mutates: "connections",
    async observe(scene) {
      const from = await neighbour(scene);
      const to = await outsider(scene, from);
      const { data, id } = await published(scene, from, to);
      const unasked = to.gossip.delivered(scene.pubsubTopic).filter(({ message }) => same(message.data, data)).length;
      if (id !== undefined) want(to, id);
      const given = id === undefined ? [] : await copies(scene, to, scene.pubsubTopic, data, unasked + 1);
      return { told: exact(id !== undefined), unasked: exact(unasked), given: exact(given.length - unasked) };
    },
    judge({ told, given }) {
      expect(told, "no-answer", "told").to.equal(true);
      expect(given, "not-delivered", "given").to.equal(1);
    },
  });

  check({
    ...ofRelay,
    id: "relay/wire-heartbeat",
    title: "an id is told at three heartbeats, a second apart",
    requirements: ["29-CONFIG-05", "29-CONFIG-08"],
    tags: ["#wire"],
    mutates: "connections",
    async observe(scene) {
      const from = await neighbour(scene);
      const to = await outsider(scene, from);
      const { id } = await published(scene, from, to);
      if (id !== undefined) await scene.elapse((cached - 0.5) * heartbeatMs);
      const times = id === undefined ? [] : told(to, id);
      const first = times[0] ?? 0;
      const period = times.length < 2 ? 0 : ((times.at(-1) ?? 0) - first) / (times.length - 1);
      return { times: times.map((atMs) => atMs - first), count: exact(times.length), period: range(Math.round(period), slack) };
    },
    judge({ count, period }) {
      expect(count, "wrong-value", "count").to.equal(gossiped);
      expect(period, "wrong-value", "period").to.be.within(heartbeatMs - slack, heartbeatMs + slack);
    },
  });

  check({
    ...ofRelay,
    id: "relay/wire-cache",
    title: "a message is given to who asks for it for five heartbeats, and not much longer",
    requirements: ["29-CONFIG-07"],
    tags: ["#wire"],
    mutates: "connections",
    async observe(scene) {
      const from = await neighbour(scene);
      const to = await outsider(scene, from);
      const { data, id } = await published(scene, from, to);
      if (id === undefined) throw new CouldNotRun("the neighbour outside the mesh was told of nothing");
      const given = () => to.gossip.delivered(scene.pubsubTopic).filter(({ message }) => same(message.data, data)).length;
      // It was told at a heartbeat: of the five the first has passed.
      await scene.elapse((cached - 2.5) * heartbeatMs);
      const unasked = given();
      want(to, id);
      const within = (await copies(scene, to, scene.pubsubTopic, data, unasked + 1)).length;
      await scene.elapse(3 * heartbeatMs);
      want(to, id);
      // What it is given of another message says that the answer is overdue.
      const other = await published(scene, from, to);
      if (other.id !== undefined) want(to, other.id);
      const proof = (await copies(scene, to, scene.pubsubTopic, other.data)).length;
      return { within: exact(within - unasked), unasked, after: exact(given() - within), proof: exact(proof) };
    },
    judge({ within, after, proof }) {
      expect(within, "not-delivered", "within").to.equal(1);
      expect(proof, "not-delivered", "proof").to.be.at.least(1);
      expect(after, "wrong-value", "after").to.equal(0);
    },
  });

  const again: Record<string, { senders: 1 | 2; afterMs: number }> = {
    "at-once": { senders: 1, afterMs: 0 },
    "from-two-peers": { senders: 2, afterMs: 0 },
    "after-8-heartbeats": { senders: 1, afterMs: 8 * heartbeatMs },
  };
  const seenAgain = (id: string, tags: readonly string[], variants: typeof again) =>
    check({
      ...ofRelay,
      id,
      title: "the same bytes are handed on once",
      requirements: ["29-CONFIG-09"],
      tags,
      mutates: "connections",
      variants,
      async observe(scene) {
        const { variant, pubsubTopic, subject } = scene;
        const [from, to] = await relayedPair(scene);
        const data = wakuMessage(scene);
        from.gossip.publish(pubsubTopic, data);
        if ((await copies(scene, to, pubsubTopic, data)).length === 0) throw new CouldNotRun("the message was not handed on once");
        const payload = Buffer.from(decode(WakuMessage, data).value.payload ?? []).toString("base64");
        const sender = variant.senders === 1 ? from : await neighbour(scene);
        await scene.elapse(variant.afterMs);
        // Some part from a peer whose answer to a ping is late, and come back: whether they stay is another check's question.
        if (![sender, to].every(({ gossip }) => gossip.attached(subject.peerId))) throw new CouldNotRun("the neighbours did not stay");
        sender.gossip.publish(pubsubTopic, data);
        const marker = wakuMessage(scene);
        sender.gossip.publish(pubsubTopic, marker);
        const proof = (await copies(scene, to, pubsubTopic, marker)).length;
        const atNode = await relayedTo(subject, pubsubTopic);
        return {
          proof: exact(proof > 0),
          copies: exact(to.gossip.delivered(pubsubTopic).filter(({ message }) => same(message.data, data)).length),
          atNode: exact(atNode.filter((one) => one.payload === payload).length),
        };
      },
      judge({ proof, copies, atNode }) {
        expect(proof, "not-delivered", "proof").to.equal(true);
        expect(copies, "delivered-twice", "copies").to.equal(1);
        expect(atNode, "delivered-twice", "atNode").to.equal(1);
      },
    });
  seenAgain("relay/wire-seen", ["#wire"], again);
  seenAgain("relay/wire-seen-long", ["#wire", "#slow"], { "after-110-heartbeats": { senders: 1, afterMs: 110 * heartbeatMs } });
});
