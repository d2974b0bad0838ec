import { expect } from "chai";
import { exact } from "../../harness/observation.ts";
import { evidenceOf, type Guarantee, guarantees } from "../../reports/guarantees/guarantees.ts";
import { renderGuaranteesPage } from "../../reports/guarantees/page.ts";
import { catalogue } from "../suites/catalogue.ts";
import { check, participant, run } from "./support/rows.ts";

const judged = (checks: string[]): Guarantee => ({ claim: "It holds.", meaning: "So.", checks });

describe("page of what a protected shard guarantees #psk", () => {
  it("rests each claim on checks that there are", () => {
    const ids = catalogue.map(({ definition }) => definition.id);
    expect(guarantees.flatMap(({ checks }) => checks).filter((id) => !ids.includes(id))).to.eql([]);
  });

  it("takes a claim to hold while nothing speaks against it, and a failure that is known speaks against it", () => {
    const results = [
      check("protected-shards/one/a", "alpha"),
      check("protected-shards/one/b", "alpha", { verdict: "fail", known: true }),
      check("protected-shards/one/a", "beta"),
    ];
    const claim = judged(["protected-shards/one"]);
    const against = ["protected-shards/one/b@relay=alpha"];
    expect(evidenceOf(claim, results, "alpha")).to.deep.include({ standing: "does not hold", keys: against });
    expect(evidenceOf(claim, results, "beta").standing).to.equal("holds");
    expect(evidenceOf(claim, results, "gamma")).to.deep.include({ standing: "not seen", keys: [] });
  });

  it("takes it to hold only as far as seen while a question is open, in whichever cast it is answered", () => {
    const none = { verdict: "could-not-run", observation: null } as const;
    const pair = (name: string, publisher: string, changes = {}) =>
      check(name, "alpha", { cast: { relay: ["alpha"], publisher: [publisher] }, ...changes });
    const claim = judged(["protected-shards/one", "protected-shards/two"]);
    const ofAnother = check("protected-shards/two", "beta");
    const answered = [ofAnother, pair("protected-shards/one/a", "alpha"), pair("protected-shards/one/a", "beta", none)];
    expect(evidenceOf(claim, answered, "alpha").standing).to.equal("holds");
    for (const open of [pair("protected-shards/one/b", "alpha", none), pair("protected-shards/two", "alpha", { verdict: "observed" })])
      expect(evidenceOf(claim, [...answered, open], "alpha")).to.deep.include({ standing: "holds as far as seen", answered: 1, asked: 2 });
    const failed = [...answered, pair("protected-shards/two", "alpha", none), pair("protected-shards/two", "beta", { verdict: "fail" })];
    expect(evidenceOf(claim, failed, "alpha").standing).to.equal("does not hold");
    const leftOut = answered.filter((result) => result !== ofAnother);
    expect(evidenceOf(claim, leftOut, "alpha")).to.deep.include({ standing: "holds as far as seen", answered: 1, asked: 2 });
    // Its API cannot be asked that at all.
    const inapplicable = pair("protected-shards/two", "alpha", { verdict: "not-applicable" });
    expect(evidenceOf(claim, [...answered, inapplicable], "alpha").standing).to.equal("holds");
    const page = renderGuaranteesPage(
      run([participant("alpha")], [check("protected-shards/flood", "alpha"), check("protected-shards/extremes", "alpha", none)]),
    );
    expect(page).to.contain("✓ holds as far as seen (1 of 2 questions)");
  });

  it("reads a check that only observes by what was seen, and a check that could not run as nothing", () => {
    const seen = (value: number) =>
      check("protected-shards/two", "alpha", { verdict: "observed", observation: { handedOn: exact(value) } });
    const claim: Guarantee = {
      ...judged(["protected-shards/two"]),
      speaksFor: (observation) => (observation as { handedOn: { value: number } }).handedOn.value === 0,
    };
    expect(evidenceOf(claim, [seen(0)], "alpha").standing).to.equal("holds");
    expect(evidenceOf(claim, [seen(1)], "alpha").standing).to.equal("does not hold");
    expect(evidenceOf(claim, [{ ...seen(1), verdict: "could-not-run", observation: null }], "alpha").standing).to.equal("not seen");
  });

  it("has a column for whom something is told of, loads nothing, and says when there is nothing", () => {
    const page = renderGuaranteesPage(
      run([participant("alpha"), participant("beta")], [check("protected-shards/flood", "alpha"), check("protected-shards/other", "beta")]),
    );
    expect(page).to.contain("default-src 'none'").and.to.contain('<th scope="col">alpha').and.not.to.contain('<th scope="col">beta');
    expect(renderGuaranteesPage(run([participant("alpha")], []))).to.contain("No check of protected shards");
  });
});
