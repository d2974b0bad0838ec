/** One row of the result file as an Allure test. */
import { createHash } from "node:crypto";
import {
  type Attachment,
  type Link,
  LinkType,
  type Parameter,
  Stage,
  Status,
  type StatusDetails,
  type TestResult,
} from "allure-js-commons";
import type { CheckResult, Header, Verdict } from "../../harness/results/schema.ts";
import { requirementLink } from "../links.ts";
import { castText, peersOf, reasonText, short } from "../words.ts";
import { labelsOf } from "./labels.ts";

const statuses: Readonly<Record<Verdict, Status>> = {
  pass: Status.PASSED,
  fail: Status.FAILED,
  observed: Status.PASSED,
  "not-applicable": Status.SKIPPED,
  "could-not-run": Status.SKIPPED,
  "harness-error": Status.BROKEN,
};

/** @param attachments already written beside the results */
export function testResult(check: CheckResult, header: Header, attachments: Attachment[]): TestResult {
  const subject = header.participants.find(({ participant }) => participant === check.subject);
  // Checks overlap: what a check took is its own duration, and no clock between two checks says anything.
  const start = Date.parse(header.startedAt);
  return {
    uuid: digest(`${header.run} ${check.key}`),
    historyId: digest(check.key),
    testCaseId: digest(check.key),
    name: nameOf(check),
    fullName: check.key,
    titlePath: [check.area, check.id],
    description: describe(check),
    status: statuses[check.verdict],
    statusDetails: details(check),
    stage: Stage.FINISHED,
    start,
    stop: start + check.durationMs,
    labels: labelsOf(check, subject),
    links: links(check),
    parameters: parameters(check),
    steps: [],
    attachments,
  };
}

/** The title, and what tells this result from those that share it under the same subject. */
function nameOf(check: CheckResult): string {
  const peers = castText(peersOf(check));
  return `${check.title}${check.variant === null ? "" : ` (${check.variant})`}${peers === "" ? "" : ` with ${peers}`}`;
}

/** Markdown; anything from a run stands in code spans. */
function describe({ key, level, checkRevision, replay }: CheckResult): string {
  return [`Level ${level}, revision ${checkRevision} of the check.`, `Key: ${code(key)}`, `Run it again: ${code(replay)}`].join("\n\n");
}

function code(text: string): string {
  const fence = "`".repeat(1 + Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length)));
  return `${fence}${fence.length > 1 ? ` ${text} ` : text}${fence}`;
}

function details(check: CheckResult): StatusDetails & { known?: boolean } {
  if (check.verdict === "pass" || check.verdict === "observed") return {};
  const [first] = check.reasons;
  const why = check.reasons.map((reason) => reasonText(reason, 300));
  const message = check.blockedBy === null ? why : [`blocked by ${check.blockedBy}`, ...why];
  return {
    message: message.length > 0 ? message.join("\n") : check.verdict,
    trace: `${JSON.stringify(check.reasons, undefined, 2)}\n\n${check.replay}`,
    ...(first === undefined || check.verdict !== "fail"
      ? {}
      : { expected: short(first.expected, 4000), actual: short(first.observed, 4000) }),
    ...(check.known ? { known: true } : {}),
  };
}

function links({ requirements }: CheckResult): Link[] {
  return requirements.flatMap((id) => {
    const url = requirementLink(id);
    return url === undefined ? [] : [{ name: id, url, type: LinkType.DEFAULT }];
  });
}

function parameters({ cast, variant }: CheckResult): Parameter[] {
  const roles = Object.entries(cast).map(([role, players]) => ({ name: role, value: players.join(", ") }));
  return variant === null ? roles : [{ name: "variant", value: variant }, ...roles];
}

/** A name that is the same for the same text, and fit for a file. */
export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
