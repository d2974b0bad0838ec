import type { Answer } from "../../fixtures/contract/answer.ts";
import { seen } from "../../harness/answers.ts";

/**
 * Puts calls one after another, up to the first that is not answered with success: each that hangs costs the whole bound of a call.
 * @param groups the topics of each call
 * @returns the last answer, how many calls there were, and how long they took
 */
export async function askedInTurn(
  groups: readonly (readonly string[])[],
  ask: (...topics: readonly string[]) => Promise<Answer | undefined>,
) {
  const begun = performance.now();
  let calls = 0;
  let answer: Answer | undefined;
  for (const group of groups) {
    answer = await ask(...group);
    calls += 1;
    if (answer?.outcome !== "ok") break;
  }
  const { outcome, reason, raw } = seen(answer);
  // At which call a node hangs is a matter of moments.
  return { outcome: outcome.value, reason: reason.value, raw, calls, ms: Math.round(performance.now() - begun) };
}
