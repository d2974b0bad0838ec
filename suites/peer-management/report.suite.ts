import { poll } from "../../fixtures/waiting.ts";
import { must } from "../../harness/answers.ts";
import { has } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { NotApplicable } from "../../harness/definition.ts";
import { expect } from "../../harness/expect.ts";
import { gauge } from "../../harness/gauges.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { dHigh, dLow } from "../../rfc-checks/rules/mesh.ts";
import { degree, ofRelay, peersOn, roomy, type ShardPeer, settles, topicOf, twoShards } from "./shard-peers.ts";

/** What a node says of its peers, once it is what the wire says or it had the time to say so; null where it says nothing. */
const told = (scene: Scene<unknown>, groups: readonly (readonly ShardPeer[])[], topics: readonly string[]) =>
  poll(
    async () => {
      const all = groups.flat();
      const wire = {
        peers: all.filter(({ probe }) => probe.connected(scene.subject.peerId)).length,
        meshes: topics.map((topic) => degree(all, topic)),
      };
      const listed = (await scene.subject.peers()).value?.length ?? null;
      const counted = (await gauge(scene.subject, "connectedPeers")) ?? null;
      const meshes = await Promise.all(topics.map(async (topic) => (await gauge(scene.subject, "meshPeers", { topic })) ?? null));
      return { wire, listed, counted, meshes };
    },
    ({ wire, listed, counted, meshes }) =>
      listed === wire.peers && (counted ?? wire.peers) === wire.peers && meshes.every((size, index) => size === wire.meshes[index]),
    scene.subject.capabilities.timings.settledMs,
  );

describe("what a relay reports of its shards", () => {
  const changes = { formed: false, "after-some-left": true };

  check({
    ...ofRelay,
    id: "peer-management/reported-peers",
    title: "a relay lists and counts the peers that are connected, no more and no fewer",
    requirements: ["REC-SHARD-10"],
    variants: changes,
    network: twoShards,
    settings: roomy,
    async observe(scene) {
      const { wire, listed, counted } = await reported(scene);
      return { listed: exact(listed), counted: exact(counted), wire: exact(wire.peers) };
    },
    judge({ listed, counted, wire }) {
      expect(listed, "wrong-value", "listed").to.equal(wire);
      if (counted !== null) expect(counted, "wrong-value", "counted").to.equal(wire);
    },
  });

  check({
    ...ofRelay,
    id: "peer-management/reported-meshes",
    title: "a relay that has metrics says how many peers are in the mesh of each of its shards",
    requirements: ["REC-SHARD-11"],
    variants: changes,
    network: twoShards,
    settings: roomy,
    meaningful: (cast) => ofRelay.meaningful(cast) && cast.node?.gauges.connectedPeers !== undefined,
    async observe(scene) {
      const { wire, meshes } = await reported(scene);
      return {
        ...{ wire: wire.meshes, meshes },
        told: exact(meshes.every((size) => size !== null)),
        right: exact(meshes.every((size, index) => size === wire.meshes[index])),
      };
    },
    judge({ told: says, right }) {
      expect(says, "no-answer", "told").to.equal(true);
      expect(right, "wrong-value", "right").to.equal(true);
    },
  });

  check({
    ...ofRelay,
    id: "peer-management/listed-peers",
    title: "a relay whose API lists the peers of a shard, or those in its mesh, lists those that there are, and nobody who has left",
    requirements: ["REC-SHARD-14"],
    network: twoShards,
    settings: roomy,
    async observe(scene) {
      const { groups, topics } = await twoMeshes(scene);
      const look = () => Promise.all(topics.map((topic, index) => listed(scene, groups[index] ?? [], topic)));
      const formed = await look();
      await someLeave(scene, groups);
      const left = await look();
      const lists = [...formed, ...left];
      return {
        ...{ formed, left },
        announced: exact(lists.every(({ announced }) => announced.length === 0)),
        mesh: exact(lists.every(({ mesh }) => (mesh ?? []).length === 0)),
      };
    },
    judge({ announced, mesh }) {
      expect(announced, "wrong-value", "announced").to.equal(true);
      expect(mesh, "wrong-value", "mesh").to.equal(true);
    },
  });

  check({
    ...ofRelay,
    id: "peer-management/reported-health",
    title: "a relay that reports its health says another thing of itself while it has no peer than with a mesh on each of its shards",
    requirements: ["REC-SHARD-15"],
    network: twoShards,
    settings: roomy,
    meaningful: (cast) => ofRelay.meaningful(cast) && has("node", "rest")(cast),
    async observe(scene) {
      const alone = await health(scene);
      if (alone.status !== 200) throw new NotApplicable(`it reports no health: ${alone.status} ${alone.said}`);
      const { groups } = await twoMeshes(scene);
      const others = (found: Health) => found.said !== alone.said;
      const { settledMs } = scene.subject.capabilities.timings;
      const formed = await poll(() => health(scene), others, settledMs);
      await Promise.all(groups.flat().map(({ probe }) => probe.disconnect(scene.subject.peerId)));
      const left = await poll(
        () => health(scene),
        (found) => !others(found),
        settledMs,
      );
      return { alone: exact(alone), formed: exact(formed), left: exact(left) };
    },
    judge({ alone, formed, left }) {
      expect(formed.said, "wrong-value", "formed").to.not.equal(alone.said);
      expect(left.said, "wrong-value", "left").to.equal(alone.said);
    },
  });
});

