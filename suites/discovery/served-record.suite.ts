import type { DiscoveryProbe } from "../../fixtures/contract/discovery-probe.ts";
import { poll } from "../../fixtures/waiting.ts";
import { must } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { pubsubTopicOf } from "../../rfc-checks/rules/pubsub-topic.ts";
import { messageType, numberOf } from "../../rfc-checks/wire/discv5-message.ts";
import { guide, handedOut, recordOf } from "./discovery-scene.ts";
import { discovering, readingOf, shardsIn } from "./own-record.ts";

const { PING, FINDNODE } = messageType;
/** There the record is bound to follow; elsewhere it is recommended. */
const clusterId = 1;

/** The record that discv5 hands out for the node itself. @throws CouldNotRun */
async function served({ subject }: Scene<unknown>, peer: DiscoveryProbe): Promise<string> {
  const [record] = handedOut(await peer.ask(await recordOf(subject), FINDNODE, [[0]], subject.capabilities.timings.callMs));
  if (record === undefined) throw new CouldNotRun("discv5 hands out no record of its own");
  return record;
}

/** What others learn by discv5 when the node joins or leaves a shard. */
async function afterChange(scene: Scene<unknown>, change: "subscribe" | "unsubscribe", shard: number, then: readonly number[]) {
  const { subject } = scene;
  const { settledMs, callMs } = subject.capabilities.timings;
  const peer = await guide(scene);
  const before = readingOf(await served(scene, peer)).record?.seq ?? 0n;
  await must(`${change} ${shard}`, subject.relay?.[change](pubsubTopicOf({ cluster: clusterId, shard })));
  const text = await poll(
    () => served(scene, peer),
    (now) => String(shardsIn(readingOf(now).fields).announced?.shards ?? []) === String(then),
    settledMs,
  );
  const { record, fields } = readingOf(text);
  const [pong] = await peer.ask(text, PING, [1], callMs);
  const told = await poll(
    () => recordOf(subject),
    (own) => own === text,
    settledMs,
  );
  return {
    shards: exact(shardsIn(fields).announced?.shards ?? []),
    rises: exact(record !== undefined && record.seq > before),
    /** The number in a PONG, by which others see that there is something new. */
    seq: exact(record !== undefined && numberOf(pong?.items[0]) === record.seq),
    /** The same that the node says of itself. */
    own: exact(told === text),
  };
}

const demand = (
  found: Record<"rises" | "seq" | "own", boolean> & { readonly shards: readonly number[] },
  then: readonly number[],
): void => {
  expect(found.shards, "wrong-value", "shards").to.deep.equal(then);
  for (const name of ["rises", "seq", "own"] as const) expect(found[name], "wrong-value", name).to.equal(true);
};

const ofNode = { ...discovering, requirements: ["33-DISCV5-02", "64-NET-12"], tags: ["#wire"] } as const;

describe("the record that discv5 serves", () => {
  check({
    ...ofNode,
    id: "discovery/served-record-joins",
    title: "a shard that a node joins is named in the record that discv5 serves, under a higher number, which its PONG tells",
    network: () => ({ clusterId, shards: [0] }),
    observe: (scene) => afterChange(scene, "subscribe", 5, [0, 5]),
    judge: (found) => demand(found, [0, 5]),
  });

  check({
    ...ofNode,
    id: "discovery/served-record-leaves",
    title: "a shard that a node leaves is gone from the record that discv5 serves, under a higher number, which its PONG tells",
    network: () => ({ clusterId, shards: [0, 5] }),
    observe: (scene) => afterChange(scene, "unsubscribe", 5, [0]),
    judge: (found) => demand(found, [0]),
  });
});
