import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the folders of runs are. */
export const runsFolder = resolve(process.env.WAKU_RUNS ?? fileURLToPath(new URL("../reports/runs", import.meta.url)));
