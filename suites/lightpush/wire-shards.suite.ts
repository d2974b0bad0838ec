import { poll } from "../../fixtures/waiting.ts";
import { check } from "../../harness/check.ts";
import { demandProof } from "../../harness/deliveries.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import { isOf } from "../relay/wire-scene.ts";
import { wireMessage } from "../wire-message.ts";
import { answered, client, ofService, push, pushBytes, relayed, serves, type Version, witness } from "./wire-scene.ts";

const versions: Record<string, Version> = { v2: 2, v3: 3 };

describe("lightpush service and shards of others", () => {
  check({
    ...ofService,
    id: "lightpush/wire-shard-of-a-peer",
    title: "a push to a shard that a peer has joined and the service has not is relayed there if the answer is success, and nowhere if not",
    requirements: ["19-LPV2-03", "19-LPV2-04", "19-LPV3-02", "19-LPV3-05"],
    tags: ["#wire", "#sharding"],
    mutates: "subscriptions",
    variants: versions,
    meaningful: serves,
    async observe(scene) {
      const { subject, variant: version, pubsubTopic } = scene;
      const other = scene.freshPubsubTopic();
      const [gossip, probe] = [await witness(scene, [other]), await client(scene)];
      const [message, next] = [wireMessage(scene), wireMessage(scene)];
      const pushed = (topic: string, one: typeof message) =>
        push(probe, subject, version, pushBytes(version, { requestId: scene.freshKey(), pubsubTopic: topic, message: one }));
      const copiesOn = (topic: string) => gossip.delivered(topic).filter((copy) => isOf(copy.message, message.contentTopic ?? "")).length;
      const answer = answered(version, await pushed(other, message));
      await poll(async () => copiesOn(other) > 0, Boolean, answer.success.value === true ? subject.capabilities.timings.deliveryMs : 0);
      // What was to go nowhere has gone when one that follows it has come.
      const after = answered(version, await pushed(pubsubTopic, next));
      const came = await relayed(scene, gossip, next.contentTopic ?? "");
      return {
        answer,
        proof: exact(after.success.value === true && came.some(({ contentTopic }) => contentTopic === next.contentTopic)),
        leaked: exact(copiesOn(pubsubTopic)),
        relayed: exact(copiesOn(other)),
      };
    },
    judge({ answer, proof, leaked, relayed }) {
      expect(answer.outcome, "no-answer", "answer.outcome").to.equal("answered");
      if (answer.success === true) expect(relayed, relayed === 0 ? "answered-success-no-effect" : "delivered-twice", "relayed").to.equal(1);
      else expect(relayed, "refused-with-effect", "relayed").to.equal(0);
      expect(leaked, "delivered-to-unsubscribed", "leaked").to.equal(0);
      demandProof(proof);
    },
  });
});
