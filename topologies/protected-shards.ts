import type { Place, Topology } from "./topology.ts";

/** Shard 0 is open; on 1 and 12 the publishers called `own` sign, on 2 those called `other`. */
const guarded: Place = {
  roles: ["relay", "protected-relay"],
  cast: "varies",
  relay: true,
  filterService: true,
  lightpushService: true,
  storeService: true,
  protectedShards: { 1: "own", 2: "other", 12: "own" },
};

/** A relay that could protect shards and does not: the check starts others that do. */
export const protectorAlone: Topology = {
  name: "protector-alone",
  places: { node: { roles: ["relay", "protected-relay"], cast: "varies", relay: true } },
  links: [],
  paths: [],
};

/** A relay that protects shards, with every other service that it has, and nobody but the harness's own peers. */
export const protectedAlone: Topology = { name: "protected-alone", places: { node: guarded }, links: [], paths: [] };

/** Two relays that protect the same shards. */
export const protectedPair: Topology = {
  name: "protected-pair",
  places: { publisher: guarded, subscriber: guarded },
  links: [["publisher", "subscriber"]],
  paths: [
    ["publisher", "subscriber"],
    ["subscriber", "publisher"],
  ],
};

/** A relay that protects shards behind one that has joined them without a key. */
export const protectedBehindOpen: Topology = {
  name: "protected-behind-open",
  places: { middle: { roles: ["relay"], cast: "varies", relay: true }, node: guarded },
  links: [["middle", "node"]],
  paths: [
    ["middle", "node"],
    ["node", "middle"],
  ],
};

/** A service node that protects shards, and a client. */
export const protectedService: Topology = {
  name: "protected-service",
  places: {
    node: { ...guarded, roles: [...guarded.roles, "filter-service", "lightpush-service"] },
    client: { roles: ["filter-client", "lightpush-client"], cast: "varies", relay: false },
  },
  links: [["client", "node"]],
  paths: [],
};
