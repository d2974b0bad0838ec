import type { ReadyParticipant } from "../fixtures/contract/adapter.ts";
import { obstacles, type ReasonCode } from "../rfc-checks/reasons.ts";
import type { AnyDefinition, Expansion } from "./expansion.ts";
import { agree, comparedValues } from "./results/compared.ts";
import type { CheckResult } from "./results/schema.ts";
import type { Kill, SelfTest } from "./results/self-test.ts";
import type { Session } from "./session.ts";

/** The reference node with one rule negated. */
export interface Mutant {
  readonly name: string;
  /** Requirements that it breaks, by id. */
  readonly negates: readonly string[];
  readonly participant: ReadyParticipant;
}

/** A question that one mutant might be noticed by. */
interface Trial {
  readonly row: Expansion;
  /** The same question, put to the reference. */
  readonly right: Expansion;
  readonly mutant: string;
  /** Rules that the check cites and the mutant breaks. */
  readonly requirements: readonly string[];
}

export interface SelfTestOptions {
  /** Keys of the questions that are put first, in order: those by which mutants were noticed before. */
  readonly first?: readonly string[];
  /** Told how many questions are put next, and how many mutants and checks have no kill yet. */
  onRound?(round: { readonly questions: number; readonly alive: number; readonly unproven: number }): void;
}

/** How many questions of a mutant a check that only observes is asked: that nothing moves it is no failure. */
const observingTrials = 4;

/**
 * Puts the checks to mutants of the rules that they cite, and to the reference, until each judging check and each mutant has its
 * kill.
 * @param session of a field in which nobody else takes part
 */
export async function selfTest(
  session: Session,
  definitions: readonly AnyDefinition[],
  mutants: readonly Mutant[],
  { first = [], onRound = () => {} }: SelfTestOptions = {},
): Promise<SelfTest> {
  const byParticipant = new Map(mutants.map((mutant) => [mutant.participant.name, mutant]));
  const rows = definitions.flatMap((definition) => {
    const concerned = (mutant: Mutant | undefined) => mutant === undefined || citedOf(definition, mutant).length > 0;
    return session.register(definition, ({ name }) => concerned(byParticipant.get(name)));
  });
  let pending = trialsOf(rows, byParticipant);
  const kills: Kill[] = [];
  const results = new Map<string, CheckResult>();
  const [proven, killed, demanded] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const tried = new Map<string, number>();
  const isSettled = ({ id, judge }: AnyDefinition): boolean => proven.has(id) || (!judge && (tried.get(id) ?? 0) >= observingTrials);
  const isOpen = ({ row, mutant }: Trial): boolean => !(isSettled(row.definition) && demanded.has(mutant));
  const resultsOf = ({ row, right }: Pick<Trial, "row" | "right">) =>
    [row, right].map(({ key }) => results.get(key)) as [CheckResult, CheckResult];
  /** @returns those that told nothing */
  const put = async (round: readonly Trial[], run: (keys: string[]) => void): Promise<Trial[]> => {
    const asked = [...new Set(round.flatMap(({ row, right }) => [row.key, right.key]))];
    onRound({ questions: asked.length, alive: mutants.length - killed.size, unproven: definitions.length - proven.size });
    run(asked);
    await Promise.all(asked.map(async (key) => results.set(key, await session.result(key))));
    for (const { row, right, mutant, requirements } of round) {
      const { id, judge } = row.definition;
      tried.set(id, (tried.get(id) ?? 0) + 1);
      const [of, rightly] = resultsOf({ row, right });
      const reason = noticed(row, of, rightly);
      if (reason === undefined) continue;
      // That a judging check sees something else says nothing of what it demands.
      const proves = !judge || reason !== "changed";
      kills.push({ mutant, check: id, key: row.key, requirements, reason, proves, durationMs: of.durationMs });
      killed.add(mutant);
      if (!proves) continue;
      demanded.add(mutant);
      proven.add(id);
    }
    return round.filter((trial) => resultsOf(trial).some(tellsNothing));
  };
  const untold: Trial[] = [];
  const ask = async (round: readonly Trial[]): Promise<void> => {
    if (round.length === 0) return;
    untold.push(...(await put(round, (keys) => session.run(keys))));
    const done = new Set(round);
    pending = pending.filter((trial) => !done.has(trial) && isOpen(trial));
  };
  await ask(expected(pending, first));
  // Most are proven by the first or second; who is left is tried with twice as many each time.
  for (let each = 1; pending.length > 0; each *= 2) await ask(chosen(pending, each));
  const again = untold.filter(isOpen);
  const stillUntold = again.length === 0 ? [] : await put(again, (keys) => session.runAgain(keys));
  const rowsOfReference = rows.filter(isByTheBook);
  const puttable = new Set(rowsOfReference.map(({ definition: { id } }) => id));
  const ofReference = rowsOfReference.flatMap(({ key }) => results.get(key) ?? []);
  const answers = Map.groupBy(ofReference, ({ id }) => id);
  /** Nothing could be asked of the reference, in no variant that was tried. */
  const isInapplicable = (id: string): boolean => answers.get(id)?.every(({ verdict }) => verdict === "not-applicable") ?? false;
  const asked = new Set([...puttable].filter((id) => !isInapplicable(id)));
  const left = definitions.filter(({ id }) => asked.has(id) && !proven.has(id));
  return {
    kills,
    survivors: mutants.map(({ name }) => name).filter((name) => !killed.has(name)),
    undemanded: [...killed].filter((name) => !demanded.has(name)),
    unproven: left.filter(({ judge }) => judge).map(({ id }) => id),
    unmoved: left.filter(({ judge }) => !judge).map(({ id }) => id),
    unasked: definitions.map(({ id }) => id).filter((id) => !asked.has(id) && !proven.has(id)),
    failedByReference: ofReference.filter(isFailure),
    untold: stillUntold.filter(isOpen).flatMap(resultsOf).filter(tellsNothing),
  };
}

