import type { Place, Topology } from "./topology.ts";

export * from "./protected-shards.ts";

const relay: Place = { roles: ["relay"], cast: "varies", relay: true };
const third: Place = { roles: ["relay"], cast: "third", relay: true };
const service: Place = {
  roles: ["relay", "filter-service", "lightpush-service"],
  cast: "varies",
  relay: true,
  filterService: true,
  lightpushService: true,
};
const client: Place = { roles: ["filter-client", "lightpush-client"], cast: "varies", relay: false };

const everyService = { filterService: true, lightpushService: true, storeService: true, peerExchangeService: true };
const anyone: Place = { roles: [], cast: "varies", relay: true, ...everyService };

/** One node with a REST API, alone. */
export const lonelyRest: Topology = {
  name: "single",
  places: { node: { roles: ["rest"], cast: "varies", relay: true, filterService: true, lightpushService: true } },
  links: [],
  paths: [],
};

/** Any node, seen by the by-the-book node. */
export const observed: Topology = {
  name: "observed",
  places: {
    node: anyone,
    observer: { roles: ["relay"], cast: "reference", relay: true },
  },
  links: [["node", "observer"]],
  paths: [],
};

/** Two relays, one link. */
export const pair: Topology = {
  name: "pair",
  places: { publisher: relay, subscriber: relay },
  links: [["publisher", "subscriber"]],
  paths: [
    ["publisher", "subscriber"],
    ["subscriber", "publisher"],
  ],
};

/** Two relays that know each other only through a third. */
export const chain: Topology = {
  name: "chain",
  places: { publisher: relay, middle: relay, subscriber: third },
  links: [
    ["publisher", "middle"],
    ["subscriber", "middle"],
  ],
  paths: [
    ["publisher", "subscriber"],
    ["subscriber", "publisher"],
  ],
};

/** One relay in the middle of three. */
export const star: Topology = {
  name: "star",
  places: { hub: relay, first: third, second: third, third },
  links: [
    ["first", "hub"],
    ["second", "hub"],
    ["third", "hub"],
  ],
  paths: [
    ["first", "second"],
    ["second", "third"],
    ["third", "first"],
  ],
};

/** Four relays, each linked to each. */
export const mesh: Topology = {
  name: "mesh",
  places: { publisher: relay, first: third, second: third, third },
  links: [
    ["publisher", "first"],
    ["publisher", "second"],
    ["publisher", "third"],
    ["first", "second"],
    ["second", "third"],
    ["third", "first"],
  ],
  paths: [
    ["publisher", "first"],
    ["publisher", "second"],
    ["publisher", "third"],
  ],
};

const mixed: Place = { ...relay, cast: "mixed" };
const others = ["first", "second", "third", "fourth", "fifth"] as const;
const ring = ["publisher", ...others] as const;
/** Six relays in a ring, each linked to two on either side: all of one participant, halves of two, or thirds of three. */
export const mixedMesh: Topology = {
  name: "mixed-mesh",
  places: { publisher: relay, ...Object.fromEntries(others.map((name) => [name, mixed])) },
  links: ring.flatMap((name, index) => [1, 2].map((step) => [name, ring[(index + step) % ring.length] as string] as const)),
  paths: others.map((name) => ["publisher", name] as const),
};

/** A service node in a relay network of its own and a witness, with two clients. */
export const serviceAndClients: Topology = {
  name: "service-and-clients",
  places: { service, client, witness: third, bystander: { ...client, cast: "third" } },
  links: [
    ["witness", "service"],
    ["client", "service"],
    ["bystander", "service"],
  ],
  paths: [
    ["witness", "service"],
    ["service", "witness"],
  ],
};

/** A service node with nobody but the harness's own peers. */
export const serviceAlone: Topology = { name: "service-alone", places: { service }, links: [], paths: [] };

/** A relay likewise. */
export const relayAlone: Topology = { name: "relay-alone", places: { node: relay }, links: [], paths: [] };

/** A client likewise. */
export const clientAlone: Topology = { name: "client-alone", places: { client }, links: [], paths: [] };

/** A service node that has no relay peer. */
export const lonelyService: Topology = {
  name: "lonely-service",
  places: { service, client },
  links: [["client", "service"]],
  paths: [],
};

