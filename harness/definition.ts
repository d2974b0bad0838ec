import type { Capabilities, Role } from "../fixtures/contract/capabilities.ts";
import type { RuntimeFeature } from "../fixtures/contract/runtime.ts";
import type { Settings } from "../fixtures/contract/settings.ts";
import type { Topology } from "../topologies/topology.ts";
import type { Network } from "./network.ts";
import type { Plain } from "./observation.ts";
import type { Scene } from "./scene.ts";

/** What a check does to the nodes that it is lent; the less, the more checks share them. */
type Mutation = "nothing" | "subscriptions" | "connections" | "node";

export interface CheckDefinition<Observation, Variant> {
  /** `area/name`, permanent and unique. */
  readonly id: string;
  /** Raised when the question changes, so that older results are not compared with newer ones. */
  readonly revision?: number;
  readonly title: string;
  /** Rules of the ledger that it puts to the subject. */
  readonly requirements: readonly string[];
  /** Place in the topology of the participant in question. */
  readonly subject: string;
  readonly topology: Topology;
  readonly mutates: Mutation;
  /** Inputs, by name; each is a row of its own. */
  readonly variants?: Readonly<Record<string, Variant>>;
  /** Besides the area: `#slow`, `#scale`, `#smoke`. */
  readonly tags?: readonly string[];
  readonly needs?: readonly RuntimeFeature[];
  /** Roles that the subject needs beyond those of its place. */
  readonly roles?: readonly Role[];
  /** Casts in which the question has a meaning, from what the places' players declare; by default every one. */
  meaningful?(cast: Readonly<Record<string, Capabilities>>, variant: Variant): boolean;
  /** By default cluster 66 and its shard 0. */
  network?(variant: Variant): Partial<Network>;
  /** What the players of places are told besides what the topology says, of what they declare. */
  settings?(variant: Variant, cast: Readonly<Record<string, Capabilities>>): Readonly<Record<string, Settings>>;
  /** Does all I/O and returns what was seen. Undefined members are left out. */
  observe(scene: Scene<Variant>): Promise<Observation>;
  /** Pure; throws a Finding. Without it the check observes. */
  judge?(observation: Plain<Observation>, context: { readonly variant: Variant }): void;
}

/** Thrown by `observe` when the subject's API cannot put the question. */
export class NotApplicable extends Error {
  override readonly name = "NotApplicable";
}
/** Thrown by `observe` when something before the question failed, so that the question was not put. */
export class CouldNotRun extends Error {
  override readonly name: string = "CouldNotRun";
}

/** The same when a node of the subject's participant that the check launched did not come up. */
export class DidNotStart extends CouldNotRun {
  override readonly name = "DidNotStart";
}
