import { must } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { arrivals, demandProof, distinct, followed, given } from "../../harness/deliveries.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { MessagePush } from "../../rfc-checks/wire/filter.ts";
import { maxMessageBytes } from "../../rfc-checks/wire/message.ts";
import { askings, pushFrom, serviceOf } from "../asking.ts";
import { load, loads } from "../measured.ts";
import { wireMessage } from "../wire-message.ts";
import { canAsk, chosenFor, ofClient, servicesOf } from "./scene.ts";

const { filter } = askings;
const ofFilterClient = { ...ofClient, meaningful: (cast: Parameters<typeof canAsk>[0]) => canAsk(cast, filter) } as const;

const delivered = async ({ subject, pubsubTopic }: Scene<unknown>, contentTopic: string): Promise<number> =>
  (await given(subject, "filter", pubsubTopic, contentTopic)).length;

/** A message whose push has so many bytes. */
function ofSize(scene: Scene<unknown>, contentTopic: string, bytes: number) {
  const message = wireMessage(scene, { contentTopic });
  const size = (payload: number) =>
    encode(MessagePush, { wakuMessage: { ...message, payload: new Uint8Array(payload) }, pubsubTopic: scene.pubsubTopic }).length;
  return { ...message, payload: new Uint8Array(bytes - (size(bytes) - bytes)).fill(1) };
}

const burst = 100;

describe("pushes to clients", () => {
  check({
    ...ofFilterClient,
    id: "service-peers/burst",
    revision: 2,
    title: "of a hundred messages that its service pushes at once all reach the application, once",
    requirements: ["REC-SERVICE-08"],
    async observe(scene) {
      const { probe } = await serviceOf(scene, filter);
      const [contentTopic, marker] = [scene.freshContentTopic(), scene.freshContentTopic()];
      for (const topic of [contentTopic, marker]) await must("subscribing", filter.ask(scene, { contentTopic: topic }));
      const pushes = Array.from({ length: burst }, () => pushFrom(scene, probe, wireMessage(scene, { contentTopic })));
      const { came, proof } = await followed(scene.subject, "filter", scene.pubsubTopic, contentTopic, {
        marker,
        async send(topic) {
          // A client may take no more streams than these at once, and leave them open: they are ended before another is opened.
          await Promise.all(pushes);
          pushes.push(pushFrom(scene, probe, wireMessage(scene, { contentTopic: topic })));
        },
        atLeast: burst,
      });
      await Promise.all(pushes);
      return { pushed: burst, came: came.length, distinct: distinct(came), proof };
    },
    judge({ pushed, came, distinct, proof }) {
      expect(distinct, "not-delivered", "distinct").to.equal(pushed);
      expect(came, "delivered-twice", "came").to.equal(pushed);
      demandProof(proof);
    },
  });

  check({
    ...ofFilterClient,
    id: "service-peers/copies",
    title: "how often a message reaches the application that one service pushes twice, and that every service pushes",
    requirements: ["REC-SERVICE-09"],
    async observe(scene) {
      const services = await servicesOf(scene, filter, 2);
      const [twice, byAll, marker] = [scene.freshContentTopic(), scene.freshContentTopic(), scene.freshContentTopic()];
      await must("subscribing", scene.subject.filter?.subscribe(scene.pubsubTopic, [twice, byAll, marker]));
      const used = chosenFor(services, filter, twice);
      const [first] = used;
      const [one, other] = [wireMessage(scene, { contentTopic: twice }), wireMessage(scene, { contentTopic: byAll })];
      const pushes = [pushFrom(scene, first.probe, one), pushFrom(scene, first.probe, one)];
      for (const { probe } of used) pushes.push(pushFrom(scene, probe, other));
      await Promise.all(pushes);
      // Those before it have come when the last one has.
      const last = used.map(({ probe }) => pushFrom(scene, probe, wireMessage(scene, { contentTopic: marker })));
      const proof = await arrivals(scene.subject, "filter", scene.pubsubTopic, marker, used.length);
      await Promise.all(last);
      return {
        proof: exact(proof.length === used.length),
        ofOne: exact(await delivered(scene, twice)),
        ofAll: exact(await delivered(scene, byAll)),
        services: exact(used.length),
      };
    },
  });

  check({
    ...ofFilterClient,
    id: "service-peers/large-pushes",
    title: "which sizes of a pushed message reach the application, and that a small one does after them",
    requirements: ["12-FILTER-02"],
    async observe(scene) {
      const { probe } = await serviceOf(scene, filter);
      const before = await load(scene);
      const came: Record<string, ReturnType<typeof exact<number>>> = {};
      for (const [name, bytes] of Object.entries({
        limit: maxMessageBytes,
        "one-more": maxMessageBytes + 1,
        "ten-times": maxMessageBytes * 10,
      })) {
        const contentTopic = scene.freshContentTopic();
        await must("subscribing", filter.ask(scene, { contentTopic }));
        const push = pushFrom(scene, probe, ofSize(scene, contentTopic, bytes));
        came[name] = exact((await arrivals(scene.subject, "filter", scene.pubsubTopic, contentTopic)).length);
        await push;
      }
      const contentTopic = scene.freshContentTopic();
      await must("subscribing", filter.ask(scene, { contentTopic }));
      const push = pushFrom(scene, probe, wireMessage(scene, { contentTopic }));
      const proof = (await arrivals(scene.subject, "filter", scene.pubsubTopic, contentTopic)).length;
      await push;
      return { came, proof: exact(proof), ...loads(before, await load(scene)) };
    },
    judge({ proof }) {
      expect(proof, "not-delivered", "proof").to.equal(1);
    },
  });
});
