/** Rows of a made-up run: sensible defaults, and only what a test is about said out loud. */
import type { RunResults } from "../../../harness/results/read.ts";
import {
  type CheckResult,
  type Header,
  headerSchema,
  type Line,
  lineSchema,
  type ParticipantRow,
  verdicts,
} from "../../../harness/results/schema.ts";

export function participant(name: string, changes: Partial<ParticipantRow> = {}): ParticipantRow {
  const implementation = name.split("@")[0] ?? name;
  const base = { participant: name, implementation, state: "ready", version: "v0.10.0", runtime: "process", emulated: false } as const;
  return { ...base, referee: false, overrides: [], capabilities: ["relay"], traffic: [], ...changes };
}

export function absent(name: string, reason: string): ParticipantRow {
  return {
    participant: name,
    implementation: name,
    state: "could-not-run",
    reason,
    referee: false,
    emulated: false,
    overrides: [],
    capabilities: [],
    traffic: [],
  };
}

export function header(participants: readonly ParticipantRow[], changes: Partial<Header> = {}): Header {
  return headerSchema.parse({
    kind: "header",
    schema: 1,
    run: "2026-03-01T09-30-00",
    startedAt: "2026-03-01T09:30:00.000Z",
    seed: 7,
    command: "npm test",
    selection: "full",
    machine: { os: "linux", arch: "x64", cpus: 2, memoryBytes: 8 * 2 ** 30, node: "v22.0.0" },
    participants,
    ...changes,
  });
}

/** A check by its id, with an optional variant after a second slash, put to a subject that is alone in its cast unless told otherwise. */
export function check(name: string, subject: string, changes: Partial<CheckResult> = {}): CheckResult {
  const [area = "", question = "", variant] = name.split("/");
  const cast = changes.cast ?? { relay: [subject] };
  const players = Object.entries(cast).map(([role, members]) => `${role}=${members.join("+")}`);
  const key = `${name}@${players.join(",")}`;
  const row: CheckResult = {
    kind: "check",
    key,
    id: `${area}/${question}`,
    title: `the node answers ${question}`,
    variant: variant ?? null,
    checkRevision: 1,
    requirements: ["11-RELAY-01"],
    level: "MUST",
    area,
    tags: [`#${area}`],
    subject,
    cast,
    verdict: "pass",
    reasons: [],
    observation: {},
    known: false,
    blame: null,
    blockedBy: null,
    durationMs: 12,
    evidence: [],
    replay: `npm test -- --grep "${key}"`,
    ...changes,
  };
  return row;
}

/** A failing check with one reason, as a judge would write it. */
export function failure(name: string, subject: string, changes: Partial<CheckResult> = {}): CheckResult {
  const reasons: CheckResult["reasons"] = [{ code: "accepted-invalid-topic", path: "answer.outcome", expected: "refused", observed: "ok" }];
  return check(name, subject, { verdict: "fail", blame: "subject", reasons, ...changes });
}

export function run(participants: readonly ParticipantRow[], checks: readonly CheckResult[], changes: Partial<Header> = {}): RunResults {
  const counts = Object.fromEntries(verdicts.map((verdict) => [verdict, checks.filter((row) => row.verdict === verdict).length]));
  const footer = { kind: "footer", counts, durationMs: 61_000, interrupted: false } as RunResults["footer"];
  return { header: header(participants, changes), checks, footer };
}

/** The run as a result file, each line held against the schema. */
export function resultFile({ header, checks, footer }: RunResults): string {
  const lines: Line[] = [header, ...checks, footer];
  return lines.map((line) => `${JSON.stringify(lineSchema.parse(line))}\n`).join("");
}
