import type { PubsubMessage } from "../../fixtures/contract/gossip.ts";
import { poll } from "../../fixtures/waiting.ts";
import { must } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { measured } from "../measured.ts";
import { heartbeatMs, isOf, type Neighbour } from "../relay/wire-scene.ts";
import { extremes } from "./extremes.ts";
import { type Message, signed, unsigned } from "./messages.ts";
import { counters } from "./metrics.ts";
import { bytesOf, draft, neighbours, ofProtected, passes, strangers, topicOf } from "./wire-scene.ts";

type Any = Scene<unknown>;
const tags = ["#psk", "#wire"];

/**
 * Rejected messages after which a peer is not listened to any more: more than ten within 12 s (57-PSK-12), and so many more that
 * it stays so when half of them are forgotten.
 */
const offences = 30;
/** In which a peer is parted from: scores are looked at every so often. */
const partedMs = 12_000;

/** A score may be as old as a heartbeat before it counts. */
const ratedMs = 5 * heartbeatMs;
/** For what a node still has to look at before it gets to honest messages. */
const recoveryMs = 60_000;

/** So many messages that nobody signed, in one frame. */
const offend = (scene: Any, { gossip }: Neighbour, count: number): void =>
  gossip.send({
    publish: Array.from({ length: count }, () => ({ topicIDs: [topicOf(scene, 1)], data: bytesOf(unsigned(draft(scene))) })),
  });

const offenders = (scene: Any, count: number): Promise<Neighbour[]> => strangers(scene, count, [topicOf(scene, 0), topicOf(scene, 1)]);

/** The same signature, which is of others, under another payload. */
const stray = (scene: Any, message: Message): PubsubMessage => ({
  topicIDs: [topicOf(scene, 1)],
  data: bytesOf({ ...message, payload: Buffer.from(scene.freshKey(), "hex") }),
});

