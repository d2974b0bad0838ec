/** What a protected shard guarantees, in plain words, each held against the checks that ask it. */
import type { CheckResult } from "../../harness/results/schema.ts";
import { checkName } from "../words.ts";

export interface Guarantee {
  readonly claim: string;
  /** What it means to who relies on it. */
  readonly meaning: string;
  readonly checks: readonly string[];
  /** Of a check that only observes: does what was seen speak for the claim? */
  readonly speaksFor?: (observation: unknown) => boolean;
}

const exactOf = (observation: unknown, name: string): unknown => (observation as Record<string, { value?: unknown }> | null)?.[name]?.value;

export const guarantees: readonly Guarantee[] = [
  {
    claim: "Nobody without the private key can make a message that is handed on.",
    meaning: "Without a signature, with one of another key or of another length, a message goes no further than the first protected relay.",
    checks: ["protected-shards/no-signature", "protected-shards/signature-length", "protected-shards/wrong-signature"],
  },
  {
    claim: "What is signed was signed within five minutes.",
    meaning: "A message without a timestamp, or with one further off than the window, is dropped; clocks have to agree within it.",
    checks: ["protected-shards/no-timestamp", "protected-shards/outside-window"],
  },
  {
    claim: "The shard is guarded whichever way a message comes in.",
    meaning: "Relay peers, the node's own API and lightpush clients are all asked for a signature, and told when they have none.",
    checks: [
      "protected-shards/refusal-told",
      "protected-shards/lightpush-client",
      "protected-shards/filter-client",
      "protected-shards/store",
    ],
  },
  {
    claim: "The shard is guarded whenever it is joined.",
    meaning: "From the first moment, when it is joined later, left and joined again, and after a restart.",
    checks: ["protected-shards/first-moment", "protected-shards/life", "protected-shards/rejoined", "protected-shards/reconfigured"],
  },
  {
    claim: "A captured message is handed on once.",
    meaning: "Who has seen one signed message cannot send it again and again, neither as it is nor in other bytes.",
    checks: [
      "protected-shards/replay",
      "protected-shards/replay-late",
      "protected-shards/re-encoded",
      "protected-shards/licence",
      "protected-shards/high-s",
    ],
  },
  {
    claim: "What a signature covers cannot be read in another way.",
    meaning:
      "The signed fields are hashed one after another without their lengths, so that bytes may be moved from one into its neighbour.",
    checks: ["protected-shards/moved-bytes"],
    speaksFor: (observation) => exactOf(observation, "handedOn") === 0,
  },
  {
    claim: "A copy does not keep the original from arriving.",
    meaning: "Who captures a message and is faster cannot have what was not signed, such as its version, arrive in its place.",
    checks: ["protected-shards/copy-first"],
    speaksFor: (observation) => exactOf(observation, "handedOn") === 1,
  },
  {
    claim: "Whoever sends what is not signed is cut off, and nobody else.",
    meaning: "Ten messages without a signature cost the sender its place. A relay without the key hands them on in good faith.",
    checks: ["protected-shards/penalty", "protected-shards/open-relay-blamed"],
    speaksFor: (observation) => exactOf(observation, "before") === true && exactOf(observation, "after") === true,
  },
  {
    claim: "Refusing does not stop a node from serving.",
    meaning: "Thousands of bad signatures, and signed fields at their extremes, leave it alive and signed messages on their way.",
    checks: ["protected-shards/flood", "protected-shards/extremes"],
  },
];

/** `holds as far as seen`: nothing speaks against it, and a question about it has no answer. */
export type Standing = "holds" | "holds as far as seen" | "does not hold" | "not seen";

interface Evidence {
  readonly standing: Standing;
  /** Keys of the results that speak for it, or against it where any does. */
  readonly keys: readonly string[];
  /**
   * How many questions there are, and how many were answered in any cast. A check is one, or each of its variants; one that the run
   * put to nobody, such as a slow one, is open. What was put to others alone cannot be asked of this participant.
   */
  readonly asked: number;
  readonly answered: number;
}

/** What a run says of a claim about one participant. */
export function evidenceOf({ checks, speaksFor }: Guarantee, results: readonly CheckResult[], participant: string): Evidence {
  const put = results.filter(({ id, subject, verdict }) => subject === participant && checks.includes(id) && verdict !== "not-applicable");
  const told = put.flatMap((result) => {
    const { key, verdict, observation } = result;
    const question = checkName(result);
    if (verdict === "pass" || verdict === "fail") return [{ key, question, holds: verdict === "pass" }];
    return verdict === "observed" && speaksFor ? [{ key, question, holds: speaksFor(observation) }] : [];
  });
  const leftOut = checks.filter((check) => !results.some(({ id }) => id === check));
  const asked = new Set(put.map(checkName)).size + leftOut.length;
  const answered = new Set(told.map(({ question }) => question)).size;
  const against = told.filter(({ holds }) => !holds);
  if (against.length > 0) return { standing: "does not hold", keys: against.map(({ key }) => key), asked, answered };
  const standing = answered === 0 ? "not seen" : answered < asked ? "holds as far as seen" : "holds";
  return { standing, keys: told.map(({ key }) => key), asked, answered };
}
