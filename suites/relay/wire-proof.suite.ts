import { check } from "../../harness/check.ts";
import { exact } from "../../harness/observation.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { RateLimitProof } from "../../rfc-checks/wire/message.ts";
import { copies, heartbeatMs, neighbour, ofRelay, wakuMessage } from "./wire-scene.ts";

const part = (length: number) => new Uint8Array(length).fill(0xa5);
const made = encode(RateLimitProof, {
  proof: part(128),
  ...{ merkleRoot: part(32), epoch: part(32), shareX: part(32), shareY: part(32), nullifier: part(32) },
});

/** What stands for a proof of membership, which nobody has offline. */
const proofs: Readonly<Record<string, Uint8Array | undefined>> = { none: undefined, "made-up": made, empty: new Uint8Array() };

describe("relay on the wire: proofs of membership", () => {
  check({
    ...ofRelay,
    id: "relay/wire-proof",
    title: "whether a relay of The Waku Network that was given no group hands on a message with no proof, and with one that is none",
    requirements: ["17-RLN-05", "64-NET-29", "64-NET-38"],
    tags: ["#wire"],
    mutates: "connections",
    network: () => ({ clusterId: 1, shards: [0] }),
    variants: proofs,
    async observe(scene) {
      const { subject, pubsubTopic, variant: rateLimitProof } = scene;
      const [from, to] = await Promise.all([neighbour(scene), neighbour(scene)]);
      for (const { gossip } of [from, to]) gossip.graft(pubsubTopic);
      // A heartbeat after which both are in the mesh, if they are let in.
      await scene.elapse(heartbeatMs);
      const data = wakuMessage(scene, rateLimitProof && { rateLimitProof });
      from.gossip.publish(pubsubTopic, data);
      const came = await copies(scene, to, pubsubTopic, data);
      return { handedOn: exact(came.length), connected: exact(from.probe.connected(subject.peerId)) };
    },
  });
});
