import type { Judged } from "../judged.ts";

export const judged: Readonly<Record<string, Judged>> = {
  "rest/hostile": [{ died: [], silent: [] }, ["node-died", { died: ["body-null"] }], ["no-answer", { silent: ["body-null"] }]],
};
