import type { Answer, Outcome } from "../fixtures/contract/answer.ts";
import type { ReasonCode, Refusal } from "../rfc-checks/reasons.ts";
import { CouldNotRun, DidNotStart, NotApplicable } from "./definition.ts";
import { expect } from "./expect.ts";
import { exact } from "./observation.ts";

/** An answer as an observation: outcome and reason are compared between participants, the raw form is kept. */
export function seen(answer: Answer<unknown> | undefined) {
  if (answer === undefined) throw new NotApplicable("the participant's API does not offer this");
  if (answer.outcome === "unsupported") throw new NotApplicable(String(answer.raw));
  return { outcome: exact(answer.outcome), reason: exact(answer.reason ?? null), raw: answer.raw ?? null };
}

/** A step that must succeed before the question can be put. */
export async function must<T>(what: string, pending: Promise<Answer<T>> | undefined): Promise<T | undefined> {
  const answer = await pending;
  if (answer === undefined) throw new NotApplicable(`${what}: the participant's API does not offer this`);
  if (answer.outcome === "unsupported") throw new NotApplicable(`${what}: ${String(answer.raw)}`);
  if (answer.outcome === "ok") return answer.value;
  const why = `${what}: ${answer.reason ?? answer.outcome} ${JSON.stringify(answer.raw)}`;
  throw answer.reason === "did-not-start" ? new DidNotStart(why) : new CouldNotRun(why);
}

/** How many deliveries to wait for after an answer: what was refused is not waited for, only looked at. */
export const expected = (answer: ReturnType<typeof seen>): 0 | 1 => (answer.outcome.value === "ok" ? 1 : 0);

type Judged = { readonly outcome: Outcome; readonly reason: Refusal | null };

const silent = ({ outcome }: Judged): boolean => outcome === "timeout" || outcome === "died";

/** A judge's demand that the answer is success; a refusal fails with its own reason. */
export const demandOk = (answer: Judged, path: string): void =>
  void expect(answer.outcome, silent(answer) ? "no-answer" : (answer.reason ?? "refused-valid"), `${path}.outcome`).to.equal("ok");

/**
 * A judge's demand that the answer is a refusal: silence is none.
 * @param code what success means
 */
export const demandRefusal = (answer: Judged, code: ReasonCode, path: string): void =>
  void expect(answer.outcome, silent(answer) ? "no-answer" : code, `${path}.outcome`).to.equal("refused");
