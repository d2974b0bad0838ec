/** What the page's script needs to filter rows and to show one in full. Texts that occur often are kept once. */

import { comparedValues } from "../../harness/results/compared.ts";
import type { CheckResult, Reason } from "../../harness/results/schema.ts";
import { ledger } from "../../rfc-checks/ledger.ts";
import { logHref, logRange } from "../evidence.ts";
import { requirementLink } from "../links.ts";
import { castText, type Outcome, outcomeOf, peersOf } from "../words.ts";
import type { CheckRow } from "./divergences.ts";

interface PageData {
  /** observations, values and replay commands, by number */
  readonly texts: readonly string[];
  readonly rows: readonly RowData[];
}

interface RowData {
  readonly name: string;
  readonly title: string;
  readonly area: string;
  readonly level: string;
  readonly requirements: readonly RequirementData[];
  readonly tags: readonly string[];
  readonly verdictDiffers: boolean;
  readonly paths: readonly { readonly path: string; readonly differs: boolean }[];
  readonly cells: readonly { readonly participant: string; readonly worst: Outcome; readonly casts: readonly CastData[] }[];
}

interface RequirementData {
  readonly id: string;
  readonly href: string | undefined;
  /** in our words */
  readonly rule: string | undefined;
}

interface CastData {
  readonly key: string;
  readonly outcome: Outcome;
  readonly cast: string;
  /** the cast without the subject's own part in it; all of it where that plays several */
  readonly peers: string;
  readonly blame: string | null;
  readonly blockedBy: string | null;
  readonly durationMs: number;
  readonly reasons: readonly { readonly code: string; readonly path: string; readonly expected: number; readonly observed: number }[];
  /** text number of the value at each path of the row, -1 where nothing was seen */
  readonly values: readonly number[];
  readonly observation: number;
  readonly logs: readonly LogData[];
  readonly replay: number;
}

interface LogData {
  readonly name: string;
  readonly href: string | undefined;
  /** text number of what the log says there */
  readonly excerpt: number | undefined;
}

/** @param excerpts what logs say at an evidence reference, for those that are to be shown in the page itself */
export function pageData(rows: readonly CheckRow[], logsHref: string, excerpts: ReadonlyMap<string, string>): PageData {
  const numbers = new Map<string, number>();
  const number = (text: string): number => {
    const known = numbers.get(text) ?? numbers.size;
    numbers.set(text, known);
    return known;
  };
  const castData = (cast: CheckResult, paths: readonly string[]): CastData => {
    const values = comparedValues(cast.observation);
    return {
      key: cast.key,
      outcome: outcomeOf(cast),
      cast: castText(cast.cast),
      peers: castText(peersOf(cast)),
      blame: cast.blame,
      blockedBy: cast.blockedBy,
      durationMs: cast.durationMs,
      reasons: cast.reasons.map((reason) => reasonData(reason, number)),
      values: paths.map((path) => (values.has(path) ? number(jsonText(values.get(path)?.value)) : -1)),
      observation: number(jsonText(cast.observation, 2)),
      logs: cast.evidence.map((evidence) => {
        const excerpt = excerpts.get(evidence);
        return { name: logName(evidence), href: logHref(evidence, logsHref), excerpt: excerpt === undefined ? undefined : number(excerpt) };
      }),
      replay: number(cast.replay),
    };
  };
  const data = rows.map((row) => ({
    name: row.name,
    title: row.title,
    area: row.area,
    level: row.level,
    requirements: row.requirements.map((id) => ({ id, href: requirementLink(id), rule: ledger.get(id)?.rule })),
    tags: row.tags,
    verdictDiffers: row.differs?.verdict ?? false,
    paths: row.paths.map((path) => ({ path, differs: row.differs?.paths.includes(path) ?? false })),
    cells: [...row.cells].map(([participant, { worst, casts }]) => ({
      participant,
      worst,
      casts: casts.map((cast) => castData(cast, row.paths)),
    })),
  }));
  return { texts: [...numbers.keys()], rows: data };
}

function reasonData({ code, path, expected, observed }: Reason, number: (text: string) => number): CastData["reasons"][number] {
  return { code, path, expected: number(jsonText(expected)), observed: number(jsonText(observed)) };
}

function logName(evidence: string): string {
  const range = logRange(evidence);
  if (range?.bytes === undefined) return evidence;
  return `${range.file}, bytes ${range.bytes.first} to ${range.bytes.end}`;
}

function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent) ?? "nothing";
}
