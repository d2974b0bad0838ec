import type { Judged } from "../judged.ts";

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
};
