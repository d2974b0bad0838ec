import { join } from "node:path";
import type { RunResults } from "../harness/results/read.ts";
import type { CheckResult } from "../harness/results/schema.ts";
import { coverageOf, type Row } from "../reports/requirements/coverage.ts";
import { newestRelease } from "../reports/requirements/releases.ts";
import { renderRequirements } from "../reports/requirements/render.ts";
import { since } from "../reports/requirements/since.ts";
import { presentIn } from "../reports/summary/table.ts";
import { ledger } from "../rfc-checks/ledger.ts";
import { resultsOf, runsFolder } from "./runs-folder.ts";
import { declaredChecks } from "./suites.ts";
import { UsageError } from "./usage.ts";

interface RequirementsFlags {
  /** Start of the ids of a specification's rows, such as 12 or 57-PSK. */
  readonly spec?: string;
  readonly participant?: string;
  readonly untested?: boolean;
}

/**
 * @param runs folders; the newest full run when there are none
 * @returns the exit code: 1 when the ledger claims what the runs did not emit
 * @throws UsageError when there is no full run, or a flag names nothing
 */
export async function requirements(runs: readonly string[], { spec, participant, untested = false }: RequirementsFlags): Promise<number> {
  const prefix = `${spec?.toUpperCase()}-`;
  const selected = [...ledger.values()].filter(({ id }) => spec === undefined || id.startsWith(prefix));
  if (selected.length === 0) throw new UsageError(`--spec ${spec}: the ledger has no such specification; known: ${specifications()}`);
  const results = await together(runs.length === 0 ? [join(runsFolder, "latest-full")] : runs);
  const names = presentIn(results.header, results.checks);
  if (participant !== undefined && !names.includes(participant))
    throw new UsageError(`--participant ${participant}: took no part in the run; known: ${names.join(", ")}`);
  const declared = await declaredChecks();
  const { faults } = coverageOf(ledger.values(), results, declared);
  const { rows } = coverageOf(selected, results, declared, participant);
  const release = await newestRelease();
  const wanted = (row: Row): boolean => !untested || row.standing === "untested";
  const report = {
    run: results.header.run,
    rows: rows.filter(wanted),
    total: [...ledger.values()].filter(({ own }) => !own).length,
    participants: participant === undefined ? names : [participant],
    faults,
    since: release && since(release, results.checks, declared),
  };
  const rowByRow = spec !== undefined || participant !== undefined || untested;
  console.log(renderRequirements(report, { rowByRow, columns: process.stdout.columns ?? 100, color: process.stdout.isTTY === true }));
  return faults.length > 0 ? 1 : 0;
}

const specifications = (): string => [...new Set([...ledger.keys()].map((id) => id.replace(/-\d+$/, "")))].join(", ");

/** The first run, with the checks that only later ones have, such as those of a tier. */
async function together(folders: readonly string[]): Promise<Pick<RunResults, "header" | "checks">> {
  const runs = await Promise.all(folders.map(resultsOf));
  const { header } = runs[0] as RunResults;
  const checks: CheckResult[] = [];
  for (const run of runs) {
    const known = new Set(checks.map(({ id }) => id));
    checks.push(...run.checks.filter(({ id }) => !known.has(id)));
  }
  return { header, checks };
}