function trialsOf(rows: readonly Expansion[], byParticipant: ReadonlyMap<string, Mutant>): Trial[] {
  const question = ({ definition, variant }: Expansion): string => `${definition.id}/${variant}`;
  const byTheBook = new Map(rows.filter(isByTheBook).map((row) => [question(row), row]));
  return rows.flatMap((row) => {
    const requirements = brokenBy(row, byParticipant);
    const right = byTheBook.get(question(row));
    const mutant = byParticipant.get(row.cast[row.definition.subject]?.name ?? "")?.name;
    return requirements.length === 0 || !right || mutant === undefined ? [] : [{ row, right, mutant, requirements }];
  });
}

/**
 * Those that noticed something before, and besides them some of each check or mutant of which none of them is; these first, as it
 * is not known how long they take.
 */
function expected(pending: readonly Trial[], first: readonly string[]): Trial[] {
  const byKey = new Map(pending.map((trial) => [trial.row.key, trial]));
  const before = first.flatMap((key) => byKey.get(key) ?? []);
  if (before.length === 0) return [];
  const [checks, mutants] = [new Set(before.map(({ row }) => row.definition.id)), new Set(before.map(({ mutant }) => mutant))];
  const others = pending.filter(({ row, mutant }) => !checks.has(row.definition.id) || !mutants.has(mutant));
  return [...chosen(others, observingTrials), ...before];
}

/** Of each check, and of each mutant, so many. */
function chosen(pending: readonly Trial[], each: number): Trial[] {
  const counts = new Map<string, number>();
  const countOf = (name: string): number => counts.get(name) ?? 0;
  return pending.filter(({ row, mutant }) => {
    const names = [`check ${row.definition.id}`, `mutant ${mutant}`];
    if (names.every((name) => countOf(name) >= each)) return false;
    for (const name of names) counts.set(name, countOf(name) + 1);
    return true;
  });
}

const isFailure = ({ verdict }: CheckResult): boolean => verdict === "fail" || verdict === "harness-error";

/** Is it said of the subject's answer? That a node is gone is not, and neither is what the question was not put for. */
const isOfRule = (code: ReasonCode): boolean => !code.startsWith("node-") && !(obstacles as readonly ReasonCode[]).includes(code);

/** Of the rule: nothing could be asked, or the node was gone for whatever reason. */
const tellsNothing = ({ verdict, reasons }: CheckResult): boolean =>
  verdict === "could-not-run" || (verdict === "fail" && !reasons.some(({ code }) => isOfRule(code)));

const isByTheBook = ({ cast }: Expansion): boolean => Object.values(cast).every(({ referee }) => referee);

/** Cited rules that the subject breaks, where everybody else keeps to the book. */
function brokenBy({ definition, cast }: Expansion, mutants: ReadonlyMap<string, Mutant>): string[] {
  const others = Object.entries(cast).filter(([place]) => place !== definition.subject);
  const mutant = mutants.get(cast[definition.subject]?.name ?? "");
  // In a mixed mesh the mutant stands in several places.
  const keeps = ([place, { referee, name }]: (typeof others)[number]) =>
    referee || (definition.topology.places[place]?.cast === "mixed" && name === mutant?.participant.name);
  if (!mutant || !others.every(keeps)) return [];
  return citedOf(definition, mutant);
}

/** The rules that a check cites and a mutant breaks. */
const citedOf = ({ requirements }: AnyDefinition, { negates }: Mutant): string[] => requirements.filter((id) => negates.includes(id));

/** What the mutant was noticed by, where the reference was asked the same and did well. */
function noticed({ definition }: Expansion, result: CheckResult, right: CheckResult): Kill["reason"] | undefined {
  const seeing = definition.judge ? "pass" : "observed";
  if (right.verdict !== seeing) return undefined;
  if (result.verdict === "fail") return result.reasons.map(({ code }) => code).find(isOfRule);
  if (result.verdict !== seeing) return undefined;
  const [seen, expected] = [comparedValues(result.observation), comparedValues(right.observation)];
  const paths = new Set([...seen.keys(), ...expected.keys()]);
  return [...paths].every((path) => agree([seen.get(path), expected.get(path)])) ? undefined : "changed";
}