interface Health {
  readonly status: number | null;
  readonly said: string;
}

/** What a relay says of itself and of its relay protocol; what it says of its other protocols is not about its shards. */
async function health({ subject }: Scene<unknown>): Promise<Health> {
  const answer = await subject.rest?.request({ method: "GET", path: "/health" });
  const { status = null, type, body = "" } = answer?.value ?? {};
  if (status !== 200 || type !== "application/json") return { status, said: body || String(answer?.outcome) };
  const { nodeHealth, connectionStatus, protocolsHealth = [] } = JSON.parse(body) as HealthJson;
  const relay = protocolsHealth.find((protocol) => protocol.Relay !== undefined)?.Relay;
  return { status, said: [nodeHealth, connectionStatus, relay].filter((word) => word !== undefined).join(", ") };
}

interface HealthJson {
  readonly nodeHealth: string;
  readonly connectionStatus?: string;
  readonly protocolsHealth?: readonly { readonly Relay?: string }[];
}

/** Two shards with six and five peers, each with a mesh. */
async function twoMeshes(scene: Scene<unknown>) {
  const topics = [topicOf(scene, 0), topicOf(scene, 1)];
  const groups = await peersOn(
    scene,
    topics.map((topic, index) => ({ count: 6 - index, topics: [topic] })),
  );
  await Promise.all(topics.map((topic, index) => settles(scene, groups[index] ?? [], topic, dLow, dHigh)));
  return { groups, topics };
}

/** Two peers of each shard. */
const someLeave = ({ subject }: Scene<unknown>, groups: readonly (readonly ShardPeer[])[]) =>
  Promise.all(groups.flatMap((group) => group.slice(0, 2).map(({ probe }) => probe.disconnect(subject.peerId))));

/** Two meshes, of which some may have left. */
async function reported(scene: Scene<boolean>) {
  const { groups, topics } = await twoMeshes(scene);
  if (scene.variant) await someLeave(scene, groups);
  return told(scene, groups, topics);
}

/** Who is on a shard, and who in its mesh, by a node's list and by the wire, once they agree or it had the time. */
const listed = (scene: Scene<unknown>, peers: readonly ShardPeer[], topic: string) =>
  poll(
    async () => {
      const there = peers.filter(({ probe }) => probe.connected(scene.subject.peerId));
      const grafted = there.filter(({ gossip }) => gossip.meshOf(topic).length > 0);
      const list = await must("listing the peers of a shard", scene.subject.relay?.peers?.(topic));
      return {
        announced: differs(list?.announced, there),
        // Null: the node lists no mesh.
        mesh: list?.mesh === undefined ? null : differs(list.mesh, grafted),
      };
    },
    ({ announced, mesh }) => [announced, mesh].every((found) => found === null || found.length === 0),
    scene.subject.capabilities.timings.settledMs,
  );

/** In words, as no two runs have the same peers. */
function differs(list: readonly string[] = [], peers: readonly ShardPeer[]): string[] {
  const ids = peers.map(({ probe }) => probe.peerId);
  return [
    ...ids.filter((id) => !list.includes(id)).map(() => "not listed"),
    ...list.filter((id) => !ids.includes(id)).map(() => "not there"),
    ...list.filter((id, index) => list.indexOf(id) !== index).map(() => "listed twice"),
  ];
}
