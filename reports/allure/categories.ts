/** The categories of the report. Allure 3 takes them from its configuration and files a test under the first that matches. */
import type { AllureConfig } from "allure";
import { type Outcome, outcomeWords } from "../words.ts";
import { outcomeLabel } from "./labels.ts";

const sorted: readonly Outcome[] = ["fail", "known", "advised", "harness-error", "could-not-run"];
const names: Partial<Record<Outcome, string>> = { fail: "failure" };

export const categories: NonNullable<AllureConfig["categories"]> = sorted.map((outcome) => ({
  id: outcome,
  name: names[outcome] ?? outcomeWords[outcome],
  matchers: { labels: { [outcomeLabel]: `^${outcome}$` } },
  groupBy: [{ label: "participant" }],
  expand: outcome === "fail",
}));
