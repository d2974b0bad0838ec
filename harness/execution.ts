import { setTimeout as sleep } from "node:timers/promises";
import type { ReadyParticipant } from "../fixtures/contract/adapter.ts";
import type { StartedWakuNode } from "../fixtures/contract/node.ts";
import { type LogPosition, StartFailure } from "../fixtures/contract/runtime.ts";
import { pubsubTopicOf } from "../rfc-checks/rules/pubsub-topic.ts";
import { nowNs } from "../rfc-checks/rules/timestamp.ts";
import { CouldNotRun, DidNotStart, NotApplicable } from "./definition.ts";
import type { Expansion } from "./expansion.ts";
import { Finding } from "./expect.ts";
import { Launched, type Start } from "./launched.ts";
import { commonTopic } from "./network.ts";
import { plain } from "./observation.ts";
import { type ProbeGround, Probes } from "./probes.ts";
import { publisherKey } from "./publishers.ts";
import type { Seeded } from "./random.ts";
import { nodePath } from "./results/places.ts";
import type { CheckResult, Reason, Verdict } from "./results/schema.ts";
import type { Scene } from "./scene.ts";
import { NotFormed, NotStarted, nodeName, specOf } from "./stand.ts";
import { NodeLost, untilLost } from "./watchdog.ts";

/** What a check came to, before blame and baseline. */
export type Outcome = Pick<CheckResult, "verdict" | "reasons" | "observation" | "durationMs" | "evidence">;

/** Every call of `observe` has a bound of its own; this one says that the check itself hangs. In ms. */
const observeMs = 300_000;
const longObserveMs = 1_200_000;
const long = ["#slow", "#scale"];

let topics = 0;
let shards = 0;

type Nodes = Readonly<Record<string, StartedWakuNode>>;

const notLent = async (): Promise<Nodes> => {
  throw new Error("only a check that mutates nodes may have them renewed");
};

/** Where a check may start more than it was lent. */
export interface Ground extends ProbeGround {
  /** Starts one more node of the subject's participant. */
  start: Start;
  /** Places of the lent nodes that let a call pass its bound. */
  overdue(): readonly string[];
}

/** The check did not end in time. */
class Expired extends Error {}

const nowhere: Ground = {
  folder: "",
  host: () => Promise.reject(new Error("there is no place for a probe")),
  start: () => Promise.reject(new Error("there is no place for a node")),
  overdue: () => [],
};

/**
 * Puts one check to nodes that stand.
 * @param renew replaces the nodes by fresh ones
 */
export async function execute(
  expansion: Expansion,
  lent: Nodes,
  seeded: Seeded,
  renew: () => Promise<Nodes> = notLent,
  ground: Ground = nowhere,
): Promise<Outcome> {
  const begun = performance.now();
  const undo: (() => Promise<unknown>)[] = [];
  let nodes = lent;
  let from = Object.values(nodes).map((node) => node.logPosition());
  const logged = () => Object.values(nodes).map((node, index) => range(from[index] as LogPosition, node.logPosition()));
  const replaced: string[] = [];
  let renewing: Promise<unknown> = Promise.resolve();
  const replace = () => {
    const renewed = (async () => {
      replaced.push(...logged());
      nodes = {};
      nodes = await renew();
      from = Object.values(nodes).map((node) => node.logPosition());
      return nodes;
    })();
    renewing = renewed.catch(() => {});
    return renewed;
  };
  let over = false;
  /** What is left of a check that failed or hung must not start anything any more: nobody would end it. */
  const meanwhile =
    <Given extends unknown[], T>(start: (...given: Given) => Promise<T>) =>
    async (...given: Given): Promise<T> => {
      if (over) throw new Error("the check is over");
      return start(...given);
    };
  const standing = scene(expansion, lent, seeded, undo);
  const launched = new Launched(ground.start);
  const standingNodes = () => ({ ...nodes, ...launched.standing });
  const probes = new Probes(
    ground,
    expansion.key,
    standing.subject,
    () => Object.values(standingNodes()),
    standing.freshKey,
    expansion.network,
  );
  undo.push(() => probes.close());
  const told = specOf(expansion, expansion.definition.subject, "", seeded);
  const found = await question(
    expansion,
    {
      ...standing,
      renew: meanwhile(replace),
      launch: meanwhile((changes, placed) => {
        const { definition, cast } = expansion;
        const privateKey = standing.freshKey();
        const name = nodeName(`launched-${privateKey.slice(0, 8)}`, definition.subject, cast[definition.subject] as ReadyParticipant);
        return launched.start({ ...told, name, privateKey, ...changes }, placed);
      }),
      probe: meanwhile((choice) => probes.start(choice)),
      discoveryProbe: meanwhile((choice) => probes.discovery(choice)),
      crowd: meanwhile((size, choice) => probes.crowd(size, choice)),
    },
    (signal) => untilLost(() => Object.values(nodes), signal),
    ground.overdue,
  );
  over = true;
  await renewing;
  for (const step of undo.reverse()) await step().catch(() => {});
  const lost = await lostNodes(standingNodes());
  await launched.close();
  const verdict = lost.length > 0 ? "fail" : found.verdict;
  return {
    ...found,
    verdict,
    reasons: [...lost, ...found.reasons],
    durationMs: Math.round(performance.now() - begun),
    evidence: [...replaced, ...logged(), ...launched.evidence(), ...probes.evidence(verdict)],
  };
}

const range = (from: LogPosition, to: LogPosition): string => `${from.file}#${from.offset}-${to.offset}`;

