import { poll } from "../../fixtures/waiting.ts";
import { check } from "../../harness/check.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { expect } from "../../harness/expect.ts";
import { dHigh } from "../../rfc-checks/rules/mesh.ts";
import { ofRelay, peersOn, roomy, type ShardPeer } from "../peer-management/shard-peers.ts";
import { heartbeatMs, neighbour, wakuMessage } from "./wire-scene.ts";

const peers = 100;
/** 29/WAKU2-CONFIG: a quarter, of which some may be told late; far from D_lazy of a hundred, and from all. */
const [least, most] = [0.15, 0.35];

const isTold = ({ gossip }: ShardPeer): boolean => gossip.received.some(({ rpc }) => (rpc?.control?.ihave ?? []).length > 0);

describe("relay on the wire: how many are told of a message", () => {
  check({
    ...ofRelay,
    id: "relay/gossip-factor",
    title: `of ${peers} neighbours beside the mesh about a quarter are told of a message at a heartbeat`,
    requirements: ["29-CONFIG-12"],
    tags: ["#wire", "#scale"],
    settings: roomy,
    async observe(scene) {
      const { pubsubTopic } = scene;
      const [all = []] = await peersOn(scene, [{ count: peers, topics: [pubsubTopic] }]);
      const from = await neighbour(scene);
      const outside = all.filter(({ gossip }) => gossip.meshOf(pubsubTopic).length === 0);
      if (outside.length < peers - 2 * dHigh) throw new CouldNotRun(`${peers - outside.length} of ${peers} are in the mesh`);
      from.gossip.publish(pubsubTopic, wakuMessage(scene));
      await poll(async () => outside.some(isTold), Boolean, 3 * heartbeatMs);
      // All that are told at one heartbeat are told at once.
      await scene.elapse(heartbeatMs / 2);
      const told = outside.filter(isTold).length;
      return { outside: outside.length, told, share: told / outside.length };
    },
    judge({ share }) {
      expect(share, "wrong-value", "share").to.be.within(least, most);
    },
  });
});
