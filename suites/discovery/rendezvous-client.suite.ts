import { privateKeyFromRaw } from "@libp2p/crypto/keys";
import { peerIdFromPrivateKey } from "@libp2p/peer-id";
import { PeerRecord, RecordEnvelope } from "@libp2p/peer-record";
import { multiaddr } from "@multiformats/multiaddr";
import type { Probe, Responder } from "../../fixtures/contract/probe.ts";
import type { Settings } from "../../fixtures/contract/settings.ts";
import { poll } from "../../fixtures/waiting.ts";
import { must } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { addressFor, meet } from "../../harness/meeting.ts";
import { exact, set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import {
  libp2pRendezvousProtocol,
  RendezvousMessage,
  RendezvousStatus,
  RendezvousType,
  rendezvousProtocol,
  WakuPeerRecord,
  wakuPeerRecordDomain,
  wakuPeerRecordType,
} from "../../rfc-checks/wire/rendezvous.ts";
import { anyoneAlone } from "../../topologies/index.ts";
import { requestsTo } from "../requests.ts";
import { strictly } from "../strictly.ts";
import { isDialled } from "./discovery-scene.ts";

const { REGISTER, REGISTER_RESPONSE, DISCOVER, DISCOVER_RESPONSE } = RendezvousType.values;
const { OK } = RendezvousStatus.values;

/** A peer that somebody registered, with the records that stand for it by either protocol. */
async function registered(scene: Scene<unknown>) {
  const privateKey = scene.freshKey();
  const probe = await scene.probe({ privateKey });
  const key = privateKeyFromRaw(Buffer.from(privateKey, "hex"));
  const addresses = Object.values(probe.addresses);
  const peerId = peerIdFromPrivateKey(key);
  const libp2p = await RecordEnvelope.seal(new PeerRecord({ peerId, multiaddrs: addresses.map((one) => multiaddr(one)) }), key);
  const record = encode(WakuPeerRecord, { peerId: probe.peerId, seqNo: 1n, multiaddrs: addresses });
  const waku = await RecordEnvelope.seal(
    { domain: wakuPeerRecordDomain, codec: wakuPeerRecordType, marshal: () => record, equals: () => false },
    key,
  );
  return { probe, records: { [libp2pRendezvousProtocol]: libp2p.marshal(), [rendezvousProtocol]: waku.marshal() } };
}

/** A rendezvous point that registers whoever asks, and has this record in every namespace. */
const pointOf = (record: Uint8Array): Responder => {
  const whole = (message: Parameters<typeof encode<typeof RendezvousMessage>>[1]) => [
    { write: frame(encode(RendezvousMessage, message)) },
    { close: true as const },
  ];
  return (request) => {
    const { type, register, discover } = strictly(RendezvousMessage, request).value ?? {};
    if (type === REGISTER) return whole({ type: REGISTER_RESPONSE, registerResponse: { status: OK, ttl: register?.ttl ?? 0n } });
    if (type !== DISCOVER) return [];
    const registrations = [{ ns: discover?.ns ?? "", signedPeerRecord: record, ttl: 60n }];
    return whole({ type: DISCOVER_RESPONSE, discoverResponse: { status: OK, registrations, cookie: Uint8Array.of(1) } });
  };
};

/** Namespaces in which the point was asked for peers, and how many peers at most. */
const lookedFor = (point: Probe, protocol: string): string[] => {
  const asked = requestsTo(point, protocol).map((bytes) => strictly(RendezvousMessage, bytes).value);
  return [...new Set(asked.flatMap((one) => (one?.type === DISCOVER ? [`${one.discover?.ns}, ${one.discover?.limit}`] : [])))];
};

/** RDV-04 has registering at this period, and nobody looks less often; in ms. */
const periodMs = 10_000;
const periods = 3;

describe("rendezvous clients", () => {
  check({
    id: "discovery/rendezvous-uses",
    title:
      "what a relay that takes part in rendezvous looks for at a point that it met or was told of, and whether it dials whom it is given",
    requirements: ["RDV-01", "RDV-05", "57-SCALE-13"],
    subject: "node",
    topology: anyoneAlone,
    mutates: "nothing",
    tags: ["#wire", "#slow"],
    roles: ["relay"],
    variants: { met: false, told: true },
    meaningful: ({ node }, told) => node?.settings.rendezvous !== undefined && (!told || node.settings.rendezvousNode !== undefined),
    async observe(scene: Scene<boolean>) {
      const { probe, records } = await registered(scene);
      const point = await scene.probe({ paced: false });
      for (const [protocol, record] of Object.entries(records)) await point.serve(protocol, pointOf(record));
      const rendezvousNode = addressFor(scene.subject, point);
      if (rendezvousNode === undefined) throw new CouldNotRun("it cannot dial a probe");
      const settings: Settings = { rendezvous: "true", ...(scene.variant && { rendezvousNode }) };
      const node = await must("starting a relay", scene.launch({ settings }));
      if (!node) throw new CouldNotRun("no relay");
      if (!scene.variant) await must("connecting", meet(point, node));
      const dialled = await poll(async () => isDialled({ probe }, node), Boolean, periods * periodMs);
      return {
        waku: set(lookedFor(point, rendezvousProtocol)),
        libp2p: set(lookedFor(point, libp2pRendezvousProtocol)),
        dialled: exact(dialled),
      };
    },
  });
});
