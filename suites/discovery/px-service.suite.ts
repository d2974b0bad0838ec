import type { Muxer } from "../../fixtures/contract/probe.ts";
import { poll } from "../../fixtures/waiting.ts";
import { must } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { expect } from "../../harness/expect.ts";
import { meet } from "../../harness/meeting.ts";
import { exact, set } from "../../harness/observation.ts";
import { readRecord } from "../../rfc-checks/rules/enr-record.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { peerExchangeProtocol } from "../../rfc-checks/wire/peer-exchange.ts";
import { byteByByte, type Cut, inOneWrite, inTwoWrites } from "../../rfc-checks/wire/pieces.ts";
import { anyoneAlone } from "../../topologies/index.ts";
import { discoveryMs, relayOf } from "./discovery-scene.ts";
import { answered, faultsOf, ofService, query, Service } from "./px-scene.ts";

const cuts: Record<string, Cut> = { "in-one-write": inOneWrite, "in-two-writes": inTwoWrites, "byte-by-byte": byteByByte };
const overEachMuxer = Object.fromEntries(
  (["yamux", "mplex"] as const satisfies readonly Muxer[]).flatMap((muxer) =>
    Object.entries(cuts).map(([name, cut]) => [`${muxer}-${name}`, { muxer, cut }]),
  ),
);

/** Asked for, against what is there; one more is what tells a limit from the lack of more. */
const fewer = { one: 1n, three: 3n };
const many = { "as-many": 6n, thousand: 1_000n, "uint32-max": 2n ** 32n - 1n };
const odd: Record<string, bigint | undefined> = { zero: 0n, absent: undefined };

