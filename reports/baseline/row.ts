/** One row of a baseline: a failure that is known, why, and where it was shown. */
import semver from "semver";
import { z } from "zod";
import { releaseOf } from "../../fixtures/contract/version.ts";
import type { CheckResult } from "../../harness/results/schema.ts";
import { among, gone, obstacles, reasonCodes } from "../../rfc-checks/reasons.ts";

const rowClasses = ["implementation-defect", "rfc-ambiguity", "emulation", "flaky"] as const;

const text = z.string().trim().min(1);

export const rowSchema = z
  .strictObject({
    match: text.describe("a result key, or a pattern over keys in which * stands for any characters"),
    versions: text
      .refine(isRange, "not a semver range, such as <0.11 or >=0.36 <0.39")
      .optional()
      .describe("versions of the implementation that it concerns; all when absent"),
    class: z.enum(rowClasses).describe("flaky accepts a pass as well"),
    reason: text.describe("what is wrong, in a sentence"),
    evidence: text.describe("how it was reproduced against the probe or the reference"),
    codes: z
      .array(z.enum(reasonCodes))
      .min(1)
      .optional()
      .describe("reason codes that it lists, of which a flaky row has some; when absent all but that the node is gone"),
    link: z.url().describe("the issue, or the section of the RFC"),
  })
  .refine(({ class: of, codes }) => of !== "flaky" || codes !== undefined, { path: ["codes"], message: "what is flaky says how it fails" });

export type RowText = z.infer<typeof rowSchema>;

/** A row with the file it comes from; the file's name is the implementation whose failures it lists. */
export class BaselineRow {
  readonly implementation: string;
  /** the file and the row, counted from 1 */
  readonly place: string;
  readonly text: RowText;
  readonly #pattern: RegExp;

  constructor(implementation: string, place: string, text: RowText) {
    this.implementation = implementation;
    this.place = place;
    this.text = text;
    this.#pattern = new RegExp(`^${text.match.split("*").map(literally).join(".*")}$`, "su");
  }

  get flaky(): boolean {
    return this.text.class === "flaky";
  }

  /** Whether a participant of this implementation and version is the row's business at all. */
  concerns(implementation: string, version: string | undefined): boolean {
    if (implementation !== this.implementation) return false;
    if (this.text.versions === undefined) return true;
    // A candidate is held to what its release is.
    const release = version === undefined ? undefined : releaseOf(version);
    return release !== undefined && semver.satisfies(release, this.text.versions);
  }

  /** Whether it lists this way of failing. */
  lists(reasons: CheckResult["reasons"]): boolean {
    const { codes } = this.text;
    // That a node is gone is a defect of its own, and excused only by name; who is gone answers nothing.
    const isGone = reasons.some(({ code }) => among(gone, code));
    if (codes === undefined) return !isGone;
    return reasons.every(({ code }) => codes.includes(code) || among(obstacles, code) || (isGone && code === "no-answer"));
  }

  matches(key: CheckResult["key"]): boolean {
    return this.#pattern.test(key);
  }
}

function literally(part: string): string {
  return part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&");
}

function isRange(range: string): boolean {
  return semver.validRange(range) !== null;
}
