import { join, resolve } from "node:path";
import { writePages } from "./pages.ts";
import { runsFolder } from "./runs-folder.ts";
import { stoppable } from "./stoppable.ts";

/**
 * @returns the exit code
 * @throws UsageError when there is no such run, or its results are incomplete
 */
export function report(run: string | undefined): Promise<number> {
  const folder = run === undefined ? join(runsFolder, "latest") : resolve(run);
  return stoppable((stopping) => writePages(folder, 0, stopping));
}
