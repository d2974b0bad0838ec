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

interface Pages {
  readonly divergence: string;
  readonly slots: string;
  readonly shards: string;
  readonly guarantees: string;
  readonly allure: string;
}

/**
 * Reads `<runFolder>/results.jsonl` and writes the divergence page, the pages of slots, shards and protected shards and the Allure report under `<runFolder>/report`.
 * @returns the paths of the pages
 * @throws BadResultFile when the results are malformed or were cut short
 * @throws the reason of `stopping`, where it came before the end; nothing goes on then
 */
export async function writeReport(runFolder: string, stopping?: AbortSignal): Promise<Pages> {
  // A link such as `latest` must not end up in the history as a run of its own.
  const folder = await realpath(runFolder).catch(() => runFolder);
  const results = await readResults(join(folder, "results.jsonl"));
  const excerpts = await readExcerpts(folder, results.checks);
  const report = join(folder, "report");
  const pages = {
    divergence: join(report, "index.html"),
    slots: join(report, "slots.html"),
    shards: join(report, "shards.html"),
    guarantees: join(report, "protected-shards.html"),
    allure: join(report, "allure", "index.html"),
  };
  await mkdir(report, { recursive: true });
  await writeFile(pages.divergence, renderDivergencePage(results, { logsHref: "..", excerpts }));
  await writeFile(pages.slots, renderSlotsPage(results));
  await writeFile(pages.shards, renderShardsPage(results));
  await writeFile(pages.guarantees, renderGuaranteesPage(results));
  const resultsFolder = join(folder, "allure-results");
  await writeAllureResults(results, resultsFolder, excerpts);
  await generateAllureReport({
    resultsFolder,
    page: pages.allure,
    name: reportName(results.header.run),
    history: join(dirname(folder), "history.jsonl"),
    stopping,
  });
  return pages;
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
