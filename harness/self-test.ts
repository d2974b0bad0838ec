import type { ReadyParticipant } from "../fixtures/contract/adapter.ts";
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

/**
 * Puts the checks to the reference and to its mutants.
 * @param session of a field in which nobody else takes part
 */
export async function selfTest(session: Session, definitions: readonly AnyDefinition[], mutants: readonly Mutant[]): Promise<SelfTest> {
  const rows = definitions.flatMap((definition) => [...session.register(definition)]);
  const byParticipant = new Map(mutants.map((mutant) => [mutant.participant.name, mutant]));
  const asked = rows.filter((row) => isByTheBook(row) || brokenBy(row, byParticipant).length > 0);
  session.run(asked.map(({ key }) => key));
  const results = new Map(await Promise.all(asked.map(async (row) => [row, await session.result(row.key)] as const)));

  const kills = asked.flatMap((row) => {
    const requirements = brokenBy(row, byParticipant);
    const reason = requirements.length > 0 ? noticed(row, results.get(row), byTheBook(row, results)) : undefined;
    const mutant = byParticipant.get(row.cast[row.definition.subject]?.name ?? "")?.name ?? "";
    return reason === undefined ? [] : [{ mutant, check: row.definition.id, key: row.key, requirements, reason }];
  });
  const killed = new Set(kills.map(({ mutant }) => mutant));
  const proven = new Set(kills.map(({ check }) => check));
  return {
    kills,
    survivors: mutants.map(({ name }) => name).filter((name) => !killed.has(name)),
    unproven: definitions.map(({ id }) => id).filter((id) => !proven.has(id)),
    failedByReference: asked.filter(isByTheBook).flatMap((row) => {
      const result = results.get(row);
      return result && (result.verdict === "fail" || result.verdict === "harness-error") ? [result] : [];
    }),
  };
}

const isByTheBook = ({ cast }: Expansion): boolean => Object.values(cast).every(({ referee }) => referee);

/** Cited rules that the subject breaks, where everybody else keeps to the book. */
function brokenBy({ definition, cast }: Expansion, mutants: ReadonlyMap<string, Mutant>): string[] {
  const others = Object.entries(cast).filter(([place]) => place !== definition.subject);
  const mutant = mutants.get(cast[definition.subject]?.name ?? "");
  if (!mutant || others.some(([, { referee }]) => !referee)) return [];
  return definition.requirements.filter((id) => mutant.negates.includes(id));
}

/** What the same question came to when the reference was asked. */
function byTheBook({ definition, variant }: Expansion, results: ReadonlyMap<Expansion, CheckResult>): CheckResult | undefined {
  for (const [row, result] of results) if (row.definition === definition && row.variant === variant && isByTheBook(row)) return result;
  return undefined;
}

function noticed({ definition }: Expansion, result: CheckResult | undefined, right: CheckResult | undefined): Kill["reason"] | undefined {
  if (definition.judge)
    return result?.reasons.map(({ code }) => code).find((code) => result.verdict === "fail" && !code.startsWith("node-"));
  if (result?.verdict !== "observed" || right?.verdict !== "observed") return undefined;
  const [seen, expected] = [comparedValues(result.observation), comparedValues(right.observation)];
  const paths = new Set([...seen.keys(), ...expected.keys()]);
  return [...paths].every((path) => agree([seen.get(path), expected.get(path)])) ? undefined : "changed";
}
