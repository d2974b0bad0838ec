import { poll } from "../../fixtures/waiting.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { type HostileMessage, hostileMessages } from "../../rfc-checks/wire/hostile.ts";
import { WakuMessage } from "../../rfc-checks/wire/message.ts";
import { RelayRpc } from "../../rfc-checks/wire/relay.ts";
import { heartbeatMs, type Neighbour, neighbour, ofRelay, relayedPair, relays, same, wakuMessage } from "./wire-scene.ts";

const seed = 11;
const [id, topic] = [new Uint8Array(32).fill(7), "/waku/2/rs/66/0"];
const messageIDs = [id];

const rpcs = hostileMessages(
  RelayRpc,
  {
    subscriptions: [{ subscribe: true, topicid: topic }],
    publish: [{ data: id, topicIDs: [topic] }],
    control: {
      ...{ ihave: [{ topicID: topic, messageIDs }], iwant: [{ messageIDs }], graft: [{ topicID: topic }], idontwant: [{ messageIDs }] },
      prune: [{ topicID: topic, peers: [{ peerID: id }], backoff: 1n }],
    },
  },
  seed,
);
const fields = { payload: id, contentTopic: "/waku-conformance/1/hostile/proto", version: 0, timestamp: 1n, meta: id, ephemeral: true };
const messages = hostileMessages(WakuMessage, fields, seed);

/** Those about one field each, and the rest as `whole`. */
function grouped(all: readonly HostileMessage[], parts: readonly string[]): Record<string, readonly HostileMessage[]> {
  const partOf = (name: string) => parts.find((part) => name.startsWith(`${part}-`) || name.startsWith(`${part}.`)) ?? "whole";
  return Object.fromEntries(
    ["whole", ...parts].map((part) => [part.replaceAll(".", "-"), all.filter(({ name }) => partOf(name) === part)] as const),
  );
}

const controls = ["ihave", "iwant", "graft", "prune", "idontwant"].map((name) => `control.${name}`);
const rpcGroups = grouped(rpcs, ["subscriptions", "publish", ...controls, "control"]);
const messageGroups = grouped(messages, ["payload", "contentTopic", "version", "timestamp", "meta", "rateLimitProof", "ephemeral"]);

/**
 * Sends one after the other from a neighbour, and after each a sound message, which says whether the neighbour is still
 * listened to; where it is not, another takes over. Not compared: after which and how many offences a node stops listening, and whether
 * it parts from their sender as well, depends on when it scores.
 */
async function offend(scene: Scene<readonly HostileMessage[]>, send: (bad: Neighbour, bytes: Uint8Array) => void) {
  const { subject, pubsubTopic, variant } = scene;
  const [from, to] = await relayedPair(scene);
  const delivered = (data: Uint8Array) => to.gossip.delivered(pubsubTopic).some(({ message }) => same(message.data, data));
  const ended: string[] = [];
  const ignored: string[] = [];
  let bad = await neighbour(scene);
  for (const { name, bytes } of variant) {
    send(bad, bytes);
    const sound = wakuMessage(scene);
    bad.gossip.publish(pubsubTopic, sound);
    const served = await poll(
      async () => delivered(sound),
      (came) => came || !bad.gossip.attached(subject.peerId),
      heartbeatMs,
    );
    if (served) continue;
    (bad.gossip.attached(subject.peerId) ? ignored : ended).push(name);
    await bad.probe.close();
    bad = await neighbour(scene);
  }
  const proof = await relays(scene, from, to);
  return { sent: exact(variant.length), ended, ignored, proof: exact(proof) };
}

const demandProof = ({ proof }: { readonly proof: boolean }): void => void expect(proof, "not-delivered", "proof").to.equal(true);
const hostile = { ...ofRelay, revision: 3, tags: ["#wire", "#hostile"], mutates: "node", judge: demandProof } as const;

describe("relay on the wire: hostile bytes", () => {
  check({
    ...hostile,
    id: "relay/wire-hostile-rpc",
    title: "an RPC misused in every way its schema tells: whether its sender is still listened to; others are served after it",
    requirements: ["11-RELAY-03", "11-RELAY-13"],
    tags: ["#wire", "#hostile", "#slow"],
    variants: rpcGroups,
    observe: (scene) => offend(scene, (bad, bytes) => bad.gossip.play([{ write: frame(bytes) }])),
  });

  check({
    ...hostile,
    id: "relay/wire-hostile-message",
    title: "a message misused in every way its schema tells: whether it is handed on; others are served after it",
    requirements: ["11-RELAY-03", "14-MESSAGE-10", "64-NET-34"],
    variants: messageGroups,
    observe: (scene) => offend(scene, (bad, bytes) => bad.gossip.publish(scene.pubsubTopic, bytes)),
  });
});
