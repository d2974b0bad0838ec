import { Assertion, AssertionError, expect as chaiExpect, use } from "chai";
import type { ReasonCode } from "../rfc-checks/reasons.ts";
import type { Reason } from "./results/schema.ts";

/** A failed expectation of a judge: what the result file calls a reason. Of chai's kind, as chai itself catches some. */
export class Finding extends AssertionError<object> {
  readonly reason: Reason;

  constructor(message: string, reason: Reason) {
    super(message);
    this.reason = reason;
  }
}

use((_chai, utils) => {
  const assert = Assertion.prototype.assert;
  Assertion.prototype.assert = function (this: InstanceType<typeof Assertion>, ...args: Parameters<typeof assert>) {
    const because = utils.flag(this, "because") as { code: ReasonCode; path: string } | undefined;
    try {
      assert.apply(this, args);
    } catch (error) {
      if (!because) throw error;
      const [, message, negated, expected, actual] = args as unknown[];
      const negate = utils.flag(this, "negate") as boolean;
      const wording = String(negate ? negated : message)
        .replace(/^expected #\{this\} /, "")
        .replace(/,? but got #\{act\}$/, "")
        .replaceAll("#{exp}", utils.inspect(expected));
      // Only where the two are to be equal is the value by itself what was expected.
      const equality = !negate && args.length > 4;
      throw new Finding((error as Error).message, {
        ...because,
        expected: equality ? json(expected) : wording,
        observed: json(actual ?? utils.flag(this, "object")),
      });
    }
  };
});

const json = (value: unknown): unknown => (value === undefined ? null : (JSON.parse(JSON.stringify(value)) as unknown));

/**
 * chai's expect, with what it means when it fails.
 * @param code the reason code of a failure
 * @param path where in the observation the value is
 */
export function expect(value: unknown, code: ReasonCode, path: string): Chai.Assertion {
  const assertion = chaiExpect(value);
  (assertion as unknown as { __flags: Record<string, unknown> }).__flags.because = { code, path };
  return assertion;
}
