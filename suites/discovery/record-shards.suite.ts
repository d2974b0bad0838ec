import type { NodeSpec } from "../../fixtures/contract/node.ts";
import { must } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { pubsubTopicOf } from "../../rfc-checks/rules/pubsub-topic.ts";
import { range } from "../peer-management/shard-peers.ts";
import { discovering, ownRecord, recordOnce, relay, roomForShards, shardsIn } from "./own-record.ts";

const cluster = 66;

/** What a record should come to say. */
interface Told {
  readonly keys: readonly string[];
  readonly shards?: readonly number[];
}

/** Joins or leaves a shard, and waits until the record says so. */
async function step(scene: Scene<unknown>, change: "subscribe" | "unsubscribe", shard: number, then: Told) {
  const before = (await ownRecord(scene)).record?.seq ?? 0n;
  await must(`${change} ${shard}`, scene.subject.relay?.[change](pubsubTopicOf({ cluster: scene.clusterId, shard })));
  const { record, fields } = await recordOnce(scene, (now) => {
    const told = shardsIn(now);
    return String(told.keys) === String(then.keys) && (!then.shards || String(told.announced?.shards ?? []) === String(then.shards));
  });
  const { keys, announced } = shardsIn(fields);
  return { keys: exact(keys), shards: exact(announced?.shards ?? []), rises: exact(record !== undefined && record.seq > before) };
}

type Step = { readonly keys: readonly string[]; readonly shards: readonly number[]; readonly rises: boolean };

/** A judge's demand that a record has these keys, under a higher number than before. @param path in front of its members */
function demandKeys(step: Step, { keys }: Told, path = ""): void {
  expect(step.keys, "wrong-value", `${path}keys`).to.deep.equal(keys);
  expect(step.rises, "wrong-value", `${path}rises`).to.equal(true);
}

const demandShards = (step: Step, { shards = [] }: Told, path = ""): void =>
  void expect(step.shards, "wrong-value", `${path}shards`).to.deep.equal(shards);

function demand(step: Step, told: Told, path = ""): void {
  demandKeys(step, told, path);
  demandShards(step, told, path);
}

const inRs = (...shards: readonly number[]): Told => ({ keys: ["rs"], shards });
const withRsv: Told = { keys: ["rsv"], shards: range(64) };
const withoutRsv = inRs(...range(63));
const nothing: Told = { keys: [] };

