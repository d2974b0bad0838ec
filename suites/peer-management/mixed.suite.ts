import { poll } from "../../fixtures/waiting.ts";
import { demandOk, must, seen } from "../../harness/answers.ts";
import { offers } from "../../harness/casting.ts";
import { check } from "../../harness/check.ts";
import { NotApplicable } from "../../harness/definition.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { pruneBackoff } from "../../rfc-checks/rules/mesh.ts";
import { mixedMesh } from "../../topologies/index.ts";
import { fourShards, topicsOfFour } from "../mixed-network.ts";
import { holding, type Lists, listsOf, oneSided, thin } from "./mixed-lists.ts";

type Nodes = Scene<unknown>["nodes"];
type AllLists = Readonly<Record<string, Lists>>;

/** All of them on each of the four. */
const onEach = ({ nodes, clusterId }: Pick<Scene<unknown>, "nodes" | "clusterId">): Record<string, Nodes> =>
  Object.fromEntries(topicsOfFour(clusterId).map((topic) => [topic, nodes]));

const everywhere = (lists: AllLists, of: (one: Lists) => string[]): string[] =>
  Object.entries(lists).flatMap(([topic, one]) => of(one).map((fault) => `${topic}: ${fault}`));

const isWhole = (lists: Lists): boolean => thin(lists).length === 0 && oneSided(lists).length === 0;

const meshMsOf = (nodes: Nodes): number => Math.max(...Object.values(nodes).map(({ capabilities }) => capabilities.timings.meshMs));

/** What is listed of one topic after the other, each once it is as wanted, or the bound for all of them has passed. */
async function settled(
  nodes: Nodes,
  on: Readonly<Record<string, Nodes>>,
  boundMs: number,
  wanted: (lists: Lists, topic: string) => boolean = isWhole,
): Promise<AllLists> {
  const end = performance.now() + boundMs;
  const all: Record<string, Lists> = {};
  for (const [topic, relays] of Object.entries(on))
    all[topic] = await poll(
      () => listsOf(nodes, relays, topic),
      (lists) => wanted(lists, topic),
      end - performance.now(),
    );
  return all;
}

/** The same when meshes form: who is pruned while the nodes find each other waits for its back-off. */
const formed = (nodes: Nodes, on: Readonly<Record<string, Nodes>>): Promise<AllLists> =>
  settled(nodes, on, meshMsOf(nodes) + pruneBackoff * 1_000);

const ofSix = { subject: "publisher", topology: mixedMesh, tags: ["#relay"], network: fourShards } as const;

describe("peers of each shard in a mesh of several participants", () => {
  check({
    ...ofSix,
    id: "peer-management/mixed-meshes",
    title:
      "in a mesh of six, of one participant, in halves or in thirds, each relay that lists its mesh has D_low peers on each of four shards, or all that there are, who list it too",
    requirements: ["29-CONFIG-02", "REC-SHARD-07", "REC-SHARD-14"],
    mutates: "nothing",
    async observe(scene) {
      const lists = await formed(scene.nodes, onEach(scene));
      const listing = Object.values(lists).flatMap((of) => Object.values(of).filter(({ mesh }) => mesh !== undefined));
      if (listing.length === 0) throw new NotApplicable("none of the relays lists its mesh");
      return { lists, thin: exact(everywhere(lists, thin)), oneSided: exact(everywhere(lists, oneSided)) };
    },
    judge({ thin: few, oneSided: ends }) {
      expect(few, "wrong-value", "thin").to.deep.equal([]);
      expect(ends, "wrong-value", "oneSided").to.deep.equal([]);
    },
  });

  check({
    ...ofSix,
    id: "peer-management/mixed-leave",
    title:
      "when a relay of such a mesh leaves a shard, no other lists it there any more, and the meshes of that shard and of the others have D_low peers or all that there are",
    requirements: ["11-RELAY-10", "11-RELAY-12", "REC-SHARD-07", "REC-SHARD-14"],
    mutates: "subscriptions",
    meaningful: offers("publisher", "relay.subscribe", "relay.unsubscribe"),
    async observe(scene) {
      const { nodes, subject, defer } = scene;
      const topic = scene.freshPubsubTopic();
      // Who can join none at run time is not on it.
      const joined = Object.entries(nodes).filter(([, { capabilities }]) => !capabilities.lacks.includes("relay.subscribe"));
      const onIt = new Set(joined.map(([, node]) => node));
      defer(async () => Promise.all([...onIt].map(({ relay }) => relay?.unsubscribe(topic))));
      await Promise.all(joined.map(([place, { relay }]) => must(`joining a shard at ${place}`, relay?.subscribe(topic))));
      const before = await formed(nodes, { [topic]: Object.fromEntries(joined), ...onEach(scene) });
      onIt.delete(subject);
      const left = seen(await subject.relay?.unsubscribe(topic));
      const staying = Object.fromEntries(joined.filter(([, node]) => onIt.has(node)));
      const after = await settled(
        nodes,
        { [topic]: staying, ...onEach(scene) },
        meshMsOf(nodes),
        (lists, on) => isWhole(lists) && (on !== topic || holding(lists, "publisher").length === 0),
      );
      const onTopic = after[topic] ?? {};
      if (Object.values(onTopic).every(({ announced }) => announced === undefined))
        throw new NotApplicable("none of the relays lists peers of a shard");
      return {
        ...{ before, after },
        formed: exact(everywhere(before, thin)),
        left,
        holding: exact(holding(onTopic, "publisher")),
        thin: exact(everywhere(after, thin)),
        oneSided: exact(everywhere(after, oneSided)),
      };
    },
    judge({ formed: before, left, holding: still, thin: few, oneSided: ends }) {
      expect(before, "wrong-value", "formed").to.deep.equal([]);
      demandOk(left, "left");
      expect(still, "answered-success-no-effect", "holding").to.deep.equal([]);
      expect(few, "wrong-value", "thin").to.deep.equal([]);
      expect(ends, "wrong-value", "oneSided").to.deep.equal([]);
    },
  });
});
