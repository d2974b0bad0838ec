import type { Muxer, Probe } from "../../fixtures/contract/probe.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact, set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { brokenFramings, type FramingScript, fairFramings, manyFramings } from "../../rfc-checks/wire/hostile-framing.ts";
import { RelayRpc, relayProtocol } from "../../rfc-checks/wire/relay.ts";
import { again, eachMuxer, scriptOf } from "../hostile-inputs.ts";
import { measured } from "../measured.ts";
import { copies, heartbeatMs, neighbour, ofRelay, relayedPair, relays, same, wakuMessage } from "./wire-scene.ts";

/** A length in more bytes than it needs is a number all the same, an empty RPC is one, and a frame before a reset may have been taken. */
const readable = new Set(["padded-length", "reset-after-frame", "zero-length-first"]);

/** For a stream that nobody answers, in ms: a script that waits takes its time, another is read at once. */
const listenMs = ({ steps }: FramingScript): number => (steps.some((step) => "wait" in step) ? 1.5 * heartbeatMs : heartbeatMs / 4);

/** A message and how it is sent. */
interface Sent {
  readonly script: FramingScript;
  readonly data: Uint8Array;
}

function messagesIn(scene: Scene<Muxer>, framings: (message: Uint8Array) => readonly FramingScript[]): readonly Sent[] {
  return framings(new Uint8Array()).map((_, index) => {
    const data = wakuMessage(scene);
    const rpc = encode(RelayRpc, { publish: [{ data, topicIDs: [scene.pubsubTopic] }] });
    return { script: framings(rpc)[index] as FramingScript, data };
  });
}

const senders = 4;

/** Each on a stream of its own, from some neighbours side by side, one stream a neighbour at a time. */
async function sendAll(scene: Scene<Muxer>, all: readonly Sent[], done: (sent: Sent, probe: Probe) => Promise<unknown>) {
  const { subject, variant: muxer } = scene;
  const play = async (sender: number) => {
    const { probe } = await neighbour(scene, { probe: await scene.probe({ muxer, paced: false }) });
    for (const sent of all.filter((_, index) => index % senders === sender)) {
      await again(probe, subject);
      await done(sent, probe);
    }
    return probe;
  };
  const probes = await Promise.all(Array.from({ length: senders }, (_, sender) => play(sender)));
  await Promise.all(probes.map((probe) => probe.close()));
}

describe("relay on the wire: framings", () => {
  check(
    measured({
      ...ofRelay,
      id: "relay/wire-framing",
      title: "a message is handed on in every fair framing and in no broken one, and others are served after them",
      requirements: ["10-WAKU2-01", "11-RELAY-03", "CONN-05"],
      tags: ["#wire", "#hostile"],
      mutates: "node",
      variants: eachMuxer,
      meaningful: ({ node }, muxer) => node?.muxers.includes(muxer) === true,
      async observe(scene: Scene<Muxer>) {
        const { pubsubTopic } = scene;
        const [from, to] = await relayedPair(scene);
        const [fair, many, broken] = [messagesIn(scene, fairFramings), messagesIn(scene, manyFramings), messagesIn(scene, brokenFramings)];
        const { peerId, capabilities } = scene.subject;
        // The stream is left as it is until the message is there.
        await sendAll(scene, [...fair, ...many], ({ script, data }, probe) => {
          void probe.exchange(peerId, relayProtocol, scriptOf(script), { ms: capabilities.timings.callMs });
          return copies(scene, to, pubsubTopic, data);
        });
        await sendAll(scene, broken, ({ script }, probe) =>
          probe.exchange(peerId, relayProtocol, scriptOf(script), { ms: listenMs(script) }),
        );
        const proof = await relays(scene, from, to);
        const came = (all: readonly Sent[]): string[] =>
          all
            .filter(({ data }) => to.gossip.delivered(pubsubTopic).some(({ message }) => same(message.data, data)))
            .map(({ script }) => script.name);
        const taken = came(broken);
        return {
          lost: set(fair.map(({ script }) => script.name).filter((name) => !came(fair).includes(name))),
          many: set(came(many)),
          accepted: set(taken.filter((name) => !readable.has(name))),
          // Not compared: who is reset may have been read before.
          readable: taken.filter((name) => readable.has(name)),
          proof: exact(proof),
        };
      },
      judge({ lost, accepted, proof }) {
        expect(lost, "not-delivered", "lost").to.deep.equal([]);
        expect(accepted, "accepted-invalid", "accepted").to.deep.equal([]);
        expect(proof, "not-delivered", "proof").to.equal(true);
      },
    }),
  );
});
