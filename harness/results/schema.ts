/**
 * The result format: one JSON object a line, a header first and a footer last.
 * Every writer and reader goes through these types; `*.schema.json` beside this file are generated from them.
 */
import { z } from "zod";
import { runtimeNames } from "../../fixtures/contract/runtime.ts";
import { reasonCodes } from "../../rfc-checks/reasons.ts";

export const schemaVersion = 1;

export const verdicts = ["pass", "fail", "observed", "not-applicable", "could-not-run", "harness-error"] as const;
export const levels = ["MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "MAY", "def", "shall"] as const;
/** Whose fault a failure is. */
const blames = ["subject", "peer", "pair", "undetermined"] as const;

const json: z.ZodType<unknown> = z.unknown();

const overrideSchema = z.strictObject({
  what: z.string().describe("what differs from the shipped defaults"),
  why: z.string().describe("why it had to"),
});

const participantSchema = z.strictObject({
  participant: z.string().describe("name in keys and casts, such as go-waku or js-waku@adapted"),
  implementation: z.string(),
  state: z.enum(["ready", "could-not-run"]),
  reason: z.string().optional().describe("why it could not take part, with the command or variable that would change it"),
  version: z.string().optional(),
  artifact: z.string().optional().describe("module@version, package@version or sha256:…"),
  runtime: z.enum(runtimeNames).optional(),
  referee: z.boolean().default(false).describe("the by-the-book node of this harness, no implementation of somebody's"),
  emulated: z.boolean().default(false).describe("rebuilt by us; never the implementation's own verdict"),
  overrides: z.array(overrideSchema).default([]),
  capabilities: z.array(z.string()).default([]).describe("roles it declares"),
  traffic: z.array(z.string()).default([]).describe("traffic beyond this machine that it cannot be told to leave out"),
});

const reasonSchema = z.strictObject({
  code: z.enum(reasonCodes),
  path: z.string().describe("where in the observation"),
  expected: json,
  observed: json,
});

export const headerSchema = z.strictObject({
  kind: z.literal("header"),
  schema: z.literal(schemaVersion),
  run: z.string(),
  startedAt: z.iso.datetime(),
  seed: z.int().nonnegative(),
  command: z.string(),
  selection: z.string().describe("full, or grep:<pattern>"),
  machine: z.strictObject({ os: z.string(), arch: z.string(), cpus: z.int(), memoryBytes: z.int(), node: z.string() }),
  participants: z.array(participantSchema),
  unasked: z
    .record(z.string(), z.array(z.string()))
    .default({})
    .describe("id of a check that nobody who is ready can be asked → the absent participants with whom it could be"),
});

const castSchema = z.record(z.string(), z.array(z.string())).describe("role → participants that play it");

export const checkResultSchema = z.strictObject({
  kind: z.literal("check"),
  key: z.string().describe("id[/variant]@role=participant,…"),
  id: z.string(),
  title: z.string(),
  variant: z.string().nullable(),
  checkRevision: z.int().positive(),
  requirements: z.array(z.string()),
  level: z.enum(levels),
  area: z.string(),
  tags: z.array(z.string()),
  subject: z.string().describe("the participant in question"),
  cast: castSchema,
  verdict: z.enum(verdicts),
  reasons: z.array(reasonSchema),
  observation: json.describe("what was seen; {compare: exact|set|range, value} where it is compared between participants"),
  known: z.boolean().describe("a failure that is not red: the baseline lists it, or only recommendations are broken"),
  blame: z.enum(blames).nullable(),
  blockedBy: z.string().nullable().describe("key of the check that explains why this one could not run"),
  durationMs: z.int().nonnegative(),
  evidence: z.array(z.string()).describe("log file#first-end byte, the end not included, relative to the run's folder"),
  replay: z.string().describe("the command that runs just this again"),
});

export const footerSchema = z.strictObject({
  kind: z.literal("footer"),
  counts: z.record(z.enum(verdicts), z.int().nonnegative()),
  durationMs: z.int().nonnegative(),
  interrupted: z.boolean().describe("true when the run was stopped before its last check"),
});

export const lineSchema = z.discriminatedUnion("kind", [headerSchema, checkResultSchema, footerSchema]);

export type Verdict = (typeof verdicts)[number];
export type Level = (typeof levels)[number];
export type Blame = (typeof blames)[number];
export type Reason = z.infer<typeof reasonSchema>;
export type ParticipantRow = z.infer<typeof participantSchema>;
export type Header = z.infer<typeof headerSchema>;
export type CheckResult = z.infer<typeof checkResultSchema>;
export type Footer = z.infer<typeof footerSchema>;
export type Line = z.infer<typeof lineSchema>;
