import { type Judged, ok, refused } from "../judged.ts";

export const judged: Readonly<Record<string, Judged>> = {
  "connectivity/declared-protocols": [
    { served: ["/a"], undeclared: [], absent: [] },
    ["capability-mismatch", { undeclared: ["/a"] }],
    ["protocol-missing", { absent: ["/b"] }],
  ],
  "connectivity/connects": [{ dial: ok }, ["no-common-muxer", { dial: refused("no-common-muxer") }]],
  "connectivity/connects-over": [
    { dial: ok },
    ["dial-failed", { dial: refused("dial-failed") }],
    ["not-connected", { dial: { ...ok, outcome: "timeout" } }],
  ],
  "connectivity/stays-connected": [{ stayed: true }, ["disconnected", { stayed: false }]],
  "connectivity/protocols-known": [{ unknown: [] }, ["protocol-missing", { unknown: ["/a"] }]],
  "connectivity/book-metadata": [{ dial: ok, stayed: true }, ["disconnected", { stayed: false }]],
  "connectivity/wire-negotiation": [
    { unknown: false, known: true },
    ["protocol-missing", { known: false }],
    ["accepted-invalid", { unknown: true }],
  ],
  "connectivity/half-open-streams": [{ answered: true, after: true }, ["no-answer", { answered: false }], ["no-answer", { after: false }]],
};