describe("shards in a node's own record", () => {
  check({
    ...relay,
    id: "discovery/record-key",
    title: "a record names fewer than 64 shards in rs and 64 or more in rsv, never in both",
    requirements: ["51-SHARD-09", "51-SHARD-10", "51-SHARD-11"],
    variants: { "63": 63, "64": 64, "100": 100 },
    network: (count) => ({ clusterId: cluster, shards: range(count) }),
    settings: roomForShards,
    async observe(scene) {
      const { fault, fields, record } = await ownRecord(scene);
      return { fault: exact(fault), keys: exact(shardsIn(fields).keys), size: record?.size ?? null };
    },
    judge({ fault, keys }, { variant }) {
      expect(fault, "not-by-the-book", "fault").to.equal(null);
      expect(keys, "wrong-value", "keys").to.deep.equal([variant < 64 ? "rs" : "rsv"]);
    },
  });

  check({
    ...relay,
    id: "discovery/record-bits-of-rsv",
    title: "in the rsv of a record the right-most bit is shard 0, and exactly those of the node are set",
    requirements: ["51-SHARD-15"],
    variants: { first: range(64), apart: range(64).map((index) => 16 * index + 3) },
    network: (shards) => ({ clusterId: cluster, shards }),
    settings: roomForShards,
    async observe(scene) {
      const { fields } = await ownRecord(scene);
      return { announced: exact(shardsIn(fields).announced), rsv: exact(Buffer.from(fields.get("rsv") ?? []).toString("hex")) };
    },
    judge({ announced }, { variant }) {
      expect(announced, "wrong-value", "announced").to.deep.equal({ cluster, shards: variant });
    },
  });

  check({
    ...discovering,
    id: "discovery/record-crosses-up",
    revision: 2,
    title: "when a node joins its 64th shard its record has rsv instead of rs",
    requirements: ["51-SHARD-10", "51-SHARD-11"],
    network: () => ({ clusterId: cluster, shards: range(63) }),
    settings: roomForShards,
    observe: (scene) => step(scene, "subscribe", 63, { keys: ["rsv"] }),
    judge: ({ keys }) => void expect(keys, "wrong-value", "keys").to.deep.equal(["rsv"]),
  });

  check({
    ...discovering,
    id: "discovery/record-crosses-down",
    revision: 2,
    title: "when a node leaves its 64th shard its record has rs instead of rsv",
    requirements: ["51-SHARD-09", "51-SHARD-11"],
    network: () => ({ clusterId: cluster, shards: range(64) }),
    settings: roomForShards,
    observe: (scene) => step(scene, "unsubscribe", 63, withoutRsv),
    judge: (left) => demand(left, withoutRsv),
  });

  check({
    ...discovering,
    id: "discovery/record-crosses-there-and-back",
    title:
      "the record of a node that joins its 64th shard and leaves it has rsv and then rs, all its shards, and a higher number each time",
    requirements: ["51-SHARD-09", "51-SHARD-10", "51-SHARD-11", "51-SHARD-15", "REC-DISC-03"],
    network: () => ({ clusterId: cluster, shards: range(63) }),
    settings: roomForShards,
    async observe(scene) {
      return { joined: await step(scene, "subscribe", 63, withRsv), left: await step(scene, "unsubscribe", 63, withoutRsv) };
    },
    judge({ joined, left }) {
      demandKeys(joined, withRsv, "joined.");
      demandKeys(left, withoutRsv, "left.");
      // After the keys, as the order of the bits is a question of its own.
      demandShards(joined, withRsv, "joined.");
      demandShards(left, withoutRsv, "left.");
    },
  });

  for (const { name, rule, clusterId } of [
    { name: "", rule: "REC-DISC-03", clusterId: cluster },
    { name: "-in-cluster-1", rule: "64-NET-12", clusterId: 1 },
  ]) {
    check({
      ...discovering,
      id: `discovery/record-joins${name}`,
      title: `a shard that a node of cluster ${clusterId} joins is named in its record, under a higher number`,
      requirements: [rule],
      network: () => ({ clusterId, shards: [0] }),
      observe: (scene) => step(scene, "subscribe", 5, inRs(0, 5)),
      judge: (joined) => demand(joined, inRs(0, 5)),
    });

    check({
      ...discovering,
      id: `discovery/record-leaves${name}`,
      title: `a shard that a node of cluster ${clusterId} leaves is gone from its record, down to none at all, and back when it is joined again`,
      requirements: [rule],
      network: () => ({ clusterId, shards: [0, 5] }),
      async observe(scene) {
        return {
          one: await step(scene, "unsubscribe", 5, inRs(0)),
          none: await step(scene, "unsubscribe", 0, nothing),
          again: await step(scene, "subscribe", 5, inRs(5)),
        };
      },
      judge({ one, none, again }) {
        demand(one, inRs(0), "one.");
        demand(none, nothing, "none.");
        demand(again, inRs(5), "again.");
      },
    });
  }

  check({
    ...relay,
    id: "discovery/record-shards-in-cluster-1",
    title: "the record of a relay of The Waku Network names its shards",
    requirements: ["64-NET-11"],
    variants: { one: [3], all: range(8) },
    network: (shards) => ({ clusterId: 1, shards }),
    observe: async (scene) => ({ announced: exact(shardsIn((await ownRecord(scene)).fields).announced) }),
    judge: ({ announced }, { variant }) =>
      void expect(announced, "wrong-value", "announced").to.deep.equal({ cluster: 1, shards: variant }),
  });

  check({
    ...discovering,
    id: "discovery/record-one-cluster",
    title: "a record names shards of one cluster, also when the node is asked to join one of another",
    requirements: ["51-SHARD-16"],
    async observe(scene) {
      const asked = await scene.subject.relay?.subscribe(pubsubTopicOf({ cluster: 67, shard: 9 }));
      const own = await step(scene, "subscribe", 5, inRs(0, 5));
      const { announced } = shardsIn((await ownRecord(scene)).fields);
      return { other: exact(asked?.outcome ?? null), cluster: exact(announced?.cluster ?? null), named: own.shards };
    },
    judge({ cluster: named }) {
      expect(named, "wrong-value", "cluster").to.equal(cluster);
    },
  });

  check({
    ...discovering,
    mutates: "nothing",
    id: "discovery/record-waku2-in-discv5",
    title: "a node that takes part in discv5 has a bit of waku2 set",
    requirements: ["10-WAKU2-12", "31-ENR-16"],
    variants: {
      "every-service": {},
      "relay-alone": { filterService: false, lightpushService: false, storeService: false, peerExchangeService: false },
      "no-service": { relay: false, filterService: false, lightpushService: false, storeService: false, peerExchangeService: false },
    },
    async observe(scene: Scene<Partial<NodeSpec>>) {
      const { outcome, value: node, raw } = await scene.launch({ ...scene.variant, discovery: { bootstrap: [] } });
      // Who has nothing to name may rather not start than have no bit.
      const declines = outcome === "refused" && scene.variant.relay === false;
      if (node === undefined && !declines) throw new CouldNotRun(`it did not start: ${raw}`);
      const [bits = 0] = node ? ((await ownRecord({ subject: node })).fields.get("waku2") ?? []) : [];
      return { starts: exact(outcome), bits: exact(node ? bits : null) };
    },
    judge({ bits }) {
      expect(bits, "wrong-value", "bits").to.not.equal(0);
    },
  });
});
