import type { Capabilities } from "../../fixtures/contract/capabilities.ts";
import type { StartedWakuNode } from "../../fixtures/contract/node.ts";
import { poll } from "../../fixtures/waiting.ts";
import { must } from "../../harness/answers.ts";
import { has, offers } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact, set } from "../../harness/observation.ts";
import { shardOf } from "../../rfc-checks/rules/pubsub-topic.ts";
import { observed as topology } from "../../topologies/index.ts";

type Cast = Record<"node" | "observer", StartedWakuNode>;
const subject = "node";
const relays = (cast: Readonly<Record<string, Capabilities>>): boolean => has("node", "relay")(cast) && has("node", "metadata")(cast);
const ask = ({ node, observer }: Cast) => must("asking for metadata", observer.metadata?.query(node.peerId));

describe("metadata", () => {
  check({
    id: "metadata/cluster",
    title: "a node answers a metadata request with its cluster",
    requirements: ["66-META-07", "66-META-01"],
    subject,
    topology,
    mutates: "nothing",
    tags: ["#sharding", "#smoke"],
    meaningful: has("node", "metadata"),
    async observe({ nodes }) {
      return { clusterId: exact((await ask(nodes as Cast))?.clusterId ?? null) };
    },
    judge({ clusterId }) {
      expect(clusterId, "wrong-value", "clusterId").to.equal(66);
    },
  });

  check({
    id: "metadata/shards",
    title: "a relay lists the shards that it has joined",
    requirements: ["66-META-10"],
    tags: ["#sharding"],
    subject,
    topology,
    mutates: "nothing",
    meaningful: relays,
    async observe({ nodes, pubsubTopic }) {
      return { shards: set((await ask(nodes as Cast))?.shards ?? []), joined: shardOf(pubsubTopic)?.shard ?? null };
    },
    judge({ shards, joined }) {
      expect(shards, "wrong-value", "shards").to.deep.equal([joined]);
    },
  });

  check({
    id: "metadata/no-shards-of-a-client",
    title: "a node without relay lists no shards",
    requirements: ["66-META-11"],
    tags: ["#sharding"],
    subject,
    topology,
    mutates: "nothing",
    meaningful: (cast) => has("node", "metadata")(cast) && !has("node", "relay")(cast),
    async observe({ nodes }) {
      return { shards: set((await ask(nodes as Cast))?.shards ?? []) };
    },
    judge({ shards }) {
      expect(shards, "wrong-value", "shards").to.deep.equal([]);
    },
  });

  check({
    id: "metadata/shards-follow",
    title: "the shards that a relay lists follow its subscriptions at run time",
    requirements: ["66-META-10"],
    tags: ["#sharding"],
    subject,
    topology,
    mutates: "subscriptions",
    meaningful: (cast) => relays(cast) && offers("node", "relay.subscribe", "relay.unsubscribe")(cast),
    async observe({ nodes, freshPubsubTopic, defer }) {
      const { node } = nodes as Cast;
      const other = freshPubsubTopic();
      const shard = shardOf(other)?.shard ?? -1;
      const listed = (wanted: boolean) =>
        poll(
          async () => (await ask(nodes as Cast))?.shards.includes(shard) === true,
          (includes) => includes === wanted,
          node.capabilities.timings.settledMs,
        );
      await must("joining a shard", node.relay?.subscribe(other));
      defer(async () => node.relay?.unsubscribe(other));
      const joined = await listed(true);
      await must("leaving it", node.relay?.unsubscribe(other));
      return { joined: exact(joined), left: exact(!(await listed(false))) };
    },
    judge({ joined, left }) {
      expect(joined, "wrong-value", "joined").to.equal(true);
      expect(left, "wrong-value", "left").to.equal(true);
    },
  });
});
