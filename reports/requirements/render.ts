/** What `requirements` prints. */
import { type Paint, painter } from "../summary/paint.ts";
import { legend } from "../summary/table.ts";
import { plural } from "../words.ts";
import type { Row, Standing } from "./coverage.ts";
import type { CheckOutcomes, Since } from "./since.ts";
import { participantTable, rowTable, signOf, specificationTable, wrapped } from "./tables.ts";

export interface RequirementsReport {
  /** Id of the run. */
  readonly run: string;
  readonly rows: readonly Row[];
  /** How many rows of documents there are, shown or not. */
  readonly total: number;
  /** Names of those whose verdicts are shown. */
  readonly participants: readonly string[];
  readonly faults: readonly string[];
  /** Undefined before the first release. */
  readonly since: Since | undefined;
}

interface RenderOptions {
  /** Rows one by one, with reasons and doubts, in place of what is new since the release. */
  readonly rowByRow: boolean;
  /** width of the terminal */
  readonly columns: number;
  readonly color: boolean;
}

export function renderRequirements(report: RequirementsReport, { rowByRow, columns, color }: RenderOptions): string {
  const { rows, participants, faults, since } = report;
  const paint = painter(color);
  const overview = [
    specificationTable(rows, columns, paint),
    participantTable(rows, participants, columns, paint),
    paint("dim", legend(rows.flatMap(({ verdicts }) => [...verdicts.values()]))),
    ...(since ? sinceSections(since, paint) : []),
  ];
  const details = [rowTable(rows, participants, columns, paint), exclusions(rows, columns, paint), doubts(rows, columns, paint)];
  const sections = [
    ...(rowByRow ? details : overview),
    awaited(rows, columns, paint),
    section(
      "Errors",
      faults.map((fault) => paint("red", fault)),
      paint,
    ),
    sums(report),
  ];
  return `${sections.filter((text) => text !== "").join("\n\n")}\n`;
}

const section = (title: string, lines: readonly string[], paint: Paint): string =>
  lines.length === 0 ? "" : [paint("bold", title), ...lines].join("\n");

/** Rows by the reason that they share. */
function exclusions(rows: readonly Row[], width: number, paint: Paint): string {
  const excluded = rows.filter(({ standing }) => standing === "excluded");
  const lines = [...Map.groupBy(excluded, ({ requirement }) => requirement.excluded)].map(([reason, of]) =>
    wrapped(`${idsOf(of)}: ${reason}`, width),
  );
  return section("Excluded", lines, paint);
}

const idsOf = (rows: readonly Row[]): string => rows.map(({ requirement }) => requirement.id).join(" ");

function doubts(rows: readonly Row[], width: number, paint: Paint): string {
  const lines = rows.flatMap(({ requirement: { id, doubt } }) => (doubt === undefined ? [] : [wrapped(`${id}: ${doubt}`, width)]));
  return section("Where the documents are silent or contradict one another", lines, paint);
}

/** Rows of which nothing was tested because who could be asked was not there. */
function awaited(rows: readonly Row[], width: number, paint: Paint): string {
  const lines = [...Map.groupBy(rows.filter(isAwaited), ({ awaits }) => awaits.join(", "))].map(([names, of]) =>
    wrapped(`${names}: ${idsOf(of)}`, width),
  );
  return section("Asked only of participants that were not there", lines, paint);
}
const isAwaited = ({ standing, awaits }: Row): boolean => standing === "untested" && awaits.length > 0;

/** Of what is new only the failures are named. */
function sinceSections({ release, fresh, regressions, gone }: Since, paint: Paint): string[] {
  const line = ({ id, outcomes }: CheckOutcomes): string =>
    [id, ...[...outcomes].map(([participant, outcome]) => `${signOf(outcome, paint)} ${participant}`)].join("  ");
  const failing = fresh
    .map(({ id, outcomes }) => ({ id, outcomes: new Map([...outcomes].filter(([, outcome]) => outcome === "fail")) }))
    .filter(({ outcomes }) => outcomes.size > 0);
  const count = `New since ${release}: ${plural(fresh.length, "check")}`;
  return [
    fresh.length === 0
      ? ""
      : failing.length === 0
        ? count
        : section(`${count}, of which fail and are not in the baseline`, failing.map(line), paint),
    section(`Regressions: checks of ${release} that fail and are not in the baseline`, regressions.map(line), paint),
    section(`No longer there since ${release}`, gone, paint),
  ];
}

function sums({ run, rows, total }: RequirementsReport): string {
  const documented = rows.filter(({ requirement }) => !requirement.own);
  const count = (of: readonly Row[], standing: Standing): number => of.filter((row) => row.standing === standing).length;
  const binding = documented.filter(({ requirement: { level, how } }) => level !== "MAY" && /[WBVC]/.test(how));
  const share = (of: number): string => (binding.length === 0 ? "" : ` (${Math.floor((of / binding.length) * 100)} %)`);
  const testedOf = (of: readonly Row[]): string => `${count(of, "tested")} tested${share(count(of, "tested"))}`;
  const alone = documented.filter(({ byTheBookAlone }) => byTheBookAlone).length;
  const untested = documented.filter(({ standing }) => standing === "untested");
  const [awaiting, deferred] = [untested.filter(isAwaited).length, untested.filter((row) => row.deferred).length];
  return [
    `run ${run}: ${documented.length} of ${total} rows accounted for: ${count(documented, "tested")} tested, ${count(documented, "untested")} untested, ${count(documented, "excluded")} excluded`,
    ...(alone > 0 ? [`of the tested ${alone} on the by-the-book node alone`] : []),
    ...(awaiting > 0 ? [`${awaiting} of the untested because the participants that they need were absent`] : []),
    ...(deferred > 0
      ? [`${deferred} of the untested because their checks run only by their tag, as in \`npm test -- --grep "#slow"\``]
      : []),
    `of ${binding.length} that bind and are seen by wire, black box, vector or configuration: ${testedOf(binding)}`,
    ...(alone > 0
      ? [`without what was tested on the by-the-book node alone: ${testedOf(binding.filter(({ byTheBookAlone }) => !byTheBookAlone))}`]
      : []),
  ].join("\n");
}