/** Any two nodes, not yet linked: the check links them itself. */
export const strangers: Topology = { name: "strangers", places: { dialler: anyone, listener: anyone }, links: [], paths: [] };

/** Any node, and a by-the-book relay that announces its shards as 66 has them, not yet linked. */
export const bookMetadata: Topology = {
  name: "book-metadata",
  places: { node: anyone, book: { roles: ["relay"], cast: "reference", relay: true, metadataByTheBook: true } },
  links: [],
  paths: [],
};

/** Any node, with every service that it has, and nobody but the harness's own peers. */
export const anyoneAlone: Topology = {
  name: "anyone-alone",
  places: { node: anyone },
  links: [],
  paths: [],
};

/** A store service likewise. */
export const storeAlone: Topology = {
  name: "store-alone",
  places: { service: { roles: ["relay", "store-service"], cast: "varies", relay: true, storeService: true } },
  links: [],
  paths: [],
};

/** The same of a service that is told to serve store before version 3, which some serve alone. */
export const legacyStoreAlone: Topology = {
  name: "legacy-store-alone",
  places: { service: { roles: ["relay"], cast: "varies", relay: true, storeService: true } },
  links: [],
  paths: [],
};

/** A store client likewise. */
export const storeClientAlone: Topology = {
  name: "store-client-alone",
  places: { client: { roles: ["store-client"], cast: "varies", relay: false } },
  links: [],
  paths: [],
};

/** A node that runs discv5, with every service that it has, and nobody but the harness's own peers. */
export const discoveryAlone: Topology = {
  name: "discovery-alone",
  places: { node: { ...anyone, roles: ["discovery"], discovery: [] } },
  links: [],
  paths: [],
};

/** A peer exchange client with nobody but the harness's own peers. */
export const peerExchangeClientAlone: Topology = {
  name: "peer-exchange-client-alone",
  places: { client: { roles: ["peer-exchange-client"], cast: "varies", relay: false } },
  links: [],
  paths: [],
};

/** One joins a network of which it knows one node: a peer of each of its shards is to be found, and one of none. */
export const joining: Topology = {
  name: "joining",
  places: {
    boot: { ...relay, roles: ["relay", "discovery"], discovery: [], shards: [5] },
    joiner: { ...relay, roles: ["relay", "discovery"], discovery: ["boot"], shards: [3, 5] },
    member: { ...third, roles: ["relay", "discovery"], discovery: ["boot"], shards: [3] },
    stranger: { ...third, roles: ["relay", "discovery"], discovery: ["boot"], shards: [9] },
  },
  links: [],
  paths: [],
};

/** A service that has discovered a relay, and a client that is told of the service alone. */
export const exchange: Topology = {
  name: "exchange",
  places: {
    service: { ...relay, roles: ["relay", "discovery", "peer-exchange-service"], discovery: [], peerExchangeService: true },
    client: { roles: ["peer-exchange-client"], cast: "varies", relay: false },
    member: { roles: ["relay", "discovery"], cast: "reference", relay: true, discovery: ["service"] },
  },
  links: [["client", "service"]],
  paths: [],
};

/** A client of any protocol with nobody but the harness's own peers. */
export const anyClientAlone: Topology = {
  name: "any-client-alone",
  places: { client: { roles: [], cast: "varies", relay: false } },
  links: [],
  paths: [],
};

/** Nodes that are given topics that they should refuse: apart from others, as one that takes them keeps something of them. */
export const relayOfStrays: Topology = { ...relayAlone, name: "relay-of-strays" };
export const relayAmongStrays: Topology = { ...relayAlone, name: "relay-among-strays" };
export const serviceOfStrays: Topology = { ...serviceAlone, name: "service-of-strays" };
export const serviceAmongStrays: Topology = { ...serviceAlone, name: "service-among-strays" };
export const storeOfStrays: Topology = { ...storeAlone, name: "store-of-strays" };

/** Two service nodes in one relay network with a witness, and a client that is linked to neither yet: the check links it. */
export const clientAndServices: Topology = {
  name: "client-and-services",
  places: { client, first: service, second: { ...service, cast: "reference" }, witness: third },
  links: [
    ["witness", "first"],
    ["witness", "second"],
  ],
  paths: [
    ["witness", "first"],
    ["witness", "second"],
    ["first", "witness"],
  ],
};
