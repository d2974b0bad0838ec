/** What could not run, by cause: a hundred checks stopped by one thing are one line. */
import type { CheckResult, Header } from "../../harness/results/schema.ts";
import { obstacleText, plural } from "../words.ts";
import type { Paint } from "./paint.ts";

export function obstacleLines(header: Header, checks: readonly CheckResult[], paint: Paint): string[] {
  const absent = header.participants
    .filter(({ state }) => state === "could-not-run")
    .map(({ participant, reason }) => `${paint("bold", participant)} took no part: ${reason ?? "no reason was given"}`);
  const causes = Map.groupBy(
    checks.filter(({ verdict }) => verdict === "could-not-run"),
    cause,
  );
  const stopped = [...causes]
    .sort(([, some], [, others]) => others.length - some.length)
    .map(
      ([why, members]) => `${plural(members.length, "check")} of ${[...new Set(members.map(({ subject }) => subject))].join(", ")}: ${why}`,
    );
  return [...absent, ...stopped];
}

function cause({ blockedBy, reasons }: CheckResult): string {
  const why = reasons.map(obstacleText).join("; ");
  if (blockedBy !== null) return `blocked by ${blockedBy}`;
  return why === "" ? "no reason was given" : why;
}
