import type { RecordFields } from "../../fixtures/contract/discovery-probe.ts";
import type { Responder, Script } from "../../fixtures/contract/probe.ts";
import { poll } from "../../fixtures/waiting.ts";
import { must } from "../../harness/answers.ts";
import { has } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { expect } from "../../harness/expect.ts";
import { meet } from "../../harness/meeting.ts";
import { exact, set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { encodeRs } from "../../rfc-checks/rules/enr-shards.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { frame, lengthPrefix } from "../../rfc-checks/wire/framing.ts";
import { encodeMetadata, metadataProtocol } from "../../rfc-checks/wire/metadata.ts";
import { noise } from "../../rfc-checks/wire/noise.ts";
import { PeerExchangeRpc, peerExchangeProtocol } from "../../rfc-checks/wire/peer-exchange.ts";
import { discoveryAlone } from "../../topologies/index.ts";
import { requestsTo } from "../requests.ts";
import { strictly } from "../strictly.ts";
import { discoveryMs, isDialled, relayOf } from "./discovery-scene.ts";
import { answersMetadata, clientOf, inOneFrame, listed, ofClient, responseOf, startedClient } from "./px-client-scene.ts";

const rs = { rs: encodeRs({ cluster: 66, shards: [0] }) };
const elsewhere: Record<string, RecordFields> = {
  "other-shard": relayOf(66, [1]),
  "other-cluster": relayOf(67, [0]),
  "no-shard": { waku2: Uint8Array.of(1) },
};
const others: Record<string, RecordFields> = {
  ...elsewhere,
  "no-waku2": rs,
  "no-bits": { ...rs, waku2: Uint8Array.of(0) },
};

const whole = (message: Uint8Array): Script => [{ write: frame(message) }, { close: true }];
/** Answers of a service that may do harm. */
const harmful: Record<string, Script> = {
  "no-response": whole(encode(PeerExchangeRpc, {})),
  "query-echoed": whole(encode(PeerExchangeRpc, { query: { numPeers: 5n } })),
  "empty-record": whole(responseOf([new Uint8Array()])),
  "noise-for-a-record": whole(responseOf([noise(34, 200)])),
  "list-of-one": whole(responseOf([Uint8Array.of(0xc1, 0x80)])),
  "a-thousand-records": whole(responseOf(Array.from({ length: 1_000 }, (_, index) => noise(index, 300)))),
  "not-protobuf": whole(noise(34, 64)),
  "half-a-frame": [{ write: frame(responseOf([noise(1, 100)])).subarray(0, 50) }, { close: true }],
  "length-of-two-gigabytes": [{ write: lengthPrefix(2 ** 31 - 1) }, { close: true }],
};

/** Gives these records to one more client, with that of a fair peer; which of them it dials. */
async function dialledOf(scene: Scene<unknown>, records: Readonly<Record<string, RecordFields>>, choice: { readonly relay?: true } = {}) {
  const named = await Promise.all(Object.entries(records).map(async ([name, fields]) => ({ name, ...(await listed(scene, fields)) })));
  const fair = await listed(scene, relayOf(scene.clusterId, [0]));
  const texts = [...named, fair].map(({ discv5 }) => discv5.record);
  const { client } = await startedClient(scene, inOneFrame(responseOf(texts)), choice);
  await poll(async () => isDialled(fair, client), Boolean, discoveryMs(client));
  // The others came with it, and are a matter of moments now.
  await poll(async () => named.every((peer) => isDialled(peer, client)), Boolean, 2 * client.capabilities.timings.settledMs);
  return {
    fair: exact(isDialled(fair, client)),
    dialled: set(named.filter((peer) => isDialled(peer, client)).map(({ name }) => name)),
  };
}

describe("peer exchange client on the wire", () => {
  check({
    ...ofClient,
    id: "discovery/px-client-request",
    title: "a client that was told of a service sends it one query with a number",
    requirements: ["34-PX-01"],
    async observe(scene) {
      const { service, client } = await startedClient(scene, inOneFrame(responseOf([])));
      await must("asking", client.alive());
      const frames = await poll(
        async () => requestsTo(service, peerExchangeProtocol),
        ({ length }) => length > 0,
        scene.subject.capabilities.timings.callMs,
      );
      const { value, deviations } = frames[0] === undefined ? { deviations: [] } : strictly(PeerExchangeRpc, frames[0]);
      return {
        asked: exact(frames.length > 0),
        deviations: set(deviations),
        numPeers: exact(Number(value?.query?.numPeers ?? 0n)),
        response: exact(value?.response !== undefined),
      };
    },
    judge({ asked, deviations, numPeers, response }) {
      expect(asked, "no-answer", "asked").to.equal(true);
      expect(deviations, "not-by-the-book", "deviations").to.deep.equal([]);
      expect(numPeers, "wrong-value", "numPeers").to.be.above(0);
      expect(response, "wrong-value", "response").to.equal(false);
    },
  });

  check({
    ...ofClient,
    id: "discovery/px-client-uses",
    title: "a client dials a peer of its shard whose record it was given",
    requirements: ["34-PX-01", "34-PX-03"],
    async observe(scene) {
      const peer = await listed(scene, relayOf(scene.clusterId, [0]));
      const { client } = await startedClient(scene, inOneFrame(responseOf([peer.discv5.record])));
      const dialled = await poll(async () => isDialled(peer, client), Boolean, discoveryMs(client));
      return { dialled: exact(dialled) };
    },
    judge({ dialled }) {
      expect(dialled, "not-connected", "dialled").to.equal(true);
    },
  });

  check({
    ...ofClient,
    id: "discovery/px-client-filters",
    title: "which of the peers whose records it was given a client dials",
    requirements: ["31-ENR-18", "64-NET-13"],
    observe: (scene) => dialledOf(scene, others),
  });

  check({
    ...ofClient,
    id: "discovery/px-relay-dials-nobody-else",
    title: "a relay that was given records by peer exchange dials no peer of another cluster or with no shard in common",
    requirements: ["REC-DISC-01"],
    meaningful: has("client", "relay"),
    async observe(scene) {
      const found = await dialledOf(scene, elsewhere, { relay: true });
      // Who dials nobody at all says nothing of whom it leaves out.
      if (!found.fair.value) throw new CouldNotRun("it does not dial the peer of its shard");
      return found;
    },
    judge({ dialled }) {
      expect(dialled, "accepted-invalid", "dialled").to.deep.equal([]);
    },
  });

  check({
    ...ofClient,
    id: "discovery/px-client-other-shards",
    title: "whether a client asks a service whose metadata has none of its shards, as peer exchange is of no shard",
    requirements: ["66-META-15"],
    async observe(scene) {
      const metadata = encodeMetadata({ clusterId: scene.clusterId, shards: [7] }, { field3: true });
      const { service, client } = await startedClient(scene, inOneFrame(responseOf([])), { metadata: inOneFrame(metadata) });
      const asked = await poll(
        async () => requestsTo(service, peerExchangeProtocol).length > 0,
        Boolean,
        client.capabilities.timings.callMs,
      );
      return { asked: exact(asked), metadata: exact(requestsTo(service, metadataProtocol).length > 0) };
    },
  });

  check({
    ...ofClient,
    id: "discovery/px-client-hostile-answer",
    revision: 2,
    title: "a client that is given an answer that makes no sense goes on, and answers another peer",
    requirements: ["34-PX-01", "CONN-05"],
    tags: ["#wire", "#hostile"],
    variants: harmful,
    async observe(scene) {
      const { variant } = scene;
      const { service, started, client } = await clientOf(scene, () => variant);
      const asked = await poll(
        async () => requestsTo(service, peerExchangeProtocol).length > 0,
        Boolean,
        scene.subject.capabilities.timings.callMs,
      );
      return {
        starts: exact(started.outcome),
        asked: exact(asked),
        alive: exact((await client?.alive())?.outcome ?? null),
        other: exact(client ? await answersMetadata(scene, client) : null),
        why: started.raw,
      };
    },
    judge({ starts, asked, alive, other }) {
      expect(asked, "no-answer", "asked").to.equal(true);
      expect(starts, "node-died", "starts").to.equal("ok");
      expect(alive, "no-answer", "alive").to.equal("ok");
      expect(other, "no-answer", "other").to.equal("answered");
    },
  });

  check({
    subject: "node",
    topology: discoveryAlone,
    mutates: "connections",
    tags: ["#wire"],
    id: "discovery/px-not-with-discv5",
    revision: 2,
    title: "a node that runs discv5 does not ask a peer that serves peer exchange, whether it was told of it at its start or met it",
    requirements: ["34-PX-11"],
    meaningful: has("node", "peer-exchange-client"),
    variants: { met: false, told: true },
    async observe(scene: Scene<boolean>) {
      const nobody = inOneFrame(responseOf([]));
      const { service, node } = scene.variant ? await told(scene, nobody) : await metBy(scene, nobody);
      const { settledMs } = node.capabilities.timings;
      await poll(async () => service.connected(node.peerId), Boolean, settledMs);
      const asked = await poll(async () => requestsTo(service, peerExchangeProtocol).length > 0, Boolean, 2 * settledMs);
      return { connected: exact(service.connected(node.peerId)), asked: exact(asked) };
    },
    judge({ connected, asked }) {
      expect(connected, "not-connected", "connected").to.equal(true);
      expect(asked, "accepted-invalid", "asked").to.equal(false);
    },
  });
});

/** One more node that runs discv5, started with a service of peer exchange to ask. */
async function told(scene: Scene<unknown>, answer: Responder) {
  const { service, client: node } = await startedClient(scene, answer, { discovery: { bootstrap: [] } });
  return { service, node };
}

/** A service of peer exchange that the subject is connected to, and was not told of. */
async function metBy(scene: Scene<unknown>, answer: Responder) {
  const service = await scene.probe({ paced: false });
  await service.serve(peerExchangeProtocol, answer);
  await must("connecting", meet(service, scene.subject));
  return { service, node: scene.subject };
}
