import { has } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { NotApplicable } from "../../harness/definition.ts";
import { expect } from "../../harness/expect.ts";
import { isSought } from "../../harness/meeting.ts";
import { exact } from "../../harness/observation.ts";
import { anyoneAlone } from "../../topologies/index.ts";
import { byCluster, byShards, exchanged, whoStays } from "./metadata-scene.ts";

const clusters: Readonly<Record<string, number>> = { "cluster-0": 0, "cluster-1": 1, "cluster-66": 66 };
const ofAnyone = {
  subject: "node",
  topology: anyoneAlone,
  mutates: "subscriptions",
  tags: ["#metadata", "#wire"],
  variants: clusters,
  network: (clusterId: number) => ({ clusterId }),
  meaningful: has("node", "metadata"),
} as const;

describe("sharding: what nodes tell each other of their clusters and shards", () => {
  check({
    ...ofAnyone,
    id: "sharding/metadata-fields",
    title: "a node says of which cluster it is, whichever that is, when it is asked and when it asks",
    requirements: ["66-META-01", "66-META-02", "66-META-07"],
    async observe(scene) {
      const { answer, request } = await exchanged(scene, scene.clusterId);
      return { answer: exact(answer), request: exact(request), own: scene.clusterId };
    },
    judge({ answer, request, own }) {
      expect(answer?.clusterId, answer === null ? "no-answer" : "wrong-value", "answer").to.equal(own);
      if (request !== null) expect(request.clusterId, "wrong-value", "request").to.equal(own);
    },
  });

  check({
    ...ofAnyone,
    id: "sharding/metadata-shards",
    title: "a node keeps peers of its cluster that are on other shards, or say that they are on none",
    requirements: ["66-META-13"],
    async observe(scene) {
      return whoStays(scene, byShards, scene.clusterId);
    },
    judge({ stays }) {
      for (const [peer, kept] of Object.entries(stays)) expect(kept, "disconnected", `stays.${peer}`).to.equal(true);
    },
  });

  check({
    ...ofAnyone,
    id: "sharding/metadata-clusters",
    revision: 2,
    title: "from which peers of another cluster, or of none, a node parts, whoever dialled, and how soon",
    requirements: ["66-META-12"],
    async observe(scene) {
      const come = await whoStays(scene, byCluster, scene.clusterId);
      // Who accepts no connections has dialled all of those.
      const listens = scene.subject.capabilities.transports.length > 0;
      return { ...come, dialled: listens ? await whoStays(scene, byCluster, scene.clusterId, isSought) : null };
    },
  });

  check({
    id: "sharding/metadata-unspecified",
    title: "from which peers a node parts that was told no cluster, and how soon",
    requirements: ["66-META-12", "66-META-13"],
    subject: "node",
    topology: anyoneAlone,
    mutates: "nothing",
    tags: ["#metadata", "#wire"],
    meaningful: has("node", "metadata"),
    async observe(scene) {
      const { value: node, ...start } = await scene.launch({ unspecified: true, shards: [] });
      if (node === undefined) throw new NotApplicable(`it does not start without a cluster: ${JSON.stringify(start.raw)}`);
      const itself = { ...scene, subject: node };
      const { answer, request } = await exchanged(itself, 0);
      const own = answer?.clusterId ?? request?.clusterId ?? 0;
      const { stays, afterMs } = await whoStays(itself, { ...byShards, ...byCluster }, own);
      return { own: exact(answer?.clusterId ?? null), stays, afterMs };
    },
  });
});
