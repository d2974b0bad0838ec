/** The same question put to several participants, and whether they answer alike. Pure. */

import { agree, type Compared, comparedValues } from "../../harness/results/compared.ts";
import type { RunResults } from "../../harness/results/read.ts";
import type { CheckResult, Level } from "../../harness/results/schema.ts";
import { checkName, type Outcome, outcomeOf, worst } from "../words.ts";

/** One check, or one variant of it, over all participants. */
export interface CheckRow {
  /** `id[/variant]` */
  readonly name: string;
  readonly id: string;
  readonly variant: string | null;
  readonly title: string;
  readonly area: string;
  readonly level: Level;
  readonly requirements: readonly string[];
  readonly tags: readonly string[];
  /** by subject, in the order of the header */
  readonly cells: ReadonlyMap<string, Cell>;
  /** every compared path, in order */
  readonly paths: readonly string[];
  /** how its casts differ; undefined where they agree */
  readonly differs: Difference | undefined;
}

/** One check put to one subject, in every cast it was put in. */
export interface Cell {
  readonly worst: Outcome;
  readonly casts: readonly CheckResult[];
}

export interface Difference {
  readonly verdict: boolean;
  /** compared paths at which not all agree */
  readonly paths: readonly string[];
}

/**
 * Groups the results of a run by check and variant and says where participants differ, as subjects or as the peers of one.
 * All casts of a check fill the same places. What did not run, or did not apply, is compared with nothing.
 */
export function divergences({ header, checks }: RunResults): CheckRow[] {
  const order = header.participants.map(({ participant }) => participant);
  return [...Map.groupBy(checks, checkName).entries()].flatMap(([name, casts]) => checkRow(name, casts, order) ?? []);
}

function checkRow(name: string, casts: readonly CheckResult[], order: readonly string[]): CheckRow | undefined {
  const [first] = casts;
  if (first === undefined) return undefined;
  const bySubject = Map.groupBy(casts, ({ subject }) => subject);
  const subjects = [
    ...order.filter((participant) => bySubject.has(participant)),
    ...[...bySubject.keys()].filter((subject) => !order.includes(subject)),
  ];
  const cells = new Map(subjects.map((subject) => [subject, cell(bySubject.get(subject) ?? [])]));
  const observed = new Map(casts.map((cast) => [cast, comparedValues(cast.observation)]));
  const { id, variant, title, area, level, requirements, tags } = first;
  const paths = [...new Set([...observed.values()].flatMap((values) => [...values.keys()]))];
  return { name, id, variant, title, area, level, requirements, tags, cells, paths, differs: difference(casts, paths, observed) };
}

function cell(casts: readonly CheckResult[]): Cell {
  return { worst: worst(casts.map(outcomeOf)) ?? "could-not-run", casts };
}

/** Only these say something about the participant; the rest says why nothing could be asked. */
const comparable = new Set(["pass", "fail", "observed"]);

function difference(
  casts: readonly CheckResult[],
  paths: readonly string[],
  observed: ReadonlyMap<CheckResult, ReadonlyMap<string, Compared>>,
): Difference | undefined {
  const asked = casts.filter(({ verdict }) => comparable.has(verdict));
  const verdict = new Set(asked.map((cast) => cast.verdict)).size > 1;
  const differing = paths.filter((path) => !agree(asked.map((cast) => observed.get(cast)?.get(path))));
  return verdict || differing.length > 0 ? { verdict, paths: differing } : undefined;
}
