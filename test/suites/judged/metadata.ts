import type { Judged } from "../judged.ts";

export const judged: Readonly<Record<string, Judged>> = {
  "metadata/cluster": [{ clusterId: 66 }, ["wrong-value", { clusterId: null }]],
  "metadata/shards": [{ shards: [0], joined: 0 }, ["wrong-value", { shards: [] }]],
  "metadata/no-shards-of-a-client": [{ shards: [] }, ["wrong-value", { shards: [0] }]],
  "metadata/shards-follow": [{ joined: true, left: true }, ["wrong-value", { left: false }]],
  "metadata/wire-answer": [
    { outcome: "answered", clusterId: 66, unframed: 0 },
    ["no-answer", { outcome: "timeout" }],
    ["wrong-value", { clusterId: null }],
    ["wrong-value", { unframed: 2 }],
  ],
  "metadata/wire-shards": [{ outcome: "answered", shards: [0] }, ["no-answer", { outcome: "reset" }], ["not-by-the-book", { shards: [] }]],
  "metadata/wire-request": [{ clusterId: 66 }, ["wrong-value", { clusterId: null }]],
  "metadata/wire-other-shards": [{ stays: true }, ["disconnected", { stays: false }]],
  "metadata/wire-framing": [{ refused: [], other: 66 }, ["refused-valid", { refused: ["in-halves"] }], ["no-answer", { other: null }]],
  "metadata/wire-client-answer-framing": [
    { connected: true, asked: "ok" },
    ["disconnected", { connected: false }],
    ["no-answer", { asked: "not asked" }],
  ],
  "metadata/wire-hostile": [{ astray: [], clusterId: 66 }, ["wrong-value", { astray: ["noise-32"] }], ["no-answer", { clusterId: null }]],
  "metadata/wire-client-fair-framing": [
    { peers: { "in-halves": { asked: "ok", kept: true } } },
    ["no-answer", { peers: { "in-halves": { asked: "timeout", kept: true } } }],
    ["disconnected", { peers: { "in-halves": { asked: "asked", kept: false } } }],
  ],
};
