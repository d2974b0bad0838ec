import { poll } from "../../fixtures/waiting.ts";
import { check } from "../../harness/check.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { expect } from "../../harness/expect.ts";
import { exact, set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { recordText } from "../../rfc-checks/rules/enr-record.ts";
import {
  discv5ProtocolId,
  discv5Version,
  ethereumProtocolId,
  header,
  headerBytes,
  newIv,
  type PacketHeader,
  packetFlag,
  packetOf,
} from "../../rfc-checks/wire/discv5.ts";
import { messageType, numberOf, rlpOf } from "../../rfc-checks/wire/discv5-message.ts";
import { noise } from "../../rfc-checks/wire/noise.ts";
import { discoveryAlone } from "../../topologies/index.ts";
import { discoveryMs, findable, guide, idOf, isDialled, recordOf, relayOf, walks } from "./discovery-scene.ts";
import { addressesIn, readingOf } from "./own-record.ts";

const ofNode = { subject: "node", topology: discoveryAlone, mutates: "subscriptions", tags: ["#wire"] } as const;
const { PING, PONG, FINDNODE, NODES, TALKREQ, TALKRESP } = messageType;

/** Sends what a node without a session sends first. @returns what it is answered with so far */
async function greeting(scene: Scene<unknown>, change: Partial<PacketHeader> = {}) {
  const record = await recordOf(scene.subject);
  const peer = await scene.discoveryProbe({ fields: relayOf(scene.clusterId, [0]) });
  const head = { ...header(packetFlag.message, peer.nodeId), ...change };
  await peer.send(record, packetOf(idOf(record), newIv(), headerBytes(head), noise(33, 44)));
  return { head, answer: async () => peer.received.find((packet) => packet.header.flag === packetFlag.whoareyou)?.header };
}

/** Is a strange greeting answered, and one as it should be? */
async function answersTo(scene: Scene<unknown>, change: Partial<PacketHeader>) {
  const other = await greeting(scene, change);
  const own = await greeting(scene);
  // Once this is answered there was time to answer the other.
  const answered = await poll(own.answer, Boolean, scene.subject.capabilities.timings.callMs);
  return { other: exact((await other.answer()) !== undefined), own: exact(answered !== undefined) };
}

describe("discv5 on the wire", () => {
  check({
    ...ofNode,
    id: "discovery/udp-protocol-id",
    title: "packets carry the protocol id d5waku and version 1",
    requirements: ["33-DISCV5-01"],
    async observe(scene) {
      const { head, answer: answered } = await greeting(scene);
      const answer = await poll(answered, Boolean, scene.subject.capabilities.timings.callMs);
      return {
        protocolId: exact(answer?.protocolId ?? null),
        version: exact(answer?.version ?? null),
        sameNonce: exact(answer !== undefined && Buffer.from(answer.nonce).equals(head.nonce)),
        authdata: exact(answer?.authdata.length ?? null),
      };
    },
    judge({ protocolId, version, sameNonce, authdata }) {
      expect(protocolId, "wrong-value", "protocolId").to.equal(discv5ProtocolId);
      expect(version, "wrong-value", "version").to.equal(discv5Version);
      expect(sameNonce, "wrong-value", "sameNonce").to.equal(true);
      expect(authdata, "not-by-the-book", "authdata").to.equal(24);
    },
  });

  check({
    ...ofNode,
    id: "discovery/udp-other-network",
    title: "a packet of another network is not answered, and one of Waku's after it is",
    requirements: ["33-DISCV5-03"],
    variants: { ethereum: ethereumProtocolId, "near-miss": "d5wakv", capitals: "D5WAKU" },
    observe: (scene) => answersTo(scene, { protocolId: scene.variant }),
    judge({ other, own }) {
      expect(own, "no-answer", "own").to.equal(true);
      expect(other, "accepted-invalid", "other").to.equal(false);
    },
  });

  check({
    ...ofNode,
    id: "discovery/udp-other-version",
    title: "whether a packet of another version is answered",
    requirements: ["33-DISCV5-01"],
    variants: { zero: 0, two: 2, "two-bytes": 257 },
    observe: (scene) => answersTo(scene, { version: scene.variant }),
  });

  check({
    ...ofNode,
    id: "discovery/udp-requests",
    title: "a ping, a request for nodes and one to talk are answered as discv5 has it",
    requirements: ["33-DISCV5-02"],
    async observe(scene) {
      const { callMs } = scene.subject.capabilities.timings;
      const record = await recordOf(scene.subject);
      const peer = await guide(scene);
      const [pong] = await peer.ask(record, PING, [1], callMs);
      const [self] = await peer.ask(record, FINDNODE, [[0]], callMs);
      const [none] = await peer.ask(record, FINDNODE, [[]], callMs);
      const [talk] = await peer.ask(record, TALKREQ, [Buffer.from("made-up"), Uint8Array.of(1)], callMs);
      const own = readingOf(await recordOf(scene.subject)).record;
      const { fields } = readingOf(peer.record);
      const [seq, ip, port] = pong?.items ?? [];
      const [, records = []] = self?.items ?? [];
      return {
        ping: {
          type: exact(pong?.type ?? null),
          seq: exact(numberOf(seq) === own?.seq),
          endpoint: exact(
            Buffer.from((ip as Uint8Array | undefined) ?? []).equals(fields.get("ip") ?? new Uint8Array()) &&
              numberOf(port) === numberOf(fields.get("udp")),
          ),
        },
        self: {
          type: exact(self?.type ?? null),
          records: exact(records.length),
          own: exact(records.length === 1 && recordText(rlpOf(records[0] ?? [])) === record),
        },
        none: { type: exact(none?.type ?? null), records: exact(none?.items[1]?.length ?? null) },
        talk: { type: exact(talk?.type ?? null), bytes: exact(talk?.items[0]?.length ?? null) },
      };
    },
    judge({ ping, self, none, talk }) {
      expect(ping.type, "no-answer", "ping.type").to.equal(PONG);
      expect(ping.seq, "wrong-value", "ping.seq").to.equal(true);
      expect(ping.endpoint, "wrong-value", "ping.endpoint").to.equal(true);
      expect(self.type, "no-answer", "self.type").to.equal(NODES);
      expect(self.own, "wrong-value", "self.own").to.equal(true);
      expect(none.type, "no-answer", "none.type").to.equal(NODES);
      expect(none.records, "wrong-value", "none.records").to.equal(0);
      expect(talk.type, "no-answer", "talk.type").to.equal(TALKRESP);
      expect(talk.bytes, "wrong-value", "talk.bytes").to.equal(0);
    },
  });

  check({
    ...ofNode,
    id: "discovery/udp-walks",
    title: "a node walks through the network: it asks for nodes at distances from 1 to 256, and for no others",
    requirements: ["33-DISCV5-02"],
    mutates: "connections",
    async observe(scene) {
      const peer = await guide(scene);
      await poll(
        async () => walks(peer),
        (count) => count > 1,
        discoveryMs(scene.subject),
      );
      const distances = peer.received.flatMap(({ message }) => {
        const [list = []] = message?.type === FINDNODE ? message.items : [];
        return list instanceof Uint8Array ? [-1] : list.map((each) => Number(numberOf(each) ?? -1));
      });
      return { walks: walks(peer), asked: exact(distances.length > 0), strange: set(distances.filter((each) => each < 0 || each > 256)) };
    },
    judge({ asked, strange }) {
      expect(asked, "no-answer", "asked").to.equal(true);
      expect(strange, "not-by-the-book", "strange").to.deep.equal([]);
    },
  });

  check({
    ...ofNode,
    id: "discovery/keeps-looking",
    title: "a relay of The Waku Network that has found a peer goes on looking",
    requirements: ["64-NET-10"],
    mutates: "connections",
    network: () => ({ clusterId: 1, shards: [0] }),
    async observe(scene) {
      const { subject } = scene;
      const leader = await guide(scene);
      const peer = await findable(scene, leader, relayOf(1, [0]));
      leader.offer([peer.discv5.record]);
      const came = await poll(async () => isDialled(peer, subject), Boolean, discoveryMs(subject));
      if (!came) throw new CouldNotRun("it does not come to the peer that it was led to");
      const before = walks(leader);
      const after = await poll(
        async () => walks(leader),
        (count) => count > before + 1,
        discoveryMs(subject),
      );
      return { goesOn: exact(after > before + 1) };
    },
    judge({ goesOn }) {
      expect(goesOn, "no-answer", "goesOn").to.equal(true);
    },
  });

  check({
    ...ofNode,
    id: "discovery/record-reachable",
    title: "every address in a node's record is one under which it is reached",
    requirements: ["33-DISCV5-06"],
    async observe(scene) {
      const { subject } = scene;
      const record = await recordOf(subject);
      const peer = await scene.discoveryProbe({ fields: relayOf(scene.clusterId, [0]) });
      const pong = await peer.ask(record, PING, [1], subject.capabilities.timings.callMs);
      const reached: string[] = [];
      const missed: string[] = [];
      for (const [name, address] of addressesIn(readingOf(record).fields, subject.peerId)) {
        const probe = await scene.probe();
        const { outcome } = await probe.connect(address);
        (outcome === "ok" ? reached : missed).push(name);
        await probe.close();
      }
      return { udp: exact(pong.length > 0), reached: set(reached), missed: set(missed) };
    },
    judge({ udp, missed }) {
      expect(udp, "no-answer", "udp").to.equal(true);
      expect(missed, "dial-failed", "missed").to.deep.equal([]);
    },
  });
});
