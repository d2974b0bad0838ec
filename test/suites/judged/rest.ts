import type { Judged } from "../judged.ts";

export const judged: Readonly<Record<string, Judged>> = {
  "rest/hostile": [
    { died: [], silent: [], fair: { before: "200", after: "200" } },
    ["node-died", { died: ["body-null"] }],
    ["no-answer", { silent: ["body-null"] }],
    ["wrong-value", { fair: { after: "timeout" } }],
  ],
};
