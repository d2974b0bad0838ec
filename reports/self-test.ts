/** What the self-test says of checks and mutants, for the terminal. */
import type { CheckResult } from "../harness/results/schema.ts";
import type { SelfTest } from "../harness/results/self-test.ts";
import { type Column, grid } from "./summary/grid.ts";

/** @param options.kills every kill, by requirement */
export function renderSelfTest(
  { kills, survivors, undemanded, unproven, unmoved, unasked, failedByReference, untold }: SelfTest,
  options: { readonly kills: boolean },
): string {
  const rows = kills.flatMap(({ requirements, mutant, check, reason }) => requirements.map((id) => [id, mutant, check, reason]));
  const distinct = [...new Map(rows.map((row) => [row.join(" "), row])).values()].sort((a, b) => a.join(" ").localeCompare(b.join(" ")));
  const column = (title: string, index: number) => ({ title, cells: distinct.map((row) => row[index] ?? "") });
  const [first, ...columns] = ["requirement", "mutant", "check", "reason"].map(column) as unknown as [Column, ...Column[]];
  const table = grid(first, columns, Number.POSITIVE_INFINITY, (_style, text) => text);
  const [mutants, checks] = [new Set(kills.map(({ mutant }) => mutant)).size, new Set(kills.map(({ check }) => check)).size];
  return [
    ...(options.kills ? [table, ""] : []),
    ...listed("Survivors: mutants that no check noticed by a rule that they break", survivors),
    ...listed("Undemanded: mutants noticed by what judging checks saw, and did not demand", undemanded),
    ...listed("Unmoved: checks that only observe, and saw nothing else of those few mutants that they were put to", unmoved),
    ...listed("Not asked: checks that have nothing to ask the reference", unasked),
    ...listed("Unproven: checks that noticed no mutant of a rule that they cite", unproven),
    ...listed("Inconclusive: put twice, without a verdict on the rule", untold.map(told)),
    ...listed("Failed by the reference as it is", failedByReference.map(told)),
    `${mutants} mutants killed by ${checks} checks · ${survivors.length} survivors · ${undemanded.length} undemanded · ${unproven.length} checks unproven · ${unmoved.length} unmoved · ${unasked.length} not asked · ${failedByReference.length} failed by the reference`,
  ].join("\n");
}

const told = ({ key, reasons: [reason] }: CheckResult): string => `${key}  ${reason?.code}: ${JSON.stringify(reason?.observed)}`;

const listed = (title: string, entries: readonly string[]): string[] =>
  entries.length === 0 ? [] : [title, ...entries.map((entry) => `  ${entry}`), ""];
