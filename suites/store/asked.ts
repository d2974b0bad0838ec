import { demandOk } from "../../harness/answers.ts";
import { expect } from "../../harness/expect.ts";

/** What became of a query that a client was told to make, whatever the version: what it sent, and what was asked for. */
export interface Asked {
  readonly query: Parameters<typeof demandOk>[0];
  readonly requests: number;
  readonly deviations: readonly string[];
  readonly hasId: boolean;
  readonly criteria: object | null;
  readonly wanted: object;
}

export function demandAsked({ query, requests, deviations, hasId, criteria, wanted }: Asked): void {
  demandOk(query, "query");
  expect(requests, requests === 0 ? "no-answer" : "wrong-value", "requests").to.equal(1);
  expect(deviations, "not-by-the-book", "deviations").to.deep.equal([]);
  expect(hasId, "wrong-value", "hasId").to.equal(true);
  expect(criteria, "wrong-value", "criteria").to.deep.equal(wanted);
}