function scene(
  expansion: Expansion,
  nodes: Readonly<Record<string, StartedWakuNode>>,
  seeded: Seeded,
  undo: (() => Promise<unknown>)[],
): Omit<Scene<unknown>, "renew" | "launch" | "probe" | "discoveryProbe" | "crowd"> {
  const { definition, variant, network } = expansion;
  const fresh = () => (topics += 1);
  return {
    nodes,
    subject: nodes[definition.subject] as StartedWakuNode,
    variant: variant === null ? undefined : definition.variants?.[variant],
    clusterId: network.clusterId,
    pubsubTopic: commonTopic(network),
    freshPubsubTopic: () => {
      do shards = (shards + 1) % 1_024;
      while (network.shards.includes(shards));
      return pubsubTopicOf({ cluster: network.clusterId, shard: shards });
    },
    freshContentTopic: () => `/waku-conformance/1/${expansion.area}-${String(fresh()).padStart(6, "0")}/proto`,
    message: (fields = {}) => ({
      payload: Buffer.from(`${expansion.key} ${fresh()}`).toString("base64"),
      timestamp: nowNs().toString(),
      ...fields,
    }),
    freshKey: () => seeded.hex(`${expansion.key} ${fresh()}`),
    publisherKey: (name) => publisherKey(seeded, name),
    elapse: async (periodMs) => void (await sleep(periodMs)),
    defer: (step) => void undo.push(step),
  };
}

async function question(
  { definition, tags }: Expansion,
  scene: Scene<unknown>,
  lost: (signal: AbortSignal) => Promise<never>,
  overdue: Ground["overdue"],
): Promise<Pick<Outcome, "verdict" | "reasons" | "observation">> {
  const bound = tags.some((tag) => long.includes(tag)) ? longObserveMs : observeMs;
  let timer: NodeJS.Timeout | undefined;
  let observation: unknown;
  const over = new AbortController();
  try {
    const expired = new Promise<never>((_, reject) => {
      // Nobody waits for it once the run was stopped: nodes are what keeps a run going.
      timer = setTimeout(() => reject(new Expired(`observe did not end within ${bound} ms`)), bound).unref();
    });
    // Judged as it is stored, so that a stored run is judged alike.
    const seen = await Promise.race([definition.observe(scene), expired, lost(over.signal)]);
    observation = JSON.parse(JSON.stringify(seen ?? null)) as unknown;
  } catch (error) {
    return unanswered(error, definition.subject, overdue());
  } finally {
    clearTimeout(timer);
    over.abort();
  }
  return { ...verdictOn(definition, observation, scene.variant), observation };
}

/** The verdict on a stored observation. */
export function verdictOn(
  definition: Expansion["definition"],
  observation: unknown,
  variant: unknown,
): { verdict: Verdict; reasons: Reason[] } {
  if (!definition.judge) return { verdict: "observed", reasons: [] };
  try {
    definition.judge(plain(observation), { variant });
    return { verdict: "pass", reasons: [] };
  } catch (error) {
    if (error instanceof Finding) return { verdict: "fail", reasons: [error.reason] };
    return harnessError(error);
  }
}

function unanswered(error: unknown, subject: string, overdue: readonly string[]): Pick<Outcome, "verdict" | "reasons" | "observation"> {
  // It waited for who does not answer: the check itself does not hang.
  if (error instanceof Expired && overdue.length > 0) {
    const reasons = overdue.map(
      (place) => ({ code: "no-answer", path: nodePath(place), expected: "answers", observed: error.message }) as const,
    );
    return { verdict: "fail", reasons, observation: null };
  }
  if (error instanceof NotApplicable) return { verdict: "not-applicable", reasons: [], observation: { why: error.message } };
  if (error instanceof DidNotStart) return { ...couldNotRun("did-not-start", error.message, nodePath(subject)), observation: null };
  if (error instanceof CouldNotRun) return { ...couldNotRun("topology-not-formed", error.message), observation: null };
  // Which node it was is found out by asking all of them.
  if (error instanceof NodeLost) return { verdict: "fail", reasons: [], observation: null };
  return { ...obstacle(error), observation: null };
}

/** What it means for a check that its nodes do not stand. */
export function obstacle(error: unknown): { verdict: Verdict; reasons: Reason[] } {
  if (error instanceof NotStarted) return couldNotRun("did-not-start", error.message, nodePath(error.place));
  if (error instanceof StartFailure) return couldNotRun("participant-absent", error.message);
  return error instanceof NotFormed ? couldNotRun("blocked-by-connectivity", error.message) : harnessError(error);
}

export const couldNotRun = (code: Reason["code"], why: string, path = ""): { verdict: "could-not-run"; reasons: Reason[] } => ({
  verdict: "could-not-run",
  reasons: [{ code, path, expected: null, observed: why }],
});

const harnessError = (error: unknown): { verdict: "harness-error"; reasons: Reason[] } => ({
  verdict: "harness-error",
  reasons: [
    { code: "harness-threw", path: "", expected: null, observed: error instanceof Error ? (error.stack ?? error.message) : String(error) },
  ],
});

/** Asks every member of the cast for a sign of life. */
async function lostNodes(nodes: Readonly<Record<string, StartedWakuNode>>): Promise<Reason[]> {
  const signs = await Promise.all(Object.entries(nodes).map(async ([place, node]) => [place, node, await node.alive()] as const));
  return signs.flatMap(([place, node, { outcome, raw }]) => {
    if (outcome === "ok") return [];
    const code = outcome === "died" ? "node-died" : outcome === "timeout" ? "node-hung" : "node-unresponsive";
    return [{ code, path: nodePath(place), expected: `${node.participant} answers`, observed: raw ?? outcome } as const];
  });
}
