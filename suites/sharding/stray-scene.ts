import type { Answer } from "../../fixtures/contract/answer.ts";
import type { Gossip } from "../../fixtures/contract/gossip.ts";
import type { Probe } from "../../fixtures/contract/probe.ts";
import { check } from "../../harness/check.ts";
import type { CheckDefinition } from "../../harness/definition.ts";
import { expect } from "../../harness/expect.ts";
import { exact, type Plain } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import type { Refusal } from "../../rfc-checks/reasons.ts";
import { readRecord } from "../../rfc-checks/rules/enr-record.ts";
import { announcedShards } from "../../rfc-checks/rules/enr-shards.ts";
import { pubsubTopicOf, shardOf } from "../../rfc-checks/rules/pubsub-topic.ts";
import { type NamedTopic, noShardKinds, type StrayKind, strayTopics } from "../../rfc-checks/rules/pubsub-topic-variants.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { decodeMetadata, encodeMetadata, metadataProtocol } from "../../rfc-checks/wire/metadata.ts";
import { requestsTo } from "../requests.ts";

/** Near to which shard topics are made; no relay joins it. */
export const nearShard = 5;
/** A shard like any other that nobody has joined: how a node answers about it, it may answer about all that it has not joined. */
export const unjoined = ({ clusterId }: Scene<unknown>): string => pubsubTopicOf({ cluster: clusterId, shard: nearShard });
export const straysOf = ({ clusterId }: Scene<unknown>, kind: StrayKind): readonly NamedTopic[] =>
  strayTopics(kind, { cluster: clusterId, shard: nearShard });

type Common = "revision" | "subject" | "topology" | "mutates" | "tags" | "meaningful" | "network";

/** A way by which a pubsub topic can enter a node. */
export interface Entry<Observation> extends Pick<CheckDefinition<Observation, unknown>, "id" | "title" | Common> {
  /** Of topics that are no shards by what 51 says. */
  readonly requirements: readonly string[];
  /** Of shards of other clusters, besides what is recommended. */
  readonly ofOtherClusters?: readonly string[];
  /** Puts all topics to the subject. */
  observe(scene: Scene<unknown>, strays: readonly NamedTopic[]): Promise<Observation>;
  judge(observation: Plain<Observation>): void;
}

/**
 * The question of an entry, about three sorts of topics, as different rules hold for them: what 51 says is no shard, a shard
 * by another spelling, on which it is silent, and a shard of another cluster.
 */
export function checkStrays<Observation>({ requirements, ofOtherClusters = [], observe, judge, ...entry }: Entry<Observation>): void {
  check<Observation, StrayKind>({
    ...entry,
    requirements: [...new Set([...requirements, "REC-SHARD-01"])],
    variants: Object.fromEntries(noShardKinds.map((kind) => [kind, kind])),
    observe: (scene) => observe(scene, straysOf(scene, scene.variant)),
    judge,
  });
  check<Observation>({
    ...entry,
    id: `${entry.id}-spelling`,
    title: `${entry.title}: a shard spelled otherwise`,
    requirements: ["REC-SHARD-03"],
    observe: (scene) => observe(scene, straysOf(scene, "spelling")),
    judge,
  });
  check<Observation>({
    ...entry,
    id: `${entry.id}-other-cluster`,
    title: `${entry.title}: a shard of another cluster`,
    requirements: [...ofOtherClusters, "REC-SHARD-04"],
    observe: (scene) => observe(scene, straysOf(scene, "other-cluster")),
    judge,
  });
}

/** An answer in a few words. */
export const inWords = (answer: Answer<unknown> | undefined): string => {
  if (answer === undefined) return "unsupported";
  return answer.reason === undefined ? answer.outcome : `${answer.outcome}: ${answer.reason}`;
};

/** Puts a question about each topic, one after the other, until the node is gone. */
export async function askInTurn(
  strays: readonly NamedTopic[],
  ask: (topic: string) => Promise<Answer<unknown> | undefined>,
): Promise<Record<string, string>> {
  const answers: Record<string, string> = {};
  for (const { label, topic } of strays) {
    const answer = await ask(topic);
    answers[label] = inWords(answer);
    if (answer?.outcome === "died" || answer?.outcome === "timeout") break;
  }
  return answers;
}

/**
 * Asks a relay to join topics, the last first, until it has joined one: a refusal may say no more than that nobody has. No more
 * than one, as some take long for each topic that their peers have announced.
 */
export async function joinOne({ subject }: Scene<unknown>, strays: readonly NamedTopic[]) {
  const joins: Record<string, string> = {};
  for (const stray of strays.toReversed()) {
    Object.assign(joins, await askInTurn([stray], async (topic) => subject.relay?.subscribe(topic)));
    if (joins[stray.label] === "ok") return { joins, joined: [stray] };
    if (joins[stray.label] === "died" || joins[stray.label] === "timeout") break;
  }
  return { joins, joined: [] };
}

