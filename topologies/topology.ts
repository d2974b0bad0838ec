import type { Capabilities, Role } from "../fixtures/contract/capabilities.ts";

/** A place in a topology, with no implementation named. */
export interface Place {
  /** What a participant must be able to be. */
  readonly roles: readonly Role[];
  /**
   * `varies`: played by every participant that can;
   * `third`: by one whose implementation plays no other part, where there is one;
   * `reference`: by the by-the-book node;
   * `mixed`: in turn by the members of a composition, which are the subject's participant alone, with one other, and with two.
   */
  readonly cast: "varies" | "third" | "reference" | "mixed";
  /** Joins the topology's shard by relay. */
  readonly relay: boolean;
  readonly filterService?: boolean;
  readonly lightpushService?: boolean;
  readonly storeService?: boolean;
  readonly peerExchangeService?: boolean;
  /** Runs discv5, from the records of these places. */
  readonly discovery?: readonly string[];
  /** The place whose node it asks for peers when it starts (34/WAKU2-PEER-EXCHANGE). */
  readonly asksForPeers?: string;
  /** Shards of its own instead of those of the network. */
  readonly shards?: readonly number[];
  readonly metadataByTheBook?: boolean;
  /** Shards of the network that it protects, and the publisher whose key it is told. */
  readonly protectedShards?: Readonly<Record<number, string>>;
}

/** Who stands where, and who dials whom. Where the dialler cannot reach the other, the other dials. */
export interface Topology {
  readonly name: string;
  readonly places: Readonly<Record<string, Place>>;
  readonly links: readonly (readonly [from: string, to: string])[];
  /** Between which relay places a message must pass before the topology stands. */
  readonly paths: readonly (readonly [from: string, to: string])[];
}

/** Can this participant take this place? */
export const canPlay = (capabilities: Capabilities, place: Place): boolean =>
  place.roles.every((role) => capabilities.roles.includes(role));
