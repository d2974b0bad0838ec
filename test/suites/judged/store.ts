import { type Judged, ok, refused } from "../judged.ts";

const answered = { outcome: "answered", statusCode: 200, deviations: [] };
const silent = { outcome: "timeout", statusCode: null, deviations: [] };
const asked = { query: ok, requests: 1, deviations: [], hasId: true, criteria: { forward: true }, wanted: { forward: true } };

const page = (entries: number) => ({ entries, more: entries < 105, statusCode: 200 });

export const judged: Readonly<Record<string, Judged>> = {
  "store/wire-query": [
    { query: answered, sameRequestId: true, entries: 1, values: 1, unframed: 0 },
    ["no-answer", { query: silent }],
    ["not-by-the-book", { query: { ...answered, deviations: ["missing statusCode"] } }],
    ["wrong-request-id", { sameRequestId: false }],
    ["wrong-status-code", { query: { ...answered, statusCode: 500 } }],
    ["wrong-value", { entries: 2 }],
    ["wrong-value", { values: 0 }],
    ["wrong-value", { unframed: 1 }],
  ],
  "store/wire-hash": [{ byTheRule: true, found: 1 }, ["wrong-value", { byTheRule: false }], ["wrong-value", { found: 0 }]],
  "store/wire-data": [
    { entries: 1, hashBytes: 32, message: false, pubsubTopic: null, changed: false },
    ["wrong-value", { entries: 0 }],
    ["wrong-value", { hashBytes: 0 }],
    ["wrong-value", { message: true }],
    ["wrong-value", { pubsubTopic: "/waku/2/rs/66/0" }],
    ["field-changed", { changed: true }],
  ],
  "store/wire-criteria-with-hashes": [
    { both: { ...answered, statusCode: 400 }, entries: 0, alone: 1 },
    ["not-delivered", { alone: 0 }],
    ["no-answer", { both: silent }],
    ["accepted-invalid", { both: answered }],
    ["refused-with-effect", { entries: 1 }],
  ],
  "store/wire-not-a-request": [
    { bad: { outcome: "reset", statusCode: null }, next: answered, found: 1 },
    ["accepted-invalid", { bad: answered }],
    ["no-answer", { next: silent }],
    ["wrong-status-code", { next: { ...answered, statusCode: 500 } }],
    ["wrong-value", { found: 0 }],
  ],
  "store/wire-order": [{ places: [0, 1, 2, 3, 4, 5, 6] }, ["wrong-value", { places: [1, 0, 2, 3, 4, 5, 6] }]],
  "store/wire-pages": [
    { pages: [[3, 4], [1, 2], [0]], cursors: [3, 1, null] },
    ["wrong-value", { pages: [[4, 3], [2, 1], [0]] }],
    ["wrong-value", { cursors: [3, 1, 0] }],
  ],
  "store/wire-page-limits": [{ entries: 2, limit: 2, more: true }, ["wrong-value", { entries: 3 }], ["wrong-value", { more: false }]],
  "store/wire-times": [{ found: [0, 1], expected: [0, 1] }, ["wrong-value", { found: [0, 1, 2] }]],
  "store/wire-matching": [{ found: [0], expected: [0] }, ["wrong-value", { found: [0, 1] }]],
  "store/wire-ephemeral": [{ stored: true }, ["not-delivered", { stored: false }]],
  "store/wire-not-valid": [{ stored: false }, ["accepted-invalid", { stored: true }]],
  "store/wire-hostile": [
    { accepted: [], fair: 1, statusCode: 200 },
    ["accepted-invalid", { accepted: ["noise-32"] }],
    ["no-answer", { statusCode: null }],
    ["not-delivered", { fair: 0 }],
  ],
  "store/wire-hostile-framing": [
    { refused: [], accepted: [], fair: 1, statusCode: 200 },
    ["refused-valid", { refused: ["in-halves"] }],
    ["accepted-invalid", { accepted: ["no-length"] }],
    ["no-answer", { statusCode: null }],
    ["not-delivered", { fair: 0 }],
  ],
  "store/wire-no-timestamp": [{ stored: false }, ["accepted-invalid", { stored: true }]],
  "store/wire-status-code": [
    { query: { outcome: "answered", statusCode: 200 } },
    ["not-by-the-book", { query: { outcome: "answered", statusCode: null } }],
  ],
  "store/wire-page-size": [
    { unset: page(100), huge: page(100), uint64Max: page(100) },
    ["refused-valid", { unset: { ...page(0), statusCode: 400 } }],
    ["wrong-value", { huge: page(105) }],
    ["wrong-value", { uint64Max: page(20) }],
  ],
  "store/wire-client-content": [
    asked,
    ["no-answer", { requests: 0 }],
    ["wrong-value", { requests: 2 }],
    ["not-by-the-book", { deviations: ["unknown-field 3"] }],
    ["wrong-value", { hasId: false }],
    ["wrong-value", { criteria: { forward: false } }],
  ],
  "store/wire-client-lookup": [asked, ["wrong-value", { criteria: {} }]],
  "store/wire-client-next-page": [
    {
      cursor: "11".repeat(32),
      next: ok,
      requests: 2,
      distinctIds: 2,
      sameCriteria: true,
      cursors: [null, "11"].map((one) => one?.repeat(32) ?? null),
    },
    ["wrong-request-id", { distinctIds: 1 }],
    ["wrong-value", { sameCriteria: false }],
    ["wrong-value", { cursors: [null, null] }],
  ],
  "store/wire-client-presence": [
    { query: ok, present: ["22".repeat(32)] },
    ["wrong-value", { present: [] }],
    ["wrong-value", { present: ["11".repeat(32), "22".repeat(32)] }],
  ],
  "store/wire-client-unfit": [{ asked: true, wrong: 0 }, ["no-answer", { asked: false }], ["not-by-the-book", { wrong: 1 }]],
  "store/wire-client-status": [
    { failure: refused("bad-request"), next: ok },
    ["accepted-invalid", { failure: ok }],
    ["no-answer", { failure: { ...ok, outcome: "timeout" } }],
  ],
  "store/function-hash": [{ agrees: true }, ["wrong-value", { agrees: false }]],
};