/** Compared only where it is the same each time: not what came before and after the end of a node. */
export const steady = <T>(value: T, answers: Readonly<Record<string, string>>) =>
  Object.values(answers).some((answer) => answer === "died" || answer === "timeout") ? value : exact(value);

/** What says of a topic that it is none. */
const ofNoTopic: readonly Refusal[] = ["invalid-pubsub-topic", "bad-request"];

/** Topics that were refused, but not for what they are: with other words, or with those that a shard that nobody has joined gets too. */
export const refusedAlike = (strays: readonly NamedTopic[], answers: Readonly<Record<string, string>>, control: string): NamedTopic[] =>
  strays.filter(({ label }) => {
    const answer = answers[label] ?? "";
    return answer.startsWith("refused") && (answer === control || !ofNoTopic.some((reason) => answer === `refused: ${reason}`));
  });

/** A judge's demand that every topic was refused, for whatever known reason but the end of the conversation. */
export function allRefused(answers: Readonly<Record<string, string>>, path = "answers"): void {
  for (const [topic, answer] of Object.entries(answers)) {
    const silent = ["died", "timeout", "refused: connection-closed"].includes(answer);
    expect(answer, silent ? "no-answer" : "accepted-invalid-topic", `${path}.${topic}`).to.match(silent ? /^answered/ : /^refused/);
    expect(answer, "wrong-reason", `${path}.${topic}`).not.to.equal("refused: unknown-refusal");
  }
}

/** A judge's demand that nothing came of topics. */
export const noEffect = (effect: readonly string[], path: string): void =>
  void expect(effect, "refused-with-effect", path).to.deep.equal([]);

export const labelsWhere = (strays: readonly NamedTopic[], holds: (topic: string) => boolean): string[] =>
  strays.filter(({ topic }) => holds(topic)).map(({ label }) => label);

/** One by one: a node may read no RPC that holds several of the longest. */
export function announceEach(gossip: Gossip, strays: readonly NamedTopic[]): void {
  for (const { topic } of strays) gossip.announce([topic]);
}

/** Topics that a peer has announced and not taken back. */
export function announcedBy(gossip: Gossip, peerId: string): readonly string[] {
  const now = new Set<string>();
  for (const { peerId: from, rpc } of gossip.received) {
    if (from !== peerId) continue;
    for (const { subscribe = false, topicid = "" } of rpc?.subscriptions ?? []) {
      if (subscribe) now.add(topicid);
      else now.delete(topicid);
    }
  }
  return [...now];
}

/** What a node says of itself besides its subscriptions, as far as it does. */
export const toldBy = async (scene: Scene<unknown>, probe: Probe) => ({
  metadata: await metadataOf(scene, probe),
  record: await recordOf(scene),
});

/** What a node says of itself that it has not announced as a topic; in words, by where it says so. */
export async function unsound(scene: Scene<unknown>, probe: Probe, gossip: Gossip): Promise<readonly string[]> {
  const { subject, clusterId } = scene;
  const joined = announcedBy(gossip, subject.peerId).map(shardOf);
  return Object.entries(await toldBy(scene, probe)).flatMap(([where, said]) => [
    ...(said?.clusterId !== undefined && said.clusterId !== clusterId ? [`${where}: cluster ${said.clusterId}`] : []),
    ...(said?.shards ?? [])
      .filter((shard) => !joined.some((one) => one?.cluster === clusterId && one.shard === shard))
      .map((shard) => `${where}: shard ${shard}`),
  ]);
}

async function metadataOf({ subject, clusterId }: Scene<unknown>, probe: Probe) {
  // Of the cluster that the node said that it is of, where it asked first: some part from who is of another.
  const asked = requestsTo(probe, metadataProtocol)[0];
  const own = asked === undefined ? undefined : decodeMetadata(asked).clusterId;
  const request = frame(encodeMetadata({ clusterId: own ?? clusterId, shards: [] }, { field3: true }));
  const script = [{ write: request }, { close: true }] as const;
  const { frames } = await probe.exchange(subject.peerId, metadataProtocol, script, { ms: subject.capabilities.timings.settledMs });
  return frames[0] === undefined ? undefined : decodeMetadata(frames[0]);
}

async function recordOf({ subject }: Scene<unknown>) {
  const text = (await subject.discovery?.record())?.value;
  const reading = text === undefined ? undefined : readRecord(text);
  const shards = reading && "record" in reading ? announcedShards(reading.record.fields) : undefined;
  return shards && "set" in shards ? { clusterId: shards.set.cluster, shards: shards.set.shards } : undefined;
}
