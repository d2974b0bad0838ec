import { expect } from "chai";
import type { CheckResult } from "../../harness/results/schema.ts";
import { Baseline } from "../../reports/baseline/baseline.ts";
import { renderSummary } from "../../reports/summary.ts";
import { durationText, short } from "../../reports/words.ts";
import { absent, check, failure, participant, run } from "./support/rows.ts";

const players = [participant("alpha"), participant("beta"), absent("gamma", "set GAMMA_BIN")];

function summary(checks: Parameters<typeof run>[1], options: { columns?: number; color?: boolean } = {}): string {
  const problems = new Baseline([]).problems(
    checks,
    players,
    checks.map(({ key }) => key),
  );
  return renderSummary(run(players, checks), { columns: 100, color: false, problems, ...options });
}

describe("summary #summary", () => {
  it("says how long it took, a minute as a minute", () => {
    const texts = [412, 59_940, 59_960, 119_700, 239_600].map(durationText);
    expect(texts).to.eql(["412 ms", "59.9 s", "1 min 0 s", "2 min 0 s", "4 min 0 s"]);
  });

  it("counts participants by areas", () => {
    const text = summary([
      check("relay/a", "alpha"),
      check("relay/b", "alpha"),
      failure("relay/a", "beta"),
      check("filter/a", "beta", { verdict: "observed" }),
    ]);
    expect(text).to.match(/^ +alpha +beta$/m);
    expect(text).to.match(/^filter +· +1○$/m);
    expect(text).to.match(/^relay +2✓ +1✗$/m);
    expect(text).to.match(/^all +2✓ +1✗ 1○$/m);
  });

  it("tells of a node that did not start and is not listed", () => {
    const reasons = [{ code: "did-not-start" as const, path: "nodes.relay", expected: null, observed: "flag --foo" }];
    const text = summary([check("relay/b", "alpha"), check("relay/a", "alpha", { verdict: "could-not-run", reasons })]);
    expect(text).to.contain("Could not run, and not listed\nrelay/a@relay=alpha could not run as alpha did not start");
    expect(text).to.contain("1 could not run · 1 obstacle that is not listed");
  });

  it("tells a recommendation that is not followed apart from a failure", () => {
    const text = summary([failure("relay/a", "alpha", { requirements: ["REC-SHARD-01"], known: true })]);
    expect(text).to.contain("Recommendations not followed\n△ relay/a @ relay=alpha");
    expect(text).to.contain("0 failed · 1 recommendation not followed").and.not.to.contain("known failure");
  });

  it("shows a failure with what was expected and observed, its log and its replay", () => {
    const text = summary([failure("relay/a", "alpha", { evidence: ["logs/alpha-1.log#0-99"], blame: "peer" })]);
    for (const part of [
      "✗ relay/a@relay=alpha",
      "accepted-invalid-topic at answer.outcome",
      'expected "refused"',
      'observed "ok"',
      "logs/alpha-1.log#0-99",
    ]) {
      expect(text).to.contain(part);
    }
    expect(text).to.contain('replay   npm test -- --grep "relay/a@relay=alpha"').and.to.contain("blame: peer");
  });

  it("shortens long values to the width", () => {
    const reasons = [{ code: "wrong-value" as const, path: "", expected: "x".repeat(500), observed: "y".repeat(500) }];
    const lines = summary([failure("relay/a", "alpha", { reasons })]).split("\n");
    expect(Math.max(...lines.map(({ length }) => length))).to.be.at.most(100);
  });

  it("writes a value on one line", () => {
    expect([short("a\nb"), short({ a: 1 }), short(undefined)]).to.eql(['"a\\nb"', '{"a":1}', "nothing"]);
    expect(short("x".repeat(500), 20))
      .to.have.length(20)
      .and.to.match(/…$/);
  });

  it("keeps known failures to a line each", () => {
    const text = summary([failure("relay/a", "alpha", { known: true })]);
    expect(text).to.contain("≈ relay/a @ relay=alpha  accepted-invalid-topic").and.not.to.contain("Failures\n");
    expect(text).to.contain("1 known failure");
  });

  it("gives one line to what one cause kept from running, and names who was absent", () => {
    const blocked = Array.from({ length: 100 }, (_, index) =>
      check(`slots/check-${index}`, "alpha", { verdict: "could-not-run", blockedBy: "connectivity/dial@relay=alpha" }),
    );
    const text = summary(blocked);
    expect(text).to.contain("gamma took no part: set GAMMA_BIN");
    expect(text).to.contain("100 checks of alpha: blocked by connectivity/dial@relay=alpha");
    expect(text.split("\n").length).to.be.below(20);
  });

  it("names who was there and never came up, and nobody else", () => {
    const cast = { publisher: ["alpha"], subscriber: ["beta"] };
    const stopped: Partial<CheckResult> = {
      verdict: "could-not-run",
      reasons: [{ code: "did-not-start", path: "nodes.subscriber", expected: null, observed: "beta ended at start (exit code 2)" }],
    };
    const rows = [check("relay/a", "alpha", { cast, ...stopped }), check("relay/b", "beta", { cast, ...stopped })];
    expect(summary(rows)).to.contain("Never started\nbeta never started (2 checks): beta ended at start (exit code 2)\n");
    expect(summary(rows)).not.to.contain("alpha never started");
    expect(summary([...rows, check("filter/a", "beta")])).not.to.contain("Never started");
  });

  it("passes on what to do about the baseline", () => {
    const problems = [{ kind: "stale", key: "relay/*", sentence: "alpha.yaml row 1 (relay/*) is stale." }] as const;
    const text = renderSummary(run(players, [check("relay/a", "alpha")]), { columns: 100, color: false, problems });
    expect(text).to.contain("alpha.yaml row 1 (relay/*) is stale.").and.to.contain("1 baseline row to correct");
  });

  it("splits the table where participants do not fit side by side", () => {
    const many = Array.from({ length: 12 }, (_, index) => participant(`participant-${index}`));
    const checks = many.map(({ participant: name }) => check("relay/a", name));
    const text = renderSummary(run(many, checks), { columns: 80, color: false, problems: [] });
    expect(Math.max(...text.split("\n").map(({ length }) => length))).to.be.at.most(80);
    expect(text).to.contain("participant-11");
  });

  it("says so when nothing ran", () => {
    expect(summary([])).to.contain("No check ran.").and.to.contain("0 passed · 0 failed");
  });

  it("uses colour only when told", () => {
    const control = String.fromCharCode(27);
    expect(summary([failure("relay/a", "alpha")])).not.to.contain(control);
    expect(summary([failure("relay/a", "alpha")], { color: true })).to.contain(control);
  });
});
