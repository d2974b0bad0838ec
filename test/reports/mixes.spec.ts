import { expect } from "chai";
import type { CheckResult } from "../../harness/results/schema.ts";
import { mixChanges } from "../../reports/mixes.ts";
import { check } from "./support/rows.ts";

const of = (members: string, changes: Partial<CheckResult> = {}): CheckResult => ({
  ...check("relay/mesh", "alpha", changes),
  key: `relay/mesh@publisher=alpha,mixed=${members}`,
});

describe("mixes of a mesh #reports", () => {
  it("are told of where one composition comes to something else than another", () => {
    const [change, ...rest] = mixChanges([
      of("alpha"),
      of("alpha+beta", { verdict: "fail" }),
      check("relay/other", "alpha", { verdict: "fail" }),
    ]);
    expect(rest).to.eql([]);
    expect(change).to.include({ check: "relay/mesh", subject: "alpha" });
    expect([...(change?.outcomes ?? [])]).to.eql([
      ["alpha", "pass"],
      ["alpha+beta", "fail"],
    ]);
  });

  it("are not where all come to the same, or one could not run", () => {
    expect(mixChanges([of("alpha"), of("alpha+beta", { verdict: "harness-error" })])).to.eql([]);
    expect(mixChanges([of("alpha"), of("alpha+beta"), of("alpha+gamma", { verdict: "could-not-run" })])).to.eql([]);
  });

  it("are not where all fail, and only some of it is known", () => {
    expect(mixChanges([of("alpha", { verdict: "fail", known: true }), of("alpha+beta", { verdict: "fail" })])).to.eql([]);
  });
});