describe("protected shards: offenders", () => {
  check({
    ...ofProtected,
    id: "protected-shards/penalty",
    title: "a peer that hands on what is rejected again and again is no longer listened to and parted from; others are",
    requirements: ["10-WAKU2-15", "29-CONFIG-15", "57-PSK-12", "REC-PSK-09"],
    tags,
    async observe(scene) {
      const { subject } = scene;
      const [from, to] = await neighbours(scene);
      const [bad] = (await offenders(scene, 1)) as [Neighbour];
      const before = await passes(scene, bad, to);
      // Again and again: a score fades. What it sends after that is sound, on this shard and on an open one.
      const heard = await poll(
        async () => {
          offend(scene, bad, offences);
          return passes(scene, bad, to, 1, signed, heartbeatMs);
        },
        (still) => !still,
        ratedMs,
      );
      const heardElsewhere = await passes(scene, bad, to, 0, unsigned, heartbeatMs);
      const connected = await poll(
        async () => bad.probe.connected(subject.peerId),
        (still) => !still,
        partedMs,
      );
      return {
        before: exact(before),
        heard: exact(heard),
        heardElsewhere: exact(heardElsewhere),
        parted: exact(!connected),
        proof: exact(await passes(scene, from, to)),
      };
    },
    judge({ before, heard, parted, proof }) {
      expect(before, "not-delivered", "before").to.equal(true);
      expect(proof, "not-delivered", "proof").to.equal(true);
      expect(heard, "accepted-invalid", "heard").to.equal(false);
      expect(parted, "accepted-invalid", "parted").to.equal(true);
    },
  });

  check({
    ...ofProtected,
    id: "protected-shards/penalty-of-replay",
    title: "whether a peer that sends a captured message again and again, in other bytes each time, is still listened to",
    requirements: ["REC-PSK-07"],
    tags,
    async observe(scene) {
      const [, to] = await neighbours(scene);
      const [bad] = (await offenders(scene, 1)) as [Neighbour];
      const message = signed(draft(scene));
      for (let version = 0; version < offences; version += 1) bad.gossip.publish(topicOf(scene, 1), bytesOf({ ...message, version }));
      // Who is penalised is so at a heartbeat.
      await scene.elapse(2 * heartbeatMs);
      return { heard: exact(await passes(scene, bad, to)) };
    },
    judge({ heard }) {
      expect(heard, "refused-valid", "heard").to.equal(true);
    },
  });

  check(
    measured({
      ...ofProtected,
      id: "protected-shards/flood",
      title: "two thousand messages that others signed, from twenty peers, leave a node alive, and honest messages pass",
      requirements: ["57-PSK-10", "REC-PSK-10", "CONN-05"],
      tags: [...tags, "#hostile"],
      mutates: "node",
      async observe(scene) {
        const [from, to] = await neighbours(scene);
        const bad = await offenders(scene, 20);
        const badly = signed({ ...draft(scene), own: draft(scene).other });
        const begun = performance.now();
        const { cpuMs } = await scene.subject.stats();
        const honest: string[] = [];
        for (let round = 0; round < 10; round += 1) {
          for (const { gossip } of bad) gossip.send({ publish: Array.from({ length: 10 }, () => stray(scene, badly)) });
          const message = signed(draft(scene));
          honest.push(message.contentTopic ?? "");
          from.gossip.publish(topicOf(scene, 1), bytesOf(message));
          await scene.elapse(heartbeatMs / 100);
        }
        const after = await passes(scene, from, to, 1, signed, recoveryMs);
        const came = to.gossip.delivered(topicOf(scene, 1));
        const during = honest.filter((contentTopic) => came.some(({ message }) => isOf(message, contentTopic))).length;
        const ms = performance.now() - begun;
        return {
          after: exact(after),
          strayed: exact(came.filter(({ message }) => isOf(message, badly.contentTopic ?? "")).length),
          during: { sent: honest.length, came: during },
          cost: { ms: Math.round(ms), cpuMs: (await scene.subject.stats()).cpuMs - cpuMs },
        };
      },
      judge({ after, strayed }) {
        expect(after, "not-delivered", "after").to.equal(true);
        expect(strayed, "accepted-invalid", "strayed").to.equal(0);
      },
    }),
  );

  check(
    measured({
      ...ofProtected,
      id: "protected-shards/extremes",
      title: "what becomes of a signed message with a field at its extreme; others are handed on after it",
      requirements: ["57-PSK-10", "REC-PSK-10", "CONN-05"],
      tags: [...tags, "#hostile"],
      mutates: "node",
      variants: extremes,
      async observe(scene) {
        const [from, to] = await neighbours(scene);
        const topic = topicOf(scene, 1);
        const handed: Record<string, unknown> = {};
        for (const [name, extreme] of scene.variant) {
          const [bad] = (await offenders(scene, 1)) as [Neighbour];
          const bytes = Buffer.from(extreme(draft(scene)));
          bad.gossip.publish(topic, bytes);
          // From the same stream and sound, so that what was sent before it has been dealt with when it comes.
          const heard = await passes(scene, bad, to, 1, signed, heartbeatMs);
          await passes(scene, from, to);
          const came = to.gossip.delivered(topic).filter(({ message }) => bytes.equals(message.data ?? new Uint8Array()));
          handed[name] = { handedOn: exact(came.length), heard: exact(heard) };
        }
        return { handed, proof: exact(await passes(scene, from, to)) };
      },
      judge({ proof }) {
        expect(proof, "not-delivered", "proof").to.equal(true);
      },
    }),
  );
});

/** Sent in the check of metrics: numbers that nothing else there comes to. */
const [accepted, rejected] = [13, 29];

describe("protected shards: what is counted", () => {
  check({
    ...ofProtected,
    id: "protected-shards/metrics",
    title: "messages that are accepted and those that are rejected are counted",
    requirements: ["57-PSK-11", "REC-PSK-08"],
    tags,
    async observe(scene) {
      const { subject } = scene;
      const read = async () => counters((await must("reading the metrics", subject.metrics?.())) ?? "");
      const [from, to] = await neighbours(scene);
      // So many that none of them is parted from.
      const bad = await offenders(scene, 5);
      const before = await read();
      for (let sent = 0; sent < rejected; sent += 1) offend(scene, bad[sent % bad.length] as Neighbour, 1);
      const honest = await Promise.all(Array.from({ length: accepted }, () => passes(scene, from, to)));
      const movedBy = (after: Awaited<ReturnType<typeof read>>, by: number) =>
        [...after].filter(([name, value]) => value - (before.get(name) ?? 0) === by).map(([name]) => name);
      const after = await poll(
        read,
        (now) => movedBy(now, accepted).length > 0 && movedBy(now, rejected).length > 0,
        subject.capabilities.timings.deliveryMs,
      );
      return {
        came: exact(honest.filter(Boolean).length),
        acceptedIn: movedBy(after, accepted),
        rejectedIn: movedBy(after, rejected),
        counted: exact({ accepted: movedBy(after, accepted).length > 0, rejected: movedBy(after, rejected).length > 0 }),
      };
    },
    judge({ came, counted }) {
      expect(came, "not-delivered", "came").to.equal(accepted);
      expect(counted, "wrong-value", "counted").to.deep.equal({ accepted: true, rejected: true });
    },
  });
});
