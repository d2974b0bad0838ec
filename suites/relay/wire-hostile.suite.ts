import { poll } from "../../fixtures/waiting.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact, set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { wakuNetworkCluster } from "../../rfc-checks/rules/limits.ts";
import { nowNs } from "../../rfc-checks/rules/timestamp.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { type HostileMessage, hostileMessages } from "../../rfc-checks/wire/hostile.ts";
import { WakuMessage } from "../../rfc-checks/wire/message.ts";
import { RelayRpc } from "../../rfc-checks/wire/relay.ts";
import { measured } from "../measured.ts";
import { strictly } from "../strictly.ts";
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
const { whole = [], ...rpcGroups } = grouped(rpcs, ["subscriptions", "publish", ...controls, "control"]);
const messageGroups = grouped(messages, ["payload", "contentTopic", "version", "timestamp", "meta", "rateLimitProof", "ephemeral"]);

/**
 * Sends one after the other from a neighbour, and after each a sound message, which says whether the neighbour is still
 * listened to; where it is not, another takes over, and sends the same: what becomes of it is not to depend on what came before.
 * Not compared: after which and how many offences a node stops listening, and whether it parts from their sender as well, depends
 * on when it scores.
 */
async function offend(scene: Scene<unknown>, inputs: readonly HostileMessage[], send: (bad: Neighbour, bytes: Uint8Array) => void) {
  const { subject, pubsubTopic } = scene;
  const [from, to] = await relayedPair(scene);
  const delivered = (data: Uint8Array) => to.gossip.delivered(pubsubTopic).some(({ message }) => same(message.data, data));
  const ended: string[] = [];
  const ignored: string[] = [];
  let bad = await neighbour(scene);
  let isNew = true;
  const isHeardAfter = async (bytes: Uint8Array): Promise<boolean> => {
    send(bad, bytes);
    const sound = wakuMessage(scene);
    bad.gossip.publish(pubsubTopic, sound);
    return poll(
      async () => delivered(sound),
      (came) => came || !bad.gossip.attached(subject.peerId),
      heartbeatMs,
    );
  };
  const replace = async () => {
    await bad.probe.close();
    bad = await neighbour(scene);
    isNew = true;
  };
  const handedOn: string[] = [];
  for (const { name, bytes } of inputs) {
    let heard = await isHeardAfter(bytes);
    if (!heard && !isNew) {
      await replace();
      heard = await isHeardAfter(bytes);
    }
    isNew = false;
    if (!heard) {
      (bad.gossip.attached(subject.peerId) ? ignored : ended).push(name);
      await replace();
    }
  }
  const proof = await relays(scene, from, to);
  for (const { name, bytes } of inputs) if (delivered(bytes)) handedOn.push(name);
  return { sent: exact(inputs.length), handedOn: set(handedOn), ended, ignored, proof: exact(proof) };
}

const offendByRpc = async (scene: Scene<readonly HostileMessage[]>) => {
  // What is published within one is another's affair.
  const { handedOn: _, ...seen } = await offend(scene, scene.variant, (bad, bytes) => bad.gossip.play([{ write: frame(bytes) }]));
  return seen;
};
const offendByMessage = (scene: Scene<unknown>, inputs: readonly HostileMessage[]) =>
  offend(scene, inputs, (bad, bytes) => bad.gossip.publish(scene.pubsubTopic, bytes));

const demandProof = ({ proof }: { readonly proof: boolean }): void => void expect(proof, "not-delivered", "proof").to.equal(true);
const hostile = { ...ofRelay, revision: 4, tags: ["#wire", "#hostile"], mutates: "node", judge: demandProof } as const;

describe("relay on the wire: hostile bytes", () => {
  check(
    measured({
      ...hostile,
      id: "relay/wire-hostile-rpc",
      title:
        "an RPC misused in every way that its schema tells of a field: whether its sender is still listened to; others are served after it",
      requirements: ["11-RELAY-03", "11-RELAY-13", "CONN-05"],
      tags: ["#wire", "#hostile", "#slow"],
      variants: rpcGroups,
      observe: offendByRpc,
    }),
  );

  check(
    measured({
      ...hostile,
      revision: 1,
      id: "relay/wire-hostile-rpc-whole",
      title: "an RPC misused as a whole: whether its sender is still listened to; others are served after it",
      requirements: ["11-RELAY-03", "11-RELAY-13", "CONN-05"],
      variants: { whole },
      observe: offendByRpc,
    }),
  );

  check(
    measured({
      ...hostile,
      id: "relay/wire-hostile-message",
      title: "a message misused in every way its schema tells: whether it is handed on; others are served after it",
      requirements: ["11-RELAY-03", "14-MESSAGE-10", "64-NET-34", "CONN-05"],
      variants: messageGroups,
      observe: (scene) => offendByMessage(scene, scene.variant),
    }),
  );

  check(
    measured({
      ...hostile,
      revision: 1,
      id: "relay/wire-undecodable",
      title: "data that is no message is not handed on in The Waku Network; others are served after it",
      requirements: ["64-NET-34", "CONN-05"],
      network: () => ({ clusterId: wakuNetworkCluster, shards: [0] }),
      observe: (scene) =>
        offendByMessage(
          scene,
          // Of now, as another time is a fault of its own.
          hostileMessages(WakuMessage, { ...fields, timestamp: nowNs() }, seed).filter(
            ({ bytes }) => strictly(WakuMessage, bytes).value === undefined,
          ),
        ),
      judge({ handedOn, proof }) {
        demandProof({ proof });
        expect(handedOn, "accepted-invalid", "handedOn").to.deep.equal([]);
      },
    }),
  );
});
