import type { Capabilities } from "../../fixtures/contract/capabilities.ts";
import type { Probe } from "../../fixtures/contract/probe.ts";
import { poll } from "../../fixtures/waiting.ts";
import { must } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { expect } from "../../harness/expect.ts";
import { meet } from "../../harness/meeting.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { filterPushProtocol } from "../../rfc-checks/wire/filter.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { WakuMessage } from "../../rfc-checks/wire/message.ts";
import { storeQueryProtocol } from "../../rfc-checks/wire/store.ts";
import { ofService, receiver, subscribed } from "../filter/wire-scene.ts";
import { load, loads } from "../measured.ts";
import { isOf, neighbour, ofRelay, relayedPair, relays, wakuMessage } from "../relay/wire-scene.ts";
import { relayPeer } from "../relay-peer.ts";
import { requestsTo } from "../requests.ts";
import { ofStore, request, StoreScene, success } from "../store/wire-scene.ts";
import { wireMessage } from "../wire-message.ts";

/** Of 100 kB each: more than the buffers between two nodes hold, which are 4 MB and a half on loopback. */
const messages = 64;
const large = (scene: Scene<unknown>): Uint8Array => Buffer.alloc(100_000, scene.freshKey());
/** A page of a store, more than the window of a stream may have grown to; and how often it is asked for. */
const [page, askers] = [40, 3];
/** Queries of the other, one after the other. */
const fair = 10;
const about = { requirements: ["CONN-06"], mutates: "node" } as const;

/** Sends one after the other, each once the one before has come; ends with the first that has not in time. @returns how many came */
async function inTurn({ subject }: Scene<unknown>, send: () => void, came: () => number): Promise<number> {
  const { deliveryMs } = subject.capabilities.timings;
  for (let sent = 1; sent <= messages; sent += 1) {
    send();
    if (
      (await poll(
        async () => came(),
        (count) => count >= sent,
        deliveryMs,
      )) < sent
    )
      break;
  }
  return came();
}

/** What comes of something while a peer reads nothing, what the subject takes up for it, and whether it parts from that peer. */
async function whileDeaf(scene: Scene<unknown>, deaf: Probe, something: () => Promise<number>) {
  const before = await load(scene);
  deaf.deafen();
  try {
    const came = await something();
    const peers = (await must("listing peers", scene.subject.peers())) ?? [];
    const stays = peers.some(({ peerId }) => peerId === deaf.peerId);
    return { came: exact(came), stays, ...loads(before, await load(scene)) };
  } finally {
    deaf.hearAgain();
  }
}

/** Over a WebSocket a probe reads all the same, and mplex holds nothing back: nobody would notice that it is deaf. */
const notices = ({ muxers: [first], transports, dials: [dial] }: Capabilities): boolean =>
  first === "yamux" || transports.includes("tcp") || (transports.length === 0 && dial === "tcp");

describe("connectivity: a peer that reads nothing", () => {
  check({
    ...ofRelay,
    ...about,
    id: "connectivity/deaf-neighbour",
    title: "while a neighbour in the mesh reads nothing, another is sent each message",
    meaningful: ({ node }) => node !== undefined && notices(node),
    tags: ["#wire", "#hostile", "#relay"],
    async observe(scene) {
      const { pubsubTopic, subject } = scene;
      const [from, to] = await relayedPair(scene);
      const deaf = await neighbour(scene);
      deaf.gossip.graft(pubsubTopic);
      if (!(await relays(scene, from, deaf, subject.capabilities.timings.meshMs)))
        throw new CouldNotRun("no message reaches the neighbour that is to read nothing");
      const contentTopic = scene.freshContentTopic();
      const found = await whileDeaf(scene, deaf.probe, () =>
        inTurn(
          scene,
          () => from.gossip.publish(pubsubTopic, wakuMessage(scene, { contentTopic, payload: large(scene) })),
          () => to.gossip.delivered(pubsubTopic).filter(({ message }) => isOf(message, contentTopic)).length,
        ),
      );
      return { ...found, later: await relays(scene, from, deaf) };
    },
    judge({ came }) {
      expect(came, "not-delivered", "came").to.equal(messages);
    },
  });

  check({
    ...ofService,
    ...about,
    id: "connectivity/deaf-subscriber",
    title: "while a filter client reads nothing, another is pushed each message",
    tags: ["#wire", "#hostile", "#filter"],
    async observe(scene) {
      const { pubsubTopic } = scene;
      const [deaf, other, from] = [await receiver(scene), await receiver(scene), await relayPeer(scene)];
      const contentTopic = scene.freshContentTopic();
      for (const probe of [deaf, other]) await subscribed(scene, probe, [contentTopic]);
      const pushes = (probe: Probe) => requestsTo(probe, filterPushProtocol).length;
      const send = () => from.publish(pubsubTopic, encode(WakuMessage, wireMessage(scene, { contentTopic, payload: large(scene) })));
      send();
      const both = await poll(
        async () => [deaf, other].every((probe) => pushes(probe) > 0),
        Boolean,
        scene.subject.capabilities.timings.deliveryMs,
      );
      if (!both) throw new CouldNotRun("the clients are pushed nothing");
      const first = pushes(other);
      return whileDeaf(scene, deaf, () => inTurn(scene, send, () => pushes(other) - first));
    },
    judge({ came }) {
      expect(came, "not-delivered", "came").to.equal(messages);
    },
  });

  check({
    ...ofStore,
    ...about,
    id: "connectivity/deaf-asker",
    title: `while ${askers} pages of a store are on the way to a peer that reads nothing, another is answered`,
    tags: ["#wire", "#hostile", "#store"],
    async observe(scene) {
      const { subject } = scene;
      const { callMs } = subject.capabilities.timings;
      const store = await StoreScene.of(scene);
      await store.fill(Array.from({ length: page }, (_, index) => store.message(index, { payload: large(scene) })));
      const deaf = await scene.probe({ paced: false });
      await must("connecting", meet(deaf, subject));
      const query = frame(request(scene.freshKey(), store.all({ includeData: true })));
      const reading = Promise.withResolvers<void>();
      // A stream is agreed on before the rest of the request goes out, of which the answer is not read.
      async function* script(begun: () => void) {
        yield { write: query.subarray(0, query.length >> 1) };
        begun();
        await reading.promise;
        yield { write: query.subarray(query.length >> 1) };
        yield { close: true } as const;
      }
      const asked = Array.from({ length: askers }, () => {
        const begun = Promise.withResolvers<void>();
        const ended = deaf.exchange(subject.peerId, storeQueryProtocol, script(begun.resolve), { ms: 3 * callMs, bytes: 2 ** 24 });
        return { begun: Promise.race([begun.promise.then(() => true), ended.then(() => false)]), ended };
      });
      if ((await Promise.all(asked.map(({ begun }) => begun))).includes(false)) throw new CouldNotRun("no page can be asked for");
      const found = await whileDeaf(scene, deaf, async () => {
        reading.resolve();
        // Again and again, as the first may have been there before those of the other.
        for (let answered = 0; answered < fair; answered += 1) {
          const { statusCode, hashes } = await store.query(store.all());
          if (!success(statusCode) || hashes.length < page) return answered;
        }
        return fair;
      });
      const later = await Promise.all(asked.map(async ({ ended }) => (await ended).outcome));
      return { ...found, later: later.filter((outcome) => outcome === "answered").length };
    },
    judge({ came }) {
      expect(came, "no-answer", "came").to.equal(fair);
    },
  });
});