describe("peer exchange service", () => {
  check({
    ...ofService,
    id: "discovery/px-answer",
    title: "a query is answered by one response with records of nodes of Waku, however its bytes come",
    requirements: ["34-PX-01", "34-PX-03", "10-WAKU2-01"],
    variants: overEachMuxer,
    meaningful: ({ node }, { muxer }) => node?.muxers.includes(muxer) === true,
    async observe(scene) {
      const service = await Service.leading(scene, 2, scene.variant.muxer);
      await service.handed(2);
      const exchange = await service.play([...scene.variant.cut(frame(query(2n))), { close: true }]);
      const { records, ...answer } = answered(exchange);
      const whole = exchange.frames.reduce((sum, one) => sum + frame(one).length, 0);
      const known = service.known.map(({ record }) => record);
      return {
        answer: { ...answer, faults: set(faultsOf(records)) },
        entries: exact(records.length),
        strangers: exact(records.filter((record) => !known.includes(record)).length),
        unframed: exact(exchange.bytes.length - whole),
        records,
      };
    },
    judge({ answer, entries, strangers, unframed }) {
      expect(answer.outcome, "no-answer", "answer.outcome").to.equal("answered");
      expect(answer.deviations, "not-by-the-book", "answer.deviations").to.deep.equal([]);
      expect(answer.response, "wrong-value", "answer.response").to.equal(true);
      expect(answer.query, "wrong-value", "answer.query").to.equal(false);
      expect(answer.faults, "not-by-the-book", "answer.faults").to.deep.equal([]);
      expect(entries, "wrong-value", "entries").to.equal(2);
      expect(strangers, "wrong-value", "strangers").to.equal(0);
      expect(unframed, "wrong-value", "unframed").to.equal(0);
    },
  });

  check({
    ...ofService,
    id: "discovery/px-count",
    title: "a response has at most as many records as were asked for, and no record twice",
    requirements: ["34-PX-02"],
    variants: { ...fewer, ...many },
    async observe(scene) {
      const service = await Service.stocked(scene, 6);
      const { outcome, records } = await service.ask(scene.variant);
      return { outcome, entries: exact(records.length), distinct: exact(new Set(records).size) };
    },
    judge({ outcome, entries, distinct }, { variant }) {
      expect(outcome, "no-answer", "outcome").to.equal("answered");
      expect(entries, "wrong-value", "entries").to.be.within(1, Number(variant));
      expect(distinct, "delivered-twice", "distinct").to.equal(entries);
    },
  });

  check({
    ...ofService,
    id: "discovery/px-huge-count",
    title: "a service that was asked for more records than a number can say still answers another peer",
    requirements: ["34-PX-02", "CONN-05"],
    tags: ["#wire", "#hostile"],
    mutates: "node",
    variants: { "int64-max": 2n ** 63n - 1n, "int64-over": 2n ** 63n, "uint64-max": 2n ** 64n - 1n },
    async observe(scene) {
      const service = await Service.stocked(scene, 2);
      const { outcome, records } = await service.ask(scene.variant);
      const other = await scene.probe();
      const met = await meet(other, scene.subject);
      const fair = answered(
        await other.exchange(scene.subject.peerId, peerExchangeProtocol, [{ write: frame(query(1n)) }, { close: true }], {
          ms: scene.subject.capabilities.timings.callMs,
        }),
      );
      return { outcome, entries: exact(records.length), met: exact(met.outcome), fair: exact(fair.records.length) };
    },
    judge({ met, fair }) {
      expect(met, "not-connected", "met").to.equal("ok");
      expect(fair, "no-answer", "fair").to.equal(1);
    },
  });

  check({
    ...ofService,
    id: "discovery/px-no-count",
    title: "a query for no records, or without a number, is answered with none",
    requirements: ["REC-DISC-05"],
    variants: odd,
    async observe(scene) {
      const service = await Service.stocked(scene, 2);
      const { outcome, records } = await service.ask(scene.variant);
      return { outcome, entries: exact(records.length) };
    },
    judge({ outcome, entries }) {
      expect(outcome, "no-answer", "outcome").to.equal("answered");
      expect(entries, "wrong-value", "entries").to.equal(0);
    },
  });

  check({
    ...ofService,
    id: "discovery/px-source",
    title: "a service hands out what it has discovered, neither its own record nor that of a peer it is merely connected to",
    requirements: ["34-PX-04", "34-PX-05"],
    async observe(scene) {
      const service = await Service.stocked(scene, 3);
      // The asker is connected, and has a record, which only others know.
      const connected = await scene.discoveryProbe({ fields: relayOf(scene.clusterId, [0]) });
      const used = await scene.probe({ privateKey: connected.privateKey });
      await must("connecting", meet(used, scene.subject));
      const { outcome, records } = await service.ask(1_000n);
      const known = service.known.map(({ record }) => record);
      return { outcome, entries: exact(records.length > 0), others: exact(records.filter((record) => !known.includes(record)).length) };
    },
    judge({ outcome, entries, others }) {
      expect(outcome, "no-answer", "outcome").to.equal("answered");
      expect(entries, "no-answer", "entries").to.equal(true);
      expect(others, "wrong-value", "others").to.equal(0);
    },
  });

  check({
    ...ofService,
    id: "discovery/px-without-discv5",
    title: "a service that does not discover hands out nobody, whoever is connected to it",
    requirements: ["34-PX-04", "34-PX-05"],
    topology: anyoneAlone,
    async observe(scene) {
      const { peerId, capabilities } = scene.subject;
      const [peer, asker] = [await scene.probe(), await scene.probe()];
      for (const one of [peer, asker]) await must("connecting", meet(one, scene.subject));
      const script = [{ write: frame(query(100n)) }, { close: true }] as const;
      const { outcome, records } = answered(
        await asker.exchange(peerId, peerExchangeProtocol, script, { ms: capabilities.timings.callMs }),
      );
      return { outcome, entries: exact(records.length) };
    },
    judge({ outcome, entries }) {
      expect(outcome, "no-answer", "outcome").to.equal("answered");
      expect(entries, "wrong-value", "entries").to.equal(0);
    },
  });

  check({
    ...ofService,
    id: "discovery/px-fetched-before",
    title: "records are there before they are asked for: the network may be gone by then",
    requirements: ["34-PX-06"],
    async observe(scene) {
      const service = await Service.stocked(scene, 3);
      for (const peer of service.known) await peer.close();
      const { outcome, records } = await service.ask(3n);
      return { outcome, entries: exact(records.length) };
    },
    judge({ outcome, entries }) {
      expect(outcome, "no-answer", "outcome").to.equal("answered");
      expect(entries, "wrong-value", "entries").to.equal(3);
    },
  });

  check({
    ...ofService,
    id: "discovery/px-different-records",
    title: "responses differ: each record is given once, or they are drawn at random",
    requirements: ["34-PX-07"],
    async observe(scene) {
      const service = await Service.stocked(scene, 12);
      const answers: (readonly string[])[] = [];
      for (let asked = 0; asked < 4; asked += 1) answers.push((await service.ask(3n)).records);
      const given = answers.flat();
      return { answers: exact(answers.filter((records) => records.length > 0).length), distinct: new Set(given).size };
    },
    judge({ answers, distinct }) {
      expect(answers, "no-answer", "answers").to.be.above(1);
      expect(distinct, "wrong-value", "distinct").to.be.above(3);
    },
  });

  check({
    ...ofService,
    id: "discovery/px-newer-record",
    title: "a record that has changed takes the place of the one before",
    requirements: ["34-PX-08"],
    async observe(scene) {
      const service = await Service.stocked(scene, 2);
      const [changing] = service.found;
      if (!changing) throw new Error("nobody was found");
      changing.describe(relayOf(scene.clusterId, [0, 7]));
      service.offer();
      const current = changing.record;
      const records = await poll(
        async () => (await service.ask(1_000n)).records,
        (handed) => handed.includes(current),
        // Some learn of it only when the turn comes to the peer to be asked whether it is still there.
        2 * discoveryMs(scene.subject),
      );
      return { newer: exact(records.includes(current)), seqs: records.map((record) => seqOf(record)) };
    },
    judge({ newer }) {
      expect(newer, "wrong-value", "newer").to.equal(true);
    },
  });

  for (const { id, title, count, tags } of [
    { id: "discovery/px-keeps-a-dozen", title: "a service keeps a dozen records that it has found", count: 12, tags: [] },
    { id: "discovery/px-keeps-sixty", title: "a service keeps 60 records at least", count: 60, tags: ["#slow"] },
  ])
    check({
      ...ofService,
      id,
      title,
      requirements: ["34-PX-09"],
      tags: [...ofService.tags, ...tags],
      async observe(scene) {
        const service = await Service.leading(scene, count);
        // Some take their time over each that they find.
        const { length } = await service.handed(count, Math.ceil(count / 12));
        if (length < count && service.unasked > 0) throw new CouldNotRun(`it has not asked ${service.unasked} of those who lead it twice`);
        return { enough: exact(length >= count), records: length };
      },
      judge({ enough }) {
        expect(enough, "limit-too-low", "enough").to.equal(true);
      },
    });

  check({
    ...ofService,
    id: "discovery/px-burst",
    title: "whether a peer that asks again at once is answered each time",
    requirements: ["34-PX-10"],
    async observe(scene) {
      await Service.stocked(scene, 2);
      const hasty = await scene.probe({ paced: false });
      await must("connecting", meet(hasty, scene.subject));
      const script = [{ write: frame(query(1n)) }, { close: true }] as const;
      const { callMs } = scene.subject.capabilities.timings;
      const exchanges = await Promise.all(
        Array.from({ length: 5 }, () => hasty.exchange(scene.subject.peerId, peerExchangeProtocol, script, { ms: callMs })),
      );
      const outcomes = exchanges.map(({ outcome }) => outcome);
      return { all: exact(outcomes.every((outcome) => outcome === "answered")), some: exact(outcomes.includes("answered")), outcomes };
    },
  });
});

function seqOf(record: string): string {
  const reading = readRecord(record);
  return "record" in reading ? String(reading.record.seq) : reading.fault;
}
