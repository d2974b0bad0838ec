import type { Capabilities } from "../../fixtures/contract/capabilities.ts";
import type { WakuMessageJson } from "../../fixtures/contract/message.ts";
import type { StartedWakuNode } from "../../fixtures/contract/node.ts";
import { demandOk, demandRefusal, expected, must, seen } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { arrivals, demandProof, type Followed, followed, relayedTo, type Source } from "../../harness/deliveries.ts";
import { expect } from "../../harness/expect.ts";
import { exact, set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { differences } from "../../rfc-checks/rules/message.ts";
import { lonelyService, serviceAndClients as topology } from "../../topologies/index.ts";

type Cast = Record<"service" | "client" | "witness" | "bystander", StartedWakuNode>;
const subject = "service";

/** v2 is `/vac/waku/lightpush/2.0.0-beta1`, v3 `/vac/waku/lightpush/3.0.0`. */
type Version = 2 | 3;
const versions: Record<string, Version> = { v2: 2, v3: 3 };
const v3: Record<string, Version> = { v3: 3 };
const protocolOf: Record<Version, string> = { 2: "/vac/waku/lightpush/2.0.0-beta1", 3: "/vac/waku/lightpush/3.0.0" };

/** Both ends speak the version. */
const spoken = ({ service, client }: Readonly<Record<string, Capabilities>>, version: Version): boolean =>
  client?.lightpushVersions.includes(version) === true &&
  Object.values(service?.protocols ?? {})
    .flat()
    .includes(protocolOf[version]);

/** What came of a push that was refused is not waited for. */
const refusal: Followed = { came: [], proof: false };

const base = { subject, topology, mutates: "nothing", variants: versions, meaningful: spoken } as const;

/** A push that is followed by one that must arrive, so that silence says something. */
async function pushed(scene: Scene<Version>, pubsubTopic: string | undefined, sent: WakuMessageJson) {
  const { client, witness } = scene.nodes as Cast;
  const push = seen(await client.lightpush?.push(scene.variant, pubsubTopic, sent));
  const marker = scene.freshContentTopic();
  await client.lightpush?.push(scene.variant, scene.pubsubTopic, scene.message({ contentTopic: marker }));
  const proof = (await arrivals(witness, "relay", scene.pubsubTopic, marker)).length;
  const all = await relayedTo(witness, scene.pubsubTopic);
  return { push, proof: exact(proof), leaked: exact(all.filter(({ payload }) => payload === sent.payload).length) };
}

/** What came of a push at another node: one more is pushed after it, so that a second copy of the first has come by then. */
const cameTo = async (scene: Scene<Version>, node: StartedWakuNode, source: Source, contentTopic: string, marker: string) =>
  followed(node, source, scene.pubsubTopic, contentTopic, {
    marker,
    send: async (topic) => {
      const { client } = scene.nodes as Cast;
      return must("pushing again", client.lightpush?.push(scene.variant, scene.pubsubTopic, scene.message({ contentTopic: topic })));
    },
  });

describe("lightpush", () => {
  check({
    ...base,
    id: "lightpush/relayed",
    revision: 2,
    title: "a push that is answered with success reaches a third node by relay, once",
    requirements: ["19-LPV2-03", "19-LPV3-02", "19-LPV3-06"],
    tags: ["#smoke"],
    async observe(scene) {
      const { client, witness } = scene.nodes as Cast;
      const contentTopic = scene.freshContentTopic();
      const sent = scene.message({ contentTopic });
      const push = seen(await client.lightpush?.push(scene.variant, scene.pubsubTopic, sent));
      const { came, proof } =
        push.outcome.value === "ok" ? await cameTo(scene, witness, "relay", contentTopic, scene.freshContentTopic()) : refusal;
      return {
        push,
        copies: exact(came.length),
        proof: exact(proof),
        changed: set(came[0] ? differences({ ...sent, timestamp: came[0].timestamp }, came[0]) : []),
      };
    },
    judge({ push, copies, proof, changed }) {
      demandOk(push, "push");
      expect(copies, copies === 0 ? "answered-success-no-effect" : "delivered-twice", "copies").to.equal(1);
      demandProof(proof);
      expect(changed, "field-changed", "changed").to.deep.equal([]);
    },
  });

  check({
    ...base,
    id: "lightpush/filtered",
    revision: 2,
    title: "a push reaches a third node by filter, once",
    requirements: ["19-LPV2-03", "19-LPV3-02"],
    mutates: "subscriptions",
    async observe(scene) {
      const { client, bystander } = scene.nodes as Cast;
      const [contentTopic, marker] = [scene.freshContentTopic(), scene.freshContentTopic()];
      await must("subscribing", bystander.filter?.subscribe(scene.pubsubTopic, [contentTopic, marker]));
      scene.defer(async () => bystander.filter?.unsubscribe(scene.pubsubTopic, [contentTopic, marker]));
      const push = seen(await client.lightpush?.push(scene.variant, scene.pubsubTopic, scene.message({ contentTopic })));
      const { came, proof } = push.outcome.value === "ok" ? await cameTo(scene, bystander, "filter", contentTopic, marker) : refusal;
      return { push, copies: exact(came.length), proof: exact(proof) };
    },
    judge({ push, copies, proof }) {
      demandOk(push, "push");
      expect(copies, copies === 0 ? "answered-success-no-effect" : "delivered-twice", "copies").to.equal(1);
      demandProof(proof);
    },
  });

  check({
    ...base,
    id: "lightpush/relay-peer-count",
    title: "success says to how many peers the message was relayed",
    requirements: ["19-LPV3-06"],
    variants: v3,
    meaningful: (cast, version) => spoken(cast, version) && !cast.client?.lacks.includes("lightpush.push relayPeerCount"),
    async observe({ nodes, variant, pubsubTopic, freshContentTopic, message }) {
      const { client } = nodes as Cast;
      const answer = await client.lightpush?.push(variant, pubsubTopic, message({ contentTopic: freshContentTopic() }));
      return { push: seen(answer), relayPeerCount: exact(answer?.value?.relayPeerCount ?? null) };
    },
    judge({ push, relayPeerCount }) {
      demandOk(push, "push");
      expect(relayPeerCount, "wrong-value", "relayPeerCount").to.equal(1);
    },
  });

  check({
    ...base,
    id: "lightpush/no-relay-peers",
    title: "a push to a service without relay peers is refused",
    requirements: ["19-LPV2-04", "19-LPV3-05", "19-LPV3-12"],
    topology: lonelyService,
    async observe({ nodes, variant, pubsubTopic, freshContentTopic, message }) {
      const { client } = nodes as Cast;
      return { push: seen(await client.lightpush?.push(variant, pubsubTopic, message({ contentTopic: freshContentTopic() }))) };
    },
    judge({ push }) {
      demandRefusal(push, "accepted-invalid", "push");
    },
  });

  check({
    ...base,
    id: "lightpush/no-relay-peers-code",
    title: "the code of a refusal for want of relay peers is 503",
    requirements: ["19-LPV3-12"],
    topology: lonelyService,
    variants: v3,
    meaningful: (cast, version) => spoken(cast, version) && !cast.client?.lacks.includes("lightpush.push status"),
    async observe({ nodes, variant, pubsubTopic, freshContentTopic, message }) {
      const { client } = nodes as Cast;
      return { push: seen(await client.lightpush?.push(variant, pubsubTopic, message({ contentTopic: freshContentTopic() }))) };
    },
    judge({ push }) {
      expect(push.reason, "wrong-reason", "push.reason").to.equal("no-relay-peers");
    },
  });

  check({
    ...base,
    id: "lightpush/shard-not-served",
    title: "a push to a shard that the service has not joined and nobody else has is refused, and comes on no other",
    requirements: ["19-LPV2-04", "19-LPV3-05", "19-LPV3-10"],
    tags: ["#sharding"],
    observe: (scene) => pushed(scene, scene.freshPubsubTopic(), scene.message({ contentTopic: scene.freshContentTopic() })),
    judge({ push, proof, leaked }) {
      demandRefusal(push, "answered-success-no-effect", "push");
      expect(proof, "not-delivered", "proof").to.equal(1);
      expect(leaked, "refused-with-effect", "leaked").to.equal(0);
    },
  });

  check({
    ...base,
    id: "lightpush/shard-not-served-code",
    title: "the code of a refusal for a shard that is not served is 421",
    requirements: ["19-LPV3-10"],
    tags: ["#sharding"],
    variants: v3,
    meaningful: (cast, version) => spoken(cast, version) && !cast.client?.lacks.includes("lightpush.push status"),
    async observe({ nodes, variant, freshPubsubTopic, freshContentTopic, message }) {
      const { client } = nodes as Cast;
      return { push: seen(await client.lightpush?.push(variant, freshPubsubTopic(), message({ contentTopic: freshContentTopic() }))) };
    },
    judge({ push }) {
      expect(push.reason, "wrong-reason", "push.reason").to.equal("shard-not-served");
    },
  });

  check({
    ...base,
    id: "lightpush/no-content-topic",
    title: "a push of a message without a content topic is refused, and goes nowhere",
    requirements: ["14-MESSAGE-02", "19-LPV2-04", "19-LPV3-08"],
    observe: (scene) => pushed(scene, scene.pubsubTopic, scene.message({ contentTopic: "" })),
    judge({ push, leaked }) {
      expect(leaked, "accepted-invalid", "leaked").to.equal(0);
      demandRefusal(push, "answered-success-no-effect", "push");
    },
  });

  check({
    ...base,
    id: "lightpush/meta-too-long",
    title: "a push of a message with 65 bytes of meta is refused, and goes nowhere",
    requirements: ["14-MESSAGE-03", "19-LPV2-04", "19-LPV3-08"],
    observe: (scene) =>
      pushed(
        scene,
        scene.pubsubTopic,
        scene.message({ contentTopic: scene.freshContentTopic(), meta: Buffer.alloc(65, 1).toString("base64") }),
      ),
    judge({ push, proof, leaked }) {
      expect(proof, "not-delivered", "proof").to.equal(1);
      expect(leaked, "accepted-invalid", "leaked").to.equal(0);
      demandRefusal(push, "answered-success-no-effect", "push");
    },
  });

  check({
    ...base,
    id: "lightpush/empty-payload",
    revision: 2,
    title: "what becomes of a push with an empty payload",
    requirements: ["14-MESSAGE-01"],
    async observe({ nodes, variant, pubsubTopic, freshContentTopic, message }) {
      const { client, witness } = nodes as Cast;
      const contentTopic = freshContentTopic();
      const push = seen(await client.lightpush?.push(variant, pubsubTopic, message({ contentTopic, payload: "" })));
      return { push, copies: exact((await arrivals(witness, "relay", pubsubTopic, contentTopic, expected(push))).length) };
    },
  });

  check({
    ...base,
    id: "lightpush/no-pubsub-topic",
    title: "on a network with static shards a push without a pubsub topic is refused",
    requirements: ["19-LPV3-04"],
    variants: v3,
    async observe({ nodes, variant, freshContentTopic, message }) {
      const { client } = nodes as Cast;
      return { push: seen(await client.lightpush?.push(variant, undefined, message({ contentTopic: freshContentTopic() }))) };
    },
    judge({ push }) {
      demandRefusal(push, "accepted-invalid", "push");
    },
  });

  check({
    ...base,
    id: "lightpush/size",
    title: "what becomes of a push of a payload around and above the size limit",
    requirements: ["64-NET-30"],
    variants: {
      "v2-149-kb": { version: 2, size: 149_000 },
      "v2-200-kb": { version: 2, size: 200_000 },
      "v3-149-kb": { version: 3, size: 149_000 },
      "v3-200-kb": { version: 3, size: 200_000 },
    } satisfies Record<string, { version: Version; size: number }>,
    meaningful: (cast, { version }) => spoken(cast, version),
    async observe({ nodes, variant: { version, size }, pubsubTopic, freshContentTopic, message }) {
      const { client, witness } = nodes as Cast;
      const contentTopic = freshContentTopic();
      const payload = Buffer.alloc(size, 0x61).toString("base64");
      const push = seen(await client.lightpush?.push(version, pubsubTopic, message({ contentTopic, payload })));
      return { push, copies: exact((await arrivals(witness, "relay", pubsubTopic, contentTopic, expected(push))).length) };
    },
  });

  check({
    ...base,
    id: "lightpush/too-large",
    title: "a push of a message ten times the size limit is refused, and the service still serves",
    requirements: ["19-LPV2-04", "19-LPV3-05", "19-LPV3-09"],
    async observe(scene) {
      const payload = Buffer.alloc(900_000, 0x62).toString("base64");
      return pushed(scene, scene.pubsubTopic, scene.message({ contentTopic: scene.freshContentTopic(), payload }));
    },
    judge({ push, proof, leaked }) {
      demandRefusal(push, "accepted-invalid", "push");
      expect(leaked, "refused-with-effect", "leaked").to.equal(0);
      expect(proof, "not-delivered", "proof").to.equal(1);
    },
  });
});
