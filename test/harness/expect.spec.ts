import { expect } from "chai";
import { verdictOn } from "../../harness/execution.ts";
import { Finding, expect as hold } from "../../harness/expect.ts";
import type { Reason } from "../../harness/results/schema.ts";
import { definition } from "./support/fakes.ts";

const on = (value: unknown) => hold(value, "wrong-value", "a.b");

/** What a failed expectation says. */
function reasonOf(judge: () => unknown): Reason {
  try {
    judge();
  } catch (error) {
    expect(error).to.be.instanceOf(Finding);
    return (error as Finding).reason;
  }
  throw new Error("nothing was found wrong");
}

describe("a judge's expectations", () => {
  it("pass in silence", () => {
    on(1).to.equal(1);
    on([1]).to.deep.equal([1]);
    on("abc").to.include("b").and.not.include("x");
  });

  const failing: [string, () => unknown, expected: unknown, observed: unknown][] = [
    ["equal", () => on("ok").to.equal("refused"), "refused", "ok"],
    ["equal to null", () => on(1).to.equal(null), null, 1],
    ["deep.equal", () => on([1, 2]).to.deep.equal([1]), [1], [1, 2]],
    ["include", () => on(["x"]).to.include("y"), "to include 'y'", ["x"]],
    ["not.include", () => on(["x"]).not.to.include("x"), "to not include 'x'", ["x"]],
    ["lengthOf", () => on([1, 2]).to.have.lengthOf(3), 3, 2],
    ["match", () => on("abc").to.match(/x/), "to match /x/", "abc"],
    ["within", () => on(9).to.be.within(1, 5), "to be within 1..5", 9],
    ["empty", () => on([1]).to.be.empty, "to be empty", [1]],
    ["a property", () => on({ a: 1 }).to.have.property("b"), "to have property 'b'", { a: 1 }],
    ["an absent value", () => on(undefined).to.equal("ok"), "ok", null],
    ["a later link of a chain", () => on("abc").to.be.a("string").and.equal("x"), "x", "abc"],
  ];
  for (const [what, judge, expected, observed] of failing)
    it(`give code, path, expected and observed: ${what}`, () => {
      expect(reasonOf(judge)).to.eql({ code: "wrong-value", path: "a.b", expected, observed });
    });

  it("negated do not name as expected what they do not want", () => {
    for (const judge of [() => on("ok").not.to.equal("ok"), () => on([1]).not.to.deep.equal([1]), () => on([1]).not.to.have.lengthOf(1)]) {
      const { expected, observed } = reasonOf(judge);
      expect(expected).not.to.eql(observed);
    }
  });

  it("that compare with a bound say on which side of it", () => {
    expect(JSON.stringify(reasonOf(() => on(2).to.be.above(3)).expected)).to.contain("above");
    expect(JSON.stringify(reasonOf(() => on(4).to.be.at.most(3)).expected)).to.contain("most");
  });

  it("negated over several properties fail only when all of them hold", () => {
    on({ a: 1, b: 2 }).not.to.include({ a: 1, b: 3 });
    expect(reasonOf(() => on({ a: 1, b: 2 }).not.to.include({ a: 1, b: 2 })).code).to.equal("wrong-value");
  });

  it("leave chai's own expectations as they are", () => {
    expect(() => expect(1).to.equal(2))
      .to.throw()
      .with.property("name", "AssertionError");
  });
});

describe("verdict on an observation", () => {
  const verdict = (judge: (seen: never) => void) => verdictOn(definition({ judge }), { compare: "exact", value: 3 }, undefined);

  it("is pass, or fail with the finding's reason", () => {
    expect(verdict((seen) => on(seen).to.equal(3))).to.eql({ verdict: "pass", reasons: [] });
    const reasons = [{ code: "wrong-value", path: "a.b", expected: 4, observed: 3 }];
    expect(verdict((seen) => on(seen).to.equal(4))).to.eql({ verdict: "fail", reasons });
  });

  it("is observed without a judge", () => {
    expect(verdictOn(definition(), {}, undefined)).to.eql({ verdict: "observed", reasons: [] });
  });

  it("is the harness's error when a judge throws anything else", () => {
    const { verdict: of, reasons } = verdict((seen: { absent: { here: 1 } }) => seen.absent.here);
    expect(of).to.equal("harness-error");
    expect(reasons[0]?.code).to.equal("harness-threw");
    expect(reasons[0]?.observed).to.contain("TypeError");
    expect(verdict(() => expect(1).to.equal(2)).verdict).to.equal("harness-error");
  });
});
