/** Writes the pages of a run beside its results. */
import { mkdir, realpath, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readResults } from "../harness/results/read.ts";
import type { CheckResult } from "../harness/results/schema.ts";
import { reportName } from "./allure/environment.ts";
import { generateAllureReport } from "./allure/generate.ts";
import { writeAllureResults } from "./allure/results.ts";
import { renderDivergencePage } from "./divergence/page.ts";
import { readLogRange } from "./evidence.ts";
import { renderGuaranteesPage } from "./guarantees/page.ts";
import { renderShardsPage } from "./shards/page.ts";
import { renderSlotsPage } from "./slots/page.ts";

/** Bytes of one log that a page holds; the log itself stays a link away. */
const excerptLimit = 16 * 1024;
/** Bytes of all logs together. */
const excerptsLimit = 8 * 1024 * 1024;

interface ReportOptions {
  /** Told of each page once it is written. */
  onPage?(what: string, path: string): void;
  readonly stopping?: AbortSignal;
}

/**
 * Reads `<runFolder>/results.jsonl` and writes the divergence page, the pages of slots, shards and protected shards and the Allure report under `<runFolder>/report`.
 * @throws BadResultFile when the results are malformed or were cut short
 * @throws NoAllureReport when all but that is written
 * @throws the reason of `stopping`, where it came before the end; nothing goes on then
 */
export async function writeReport(runFolder: string, { onPage, stopping }: ReportOptions = {}): Promise<void> {
  // A link such as `latest` must not end up in the history as a run of its own.
  const folder = await realpath(runFolder).catch(() => runFolder);
  const results = await readResults(join(folder, "results.jsonl"));
  const excerpts = await readExcerpts(folder, results.checks);
  const report = join(folder, "report");
  await mkdir(report, { recursive: true });
  const pages = [
    ["divergence", "index.html", () => renderDivergencePage(results, { logsHref: "..", excerpts })],
    ["slots", "slots.html", () => renderSlotsPage(results)],
    ["shards", "shards.html", () => renderShardsPage(results)],
    ["guarantees", "protected-shards.html", () => renderGuaranteesPage(results)],
  ] as const;
  for (const [what, name, render] of pages) {
    const page = join(report, name);
    await writeFile(page, render());
    onPage?.(what, page);
  }
  const resultsFolder = join(folder, "allure-results");
  await writeAllureResults(results, resultsFolder, excerpts);
  const page = join(report, "allure", "index.html");
  await generateAllureReport({
    resultsFolder,
    page,
    name: reportName(results.header.run),
    history: join(dirname(folder), "history.jsonl"),
    stopping,
  });
  onPage?.("allure", page);
}

/** What the logs say about failures and about errors of the harness, new failures first, until there is enough of it. */
async function readExcerpts(folder: string, checks: readonly CheckResult[]): Promise<Map<string, string>> {
  const failures = checks.filter(({ verdict }) => verdict === "fail" || verdict === "harness-error");
  const references = [...failures.filter(({ known }) => !known), ...failures.filter(({ known }) => known)].flatMap(
    ({ evidence }) => evidence,
  );
  const excerpts = new Map<string, string>();
  let left = excerptsLimit;
  for (const reference of new Set(references)) {
    if (left <= 0) break;
    const excerpt = await readLogRange(folder, reference, Math.min(excerptLimit, left));
    if (excerpt === undefined) continue;
    excerpts.set(reference, excerpt);
    left -= excerpt.length;
  }
  return excerpts;
}
