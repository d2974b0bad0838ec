import { type Judged, ok } from "../judged.ts";

const served = { subscribed: 200, pushed: true, relayed: true, filtered: true };

export const judged: Readonly<Record<string, Judged>> = {
  "sharding/function-shard": [{ agrees: true }, ["wrong-value", { agrees: false }]],
  "sharding/services-of-each-shard": [
    { shards: [served, served] },
    ["not-delivered", { shards: [served, { ...served, relayed: false }] }],
    ["not-delivered", { shards: [{ ...served, filtered: false }, served] }],
  ],
  "sharding/function-content-topic": [{ taken: [] }, ["accepted-invalid", { taken: ["invalid"] }]],
  "sharding/function-undefined-generation": [{ outcome: "refused" }, ["accepted-invalid", { outcome: "ok" }]],
  "sharding/function-name-and-encoding": [{ shards: 1 }, ["wrong-value", { shards: 2 }]],
  "sharding/static-chain": [
    {
      joined: { middle: { 0: ["0"], 1: ["1"], 1023: ["1023"] } },
      left: { middle: { 0: ["0"], 1: [], 1023: ["1023"] } },
      expected: { middle: { 0: ["0"], 1: [], 1023: ["1023"] } },
      strayed: 0,
    },
    ["not-delivered", { joined: { middle: { 0: ["0"], 1: [], 1023: ["1023"] } } }],
    ["not-delivered", { joined: { middle: { 0: ["1", "1"], 1: ["1"], 1023: ["1023"] } } }],
    ["delivered-twice", { joined: { middle: { 0: ["0", "0"], 1: ["1"], 1023: ["1023"] } } }],
    ["delivered-to-unsubscribed", { joined: { middle: { 0: ["0", "1"], 1: ["1"], 1023: ["1023"] } } }],
    ["delivered-to-unsubscribed", { left: { middle: { 0: ["0"], 1: ["1"], 1023: ["1023"] } } }],
    ["delivered-to-unsubscribed", { strayed: 1 }],
  ],
  "sharding/static-filter": [
    { first: ok, ofOne: [1, 0, 0], second: ok, ofTwo: [2, 0, 1], proof: [1, 2, 1] },
    ["not-delivered", { ofOne: [0, 0, 0] }],
    ["delivered-to-unsubscribed", { ofOne: [1, 1, 0] }],
    ["delivered-to-unsubscribed", { ofTwo: [3, 0, 1] }],
    ["not-delivered", { proof: [1, 2, 0] }],
  ],
  "sharding/leaves-all": [
    {
      before: { topics: ["/waku/2/rs/66/0"], metadata: [0] },
      ...{ heard: true, withdrew: true, none: { topics: [], metadata: [] }, silent: true, joins: ["ok", "ok"] },
      both: { topics: ["/waku/2/rs/66/0", "/waku/2/rs/66/7"], metadata: [0, 7] },
      heardAgain: [true, true],
    },
    ["not-delivered", { heard: false }],
    ["wrong-value", { withdrew: false }],
    ["delivered-to-unsubscribed", { silent: false }],
    ["not-delivered", { heardAgain: [false, true] }],
  ],
};
