import { type Judged, ok, refused } from "../judged.ts";

const answered = { outcome: "answered", error: 0, deviations: [] };
const silent = { outcome: "timeout", error: null, deviations: [] };
const right = { digest: "ab", receiverTime: "1", senderTime: "1", pubsubTopic: "/waku/2/rs/66/0" };
const failed: Judged = [
  { failure: refused("bad-request"), next: ok },
  ["accepted-invalid", { failure: ok }],
  ["no-answer", { failure: { ...ok, outcome: "timeout" } }],
  ["bad-request", { next: refused("bad-request") }],
];

export const judged: Readonly<Record<string, Judged>> = {
  "store/legacy-query": [
    { query: answered, sameRequestId: true, entries: 1, unframed: 0 },
    ["no-answer", { query: silent }],
    ["refused-valid", { query: { ...answered, error: 1 } }],
    ["not-by-the-book", { query: { ...answered, deviations: ["missing requestId"] } }],
    ["wrong-request-id", { sameRequestId: false }],
    ["wrong-value", { entries: 0 }],
    ["wrong-value", { unframed: 1 }],
  ],
  "store/legacy-message": [{ entries: 1, changed: false }, ["wrong-value", { entries: 2 }], ["field-changed", { changed: true }]],
  "store/legacy-matching": [
    { query: answered, found: [0], expected: [0] },
    ["no-answer", { query: silent }],
    ["wrong-value", { found: [0, -1] }],
  ],
  "store/legacy-everything": [{ query: answered, found: [0, 1, 2] }, ["no-answer", { query: silent }], ["wrong-value", { found: [] }]],
  "store/legacy-pages": [
    { pages: [[3, 4], [1, 2], [0]], forward: false },
    ["wrong-value", { pages: [[4, 3], [2, 1], [0]] }],
    ["wrong-value", { forward: true }],
  ],
  "store/legacy-unknown-cursor": [
    { query: { ...answered, error: 1 }, entries: 0, next: 1 },
    ["no-answer", { next: 0 }],
    ["accepted-invalid", { entries: 1 }],
    ["accepted-invalid", { query: answered }],
    ["accepted-invalid", { query: silent }],
  ],
  "store/legacy-hostile": [
    { accepted: [], fair: answered, found: 1 },
    ["accepted-invalid", { accepted: ["nothing"] }],
    ["no-answer", { fair: silent }],
    ["not-delivered", { found: 0 }],
  ],
  "store/legacy-client-query": [
    { query: ok, requests: 1, deviations: [], hasId: true, criteria: { forward: true }, wanted: { forward: true } },
    ["no-answer", { requests: 0 }],
    ["wrong-value", { requests: 2 }],
    ["not-by-the-book", { deviations: ["unknown-field 3"] }],
    ["wrong-value", { hasId: false }],
    ["wrong-value", { criteria: null }],
  ],
  "store/legacy-client-next-page": [
    { next: ok, requests: 2, distinctIds: 2, sameCriteria: true, cursors: [null, right], given: right },
    ["wrong-value", { requests: 1 }],
    ["wrong-request-id", { distinctIds: 1 }],
    ["wrong-value", { sameCriteria: false }],
    ["wrong-value", { cursors: [null, null] }],
  ],
  "store/legacy-client-messages": [{ query: ok, found: ["a"], served: ["a"] }, ["field-changed", { found: [] }]],
  "store/legacy-client-error": failed,
  "store/legacy-client-other-request-id": failed,
};
