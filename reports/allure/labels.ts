/** What an Allure test is filed under. */
import { type Label, LabelName, Severity } from "allure-js-commons";
import type { CheckResult, Level, ParticipantRow } from "../../harness/results/schema.ts";
import { type Outcome, outcomeOf } from "../words.ts";

/** The label that the categories match on. */
export const outcomeLabel = "outcome";

const severities: Readonly<Record<Level, Severity>> = {
  MUST: Severity.CRITICAL,
  "MUST NOT": Severity.CRITICAL,
  def: Severity.CRITICAL,
  shall: Severity.CRITICAL,
  SHOULD: Severity.NORMAL,
  "SHOULD NOT": Severity.NORMAL,
  MAY: Severity.MINOR,
};

export function labelsOf(check: CheckResult, subject: ParticipantRow | undefined): Label[] {
  const peers = new Set(Object.values(check.cast).flat());
  peers.delete(check.subject);
  const outcome: Outcome = outcomeOf(check);
  const pairs: [string, string | undefined][] = [
    [LabelName.EPIC, check.area],
    [LabelName.FEATURE, check.subject],
    [LabelName.STORY, check.id],
    [LabelName.PARENT_SUITE, check.area],
    [LabelName.SUITE, check.id],
    [LabelName.SEVERITY, severities[check.level]],
    ...check.tags.map((tag): [string, string] => [LabelName.TAG, tag.replace(/^#/, "")]),
    ...(outcome === "observed" ? ([[LabelName.TAG, "observed"]] as [string, string][]) : []),
    ["area", check.area],
    ...check.requirements.map((requirement): [string, string] => ["requirement", requirement]),
    ["level", check.level],
    ["participant", check.subject],
    ...[...peers].map((peer): [string, string] => ["peer", peer]),
    ["version", subject?.version],
    ["runtime", subject?.runtime],
    ["blame", check.blame ?? undefined],
    [outcomeLabel, outcome],
  ];
  return pairs.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
}
