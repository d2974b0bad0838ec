/** The recommendations of the ledger as a document, each with what implementations do today. */
import { comparedValues } from "../../harness/results/compared.ts";
import type { RunResults } from "../../harness/results/read.ts";
import type { CheckResult } from "../../harness/results/schema.ts";
import type { Requirement } from "../../rfc-checks/ledger.ts";
import { outcomeOf, outcomeSigns, outcomeWords, plural, short, worst } from "../words.ts";

const introduction = `# Recommendations

What nwaku, go-waku and js-waku should agree on where the RFCs leave it open, as a medium to discuss and decide it. MUST, SHOULD and
MAY are those of RFC 2119. Each clause stands in the ledger of this harness, and names the checks that ask it and what was seen of each
participant. A check of recommendations alone is reported, and never turns a run red.`;

const valueLimit = 60;

/**
 * Markdown.
 * @param runs the newest first: what a check came to for a participant is taken from the first that asked it
 */
export function renderRecommendations(requirements: Iterable<Requirement>, runs: readonly RunResults[]): string {
  const clauses = [...requirements].filter(({ recommendation }) => recommendation);
  const parts = [...Map.groupBy(clauses, ({ specification }) => specification)].flatMap(([name, of]) => [
    `## ${name}`,
    of[0]?.introduction ?? "",
    ...[...Map.groupBy(of, ({ section }) => section)].flatMap(([section, rules]) => [
      `### ${section}`,
      ...rules.map((rule) => clause(rule, runs)),
    ]),
  ]);
  return `${[introduction, sources(runs), ...parts].filter((text) => text !== "").join("\n\n")}\n`;
}

function sources(runs: readonly RunResults[]): string {
  const versions = new Map(
    runs
      .flatMap(({ header }) => header.participants)
      .flatMap(({ participant, version }) => (version ? [[participant, version] as const] : [])),
  );
  const named = [...versions].map(([participant, version]) => `${participant} ${version}`).join(", ");
  const signs = (["pass", "advised", "known", "fail", "observed"] as const).map(
    (outcome) => `${outcomeSigns[outcome]} ${outcomeWords[outcome]}`,
  );
  return `Observed with ${named}. ${signs.join(", ")}.`;
}

function clause({ id, level, rule, because, checks = [], excluded }: Requirement, runs: readonly RunResults[]): string {
  const why = because === undefined ? "" : ` ${because}`;
  const asked = checks.map((check) => [check, resultsOf(check, runs)] as const);
  const told = asked.length > 0 ? today(asked) : `No check asks it yet.${excluded === undefined ? "" : ` ${excluded}`}`;
  return `**${id}** (${level}) ${rule}${why}\n\n${told}`;
}

function resultsOf(id: string, runs: readonly RunResults[]): readonly CheckResult[] {
  const newest: Partial<Record<string, CheckResult[]>> = {};
  for (const { checks } of runs.toReversed()) {
    const asked = checks.filter((check) => check.id === id && tells(check));
    Object.assign(
      newest,
      Object.groupBy(asked, ({ subject }) => subject),
    );
  }
  return Object.values(newest).flatMap((rows) => rows ?? []);
}

/** A row that could not run says nothing of the participant. */
const tells = ({ verdict }: CheckResult): boolean => verdict === "pass" || verdict === "fail" || verdict === "observed";

function today(asked: readonly (readonly [string, readonly CheckResult[]])[]): string {
  const participants = [...new Set(asked.flatMap(([, found]) => found.map(({ subject }) => subject)))].sort();
  if (participants.length === 0) return `Asked by ${asked.map(([check]) => `\`${check}\``).join(", ")}; not in these runs.`;
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    row(["check", ...participants]),
    row(["---", ...participants.map(() => "---")]),
    ...asked.map(([check, found]) =>
      row([`\`${check}\``, ...participants.map((name) => cell(found.filter(({ subject }) => subject === name)))]),
    ),
  ].join("\n");
}

/** The worst outcome of one participant in one check, and why, or what was seen. */
function cell(found: readonly CheckResult[]): string {
  const outcome = worst(found.map(outcomeOf));
  if (outcome === undefined) return "";
  const those = found.filter((result) => outcomeOf(result) === outcome);
  const codes = [...new Set(those.flatMap(({ reasons }) => reasons.slice(0, 1).map(({ code }) => code)))];
  const said = outcome === "observed" ? seenIn(those) : codes.join(", ");
  const share = outcome === "pass" || those.length === found.length ? "" : ` (${those.length} of ${plural(found.length, "row")})`;
  return `${outcomeSigns[outcome]} ${said}${share}`.trim();
}

const seenIn = ([first, ...more]: readonly CheckResult[]): string => {
  const values = [...comparedValues(first?.observation)].map(([path, { value }]) => `${path} ${short(value, valueLimit)}`);
  return `${values.join("; ").replaceAll("|", "\\|")}${more.length === 0 ? "" : `; ${plural(more.length, "more row")}`}`;
};
