import type { Judged } from "../judged.ts";

export const judged: Readonly<Record<string, Judged>> = {
  "discovery/record": [
    { fault: null, samePeerId: true },
    ["not-by-the-book", { fault: "wrong-signature" }],
    ["wrong-value", { samePeerId: false }],
  ],
  "discovery/record-waku2": [
    { bytes: 1, lacking: [], undefinedBits: [] },
    ["not-by-the-book", { bytes: null }],
    ["capability-mismatch", { lacking: ["store"] }],
    ["not-by-the-book", { undefinedBits: [5] }],
  ],
  "discovery/record-multiaddrs": [
    { fault: null, withPeerId: 0, plain: 0 },
    ["not-by-the-book", { fault: "cut" }],
    ["not-by-the-book", { withPeerId: 1 }],
    ["not-by-the-book", { plain: 1 }],
  ],
  "discovery/record-shards": [
    { keys: ["rs"], fault: null, announced: { cluster: 66, shards: [0] } },
    ["not-by-the-book", { fault: "both-keys" }],
    ["wrong-value", { keys: ["rsv"] }],
    ["wrong-value", { announced: null }],
  ],
  "discovery/px-relay-dials-nobody-else": [{ fair: true, dialled: [] }, ["accepted-invalid", { dialled: ["other-shard"] }]],
  "discovery/px-client-generated-answer": [
    { unasked: [], ended: [], silent: [] },
    ["no-answer", { unasked: ["nothing"] }],
    ["node-died", { ended: ["nothing"] }],
    ["no-answer", { silent: ["nothing"] }],
  ],
  "discovery/served-record-joins": [
    { shards: [0, 5], rises: true, seq: true, own: true },
    ["wrong-value", { shards: [0] }],
    ["wrong-value", { rises: false }],
    ["wrong-value", { seq: false }],
    ["wrong-value", { own: false }],
  ],
  "discovery/served-record-leaves": [
    { shards: [0], rises: true, seq: true, own: true },
    ["wrong-value", { shards: [0, 5] }],
    ["wrong-value", { rises: false }],
    ["wrong-value", { seq: false }],
    ["wrong-value", { own: false }],
  ],
  "discovery/function-rs": [{ agrees: true }, ["wrong-value", { agrees: false }]],
  "discovery/function-rsv": [{ agrees: true }, ["wrong-value", { agrees: false }]],
  "discovery/function-waku2": [{ agrees: true }, ["wrong-value", { agrees: false }]],
  "discovery/function-multiaddrs": [{ agrees: true }, ["wrong-value", { agrees: false }]],
  "discovery/function-circuit": [{ agrees: true }, ["wrong-value", { agrees: false }]],
  "discovery/function-both": [{ read: "none" }, ["not-by-the-book", { read: "66: 5" }], ["not-by-the-book", { read: "66: 1,2,5" }]],
  "discovery/function-record": [
    { refused: 0, forged: "refused" },
    ["refused-valid", { refused: 1 }],
    ["accepted-invalid", { forged: "ok" }],
  ],
  "discovery/wire-client-answer-framing": [{ lost: [], proof: 1 }, ["no-answer", { lost: ["in-halves"] }], ["no-answer", { proof: 0 }]],
};
