import { NoAllureReport } from "../reports/allure/generate.ts";
import { writeReport } from "../reports/report.ts";
import { readable } from "./runs-folder.ts";
import { UsageError } from "./usage.ts";

/**
 * Writes the report of a run and names each page as soon as it is there: what fails after it does not hide it.
 * @param code what the run itself came to
 * @returns `code`; 3 instead of 0 where a page could not be written
 * @throws UsageError when there is no such run, or its results are incomplete
 */
export async function writePages(folder: string, code: number, stopping: AbortSignal): Promise<number> {
  try {
    await readable(writeReport(folder, { onPage: (what, path) => console.log(`${what}: ${path}`), stopping }));
    return code;
  } catch (error) {
    if (stopping.aborted || error instanceof UsageError) throw error;
    const ours = error instanceof Error && !(error instanceof NoAllureReport);
    console.error(`waku-conformance: ${ours ? (error.stack ?? error.message) : (error as NoAllureReport).message}`);
    console.error(`The results are whole, and so is what is named above; once that is mended: npx waku-conformance report ${folder}`);
    return code || 3;
  }
}
