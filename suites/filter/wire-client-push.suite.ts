import pLimit from "p-limit";
import type { Exchange, Muxer, Probe } from "../../fixtures/contract/probe.ts";
import { must } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { arrivals, given } from "../../harness/deliveries.ts";
import { expect } from "../../harness/expect.ts";
import { meet } from "../../harness/meeting.ts";
import { exact, set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { filterPushProtocol, filterSubscribeProtocol, MessagePush } from "../../rfc-checks/wire/filter.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { hostileMessages } from "../../rfc-checks/wire/hostile.ts";
import { brokenFramings, fairFramings, manyFramings } from "../../rfc-checks/wire/hostile-framing.ts";
import { nearMisses } from "../../rfc-checks/wire/near-misses.ts";
import { clientAlone } from "../../topologies/index.ts";
import { again, eachMuxer, groupsOf, type Input, ofGroup, scriptOf, streamsAtOnce } from "../hostile-inputs.ts";
import { measured } from "../measured.ts";
import { wireMessage } from "../wire-message.ts";
import { agree } from "./wire-scene.ts";

const seed = 12;
const ofClient = { subject: "client", topology: clientAlone } as const;

/** A service of the probe's, connected to the client, that agrees to everything. */
async function service(scene: Scene<unknown>, muxer?: Muxer): Promise<Probe> {
  // A pace is what a service lets its clients do: pushes are not asked of one.
  const probe = await scene.probe({ paced: false, ...(muxer && { muxer }) });
  await probe.serve(filterSubscribeProtocol, agree);
  await must("connecting", meet(probe, scene.subject, filterSubscribeProtocol));
  return probe;
}

/** For a client to end the stream of a hostile push, in ms. */
const patienceMs = 300;
/** How a client ended each push: in order or not is chance where the two sides end it at the same time. Nothing is compared. */
const endsOf = (exchanges: readonly (readonly [string, Exchange])[]) =>
  Object.fromEntries(exchanges.map(([name, { outcome }]) => [name, outcome]));

/** One push, on a stream of its own, until the client ends it, which it need not do, or the time is over. */
const push = (
  scene: Scene<unknown>,
  from: Probe,
  bytes: Uint8Array,
  ms = scene.subject.capabilities.timings.settledMs,
): Promise<Exchange> => from.exchange(scene.subject.peerId, filterPushProtocol, [{ write: frame(bytes) }, { close: true }], { ms });

const pushBytes = (scene: Scene<unknown>, contentTopic: string, pubsubTopic = scene.pubsubTopic): Uint8Array =>
  encode(MessagePush, { wakuMessage: wireMessage(scene, { contentTopic }), pubsubTopic });

const received = async ({ subject, ...scene }: Scene<unknown>, contentTopic: string, pubsubTopic = scene.pubsubTopic): Promise<number> =>
  (await given(subject, "filter", pubsubTopic, contentTopic)).length;

/** A push that must arrive: what came before it would have come. */
async function proof(scene: Scene<unknown>, from: Probe, contentTopic: string): Promise<number> {
  const before = await received(scene, contentTopic);
  await push(scene, from, pushBytes(scene, contentTopic));
  const came = await arrivals(scene.subject, "filter", scene.pubsubTopic, contentTopic, before + 1);
  return came.length - before;
}

describe("filter client and pushes", () => {
  check({
    ...ofClient,
    id: "filter/wire-client-push",
    title: "a client takes what it asked its service for, nothing that it did not ask for, and answers no push",
    requirements: ["12-FILTER-02", "12-FILTER-42", "12-FILTER-44"],
    tags: ["#wire"],
    mutates: "connections",
    async observe(scene) {
      const probe = await service(scene);
      const [own, other, marker] = [scene.freshContentTopic(), scene.freshContentTopic(), scene.freshContentTopic()];
      await must("subscribing", scene.subject.filter?.subscribe(scene.pubsubTopic, [own, marker]));
      const first = await push(scene, probe, pushBytes(scene, own));
      const matching = await arrivals(scene.subject, "filter", scene.pubsubTopic, own);
      const otherTopic = scene.freshPubsubTopic();
      await Promise.all([push(scene, probe, pushBytes(scene, other)), push(scene, probe, pushBytes(scene, own, otherTopic))]);
      const tellsApart = !scene.subject.capabilities.lacks.includes("filter.received by pubsub topic");
      return {
        matching: exact(matching.length),
        proof: exact(await proof(scene, probe, marker)),
        otherContentTopic: exact(await received(scene, other)),
        otherPubsubTopic: exact((await received(scene, own)) - matching.length + (tellsApart ? await received(scene, own, otherTopic) : 0)),
        answeredBytes: exact(first.bytes.length),
      };
    },
    judge({ matching, proof, otherContentTopic, otherPubsubTopic, answeredBytes }) {
      expect(matching, "not-delivered", "matching").to.equal(1);
      expect(proof, "not-delivered", "proof").to.equal(1);
      expect(otherContentTopic, "delivered-to-unsubscribed", "otherContentTopic").to.equal(0);
      expect(otherPubsubTopic, "delivered-to-unsubscribed", "otherPubsubTopic").to.equal(0);
      expect(answeredBytes, "wrong-value", "answeredBytes").to.equal(0);
    },
  });

  check({
    ...ofClient,
    id: "filter/wire-client-stranger",
    title: "a client takes no push from a peer that it has no subscription at",
    requirements: ["12-FILTER-43"],
    tags: ["#wire"],
    mutates: "connections",
    async observe(scene) {
      const probe = await service(scene);
      const [own, marker] = [scene.freshContentTopic(), scene.freshContentTopic()];
      await must("subscribing", scene.subject.filter?.subscribe(scene.pubsubTopic, [own, marker]));
      const stranger = await scene.probe();
      await must("connecting the stranger", meet(stranger, scene.subject));
      await push(scene, stranger, pushBytes(scene, own));
      return { proof: exact(await proof(scene, probe, marker)), taken: exact(await received(scene, own)) };
    },
    judge({ proof, taken }) {
      expect(proof, "not-delivered", "proof").to.equal(1);
      expect(taken, "delivered-to-unsubscribed", "taken").to.equal(0);
    },
  });

  check(
    measured({
      ...ofClient,
      id: "filter/wire-client-hostile-push",
      revision: 2,
      title: "a client still takes a push by the book after every other kind",
      requirements: ["12-FILTER-02", "CONN-05"],
      tags: ["#wire", "#hostile"],
      mutates: "node",
      variants: groupsOf(MessagePush),
      async observe(scene) {
        const probe = await service(scene);
        const [own, marker] = [scene.freshContentTopic(), scene.freshContentTopic()];
        await must("subscribing", scene.subject.filter?.subscribe(scene.pubsubTopic, [own, marker]));
        const example = { wakuMessage: wireMessage(scene, { contentTopic: own }), pubsubTopic: scene.pubsubTopic };
        const messages = ofGroup(MessagePush, hostileMessages(MessagePush, example, seed), scene.variant);
        const exchanges = await pLimit(streamsAtOnce).map(messages, async (message) => {
          await again(probe, scene.subject);
          return [message.name, await push(scene, probe, message.bytes, patienceMs)] as const;
        });
        await again(probe, scene.subject);
        return { answers: endsOf(exchanges), proof: exact(await proof(scene, probe, marker)) };
      },
      judge({ proof }) {
        expect(proof, "not-delivered", "proof").to.equal(1);
      },
    }),
  );

  check(
    measured({
      ...ofClient,
      id: "filter/wire-client-framing",
      revision: 2,
      title: "a client takes a push in every fair framing, and still one by the book after every broken one",
      requirements: ["10-WAKU2-01", "12-FILTER-02", "CONN-05"],
      tags: ["#wire", "#hostile"],
      mutates: "node",
      variants: eachMuxer,
      meaningful: ({ client }, muxer) => client?.muxers.includes(muxer) === true,
      async observe(scene) {
        const probe = await service(scene, scene.variant);
        const fair = fairFramings(Uint8Array.of(0)).map(({ name }) => [name, scene.freshContentTopic()] as const);
        const [own, marker] = [scene.freshContentTopic(), scene.freshContentTopic()];
        await must("subscribing", scene.subject.filter?.subscribe(scene.pubsubTopic, [...fair.map(([, topic]) => topic), own, marker]));
        const lost: string[] = [];
        const play = async (input: Input) =>
          [
            input.name,
            await probe.exchange(scene.subject.peerId, filterPushProtocol, input.script(), {
              ms: scene.subject.capabilities.timings.settledMs,
            }),
          ] as const;
        const sideBySide = pLimit(streamsAtOnce);
        const taken = await sideBySide.map(fair, async ([name, topic], index) => {
          const script = fairFramings(pushBytes(scene, topic))[index] ?? { name, steps: [] };
          const exchange = await play({ name, script: () => scriptOf(script) });
          if ((await arrivals(scene.subject, "filter", scene.pubsubTopic, topic)).length !== 1) lost.push(name);
          return exchange;
        });
        const bad = pushBytes(scene, own);
        const others = await sideBySide.map([...manyFramings(bad), ...brokenFramings(bad)], async (each) => {
          await again(probe, scene.subject);
          return play({ name: each.name, script: () => scriptOf(each) });
        });
        const exchanges = [...taken, ...others];
        await again(probe, scene.subject);
        return { answers: endsOf(exchanges), lost: set(lost), proof: exact(await proof(scene, probe, marker)) };
      },
      judge({ lost, proof }) {
        expect(lost, "not-delivered", "lost").to.deep.equal([]);
        expect(proof, "not-delivered", "proof").to.equal(1);
      },
    }),
  );

  check({
    ...ofClient,
    id: "filter/wire-client-near-misses",
    title: "which protocol ids that are almost filter-push's open a stream at a client",
    requirements: ["12-FILTER-02"],
    tags: ["#wire"],
    mutates: "connections",
    async observe(scene) {
      const probe = await service(scene);
      const ids = nearMisses(filterPushProtocol).filter((id) => id !== filterSubscribeProtocol);
      const opened = [];
      for (const id of [filterPushProtocol, ...ids]) {
        const { outcome } = await probe.exchange(scene.subject.peerId, id, [{ close: true }], {
          ms: scene.subject.capabilities.timings.callMs,
        });
        if (outcome !== "refused") opened.push(id);
      }
      return { opened: set(opened) };
    },
  });
});
