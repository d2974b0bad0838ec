import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { coverageOf, type Declared, type Row } from "../../reports/requirements/coverage.ts";
import { freeze, newestRelease } from "../../reports/requirements/releases.ts";
import { type RequirementsReport, renderRequirements } from "../../reports/requirements/render.ts";
import { since } from "../../reports/requirements/since.ts";
import { ledger, type Requirement } from "../../rfc-checks/ledger.ts";
import { catalogue } from "../suites/catalogue.ts";
import { check, failure, header, participant } from "./support/rows.ts";

const row = (id: string, changes: Partial<Requirement> = {}): Requirement => ({
  id,
  level: "MUST",
  role: "RN",
  how: "W",
  section: "Section",
  rule: `What ${id} asks.`,
  specification: "11/RELAY",
  source: "a/b@c",
  document: "d.md",
  scope: {},
  own: false,
  recommendation: false,
  ...changes,
});
const declares = (id: string, changes: Partial<Declared> = {}): Declared => ({ id, revision: 1, deferred: false, ...changes });
const relay = row("11-RELAY-01", { checks: ["relay/a", "relay/b"] });
const slow = row("11-RELAY-02", { checks: ["relay/slow"] });
const excluded = row("11-RELAY-03", { excluded: "Nobody can see it." });
const bare = row("11-RELAY-04", { level: "MAY", doubt: "Nothing is said of it." });
const own = row("CONN-01", { specification: "ours", own: true, checks: ["relay/a"] });
const rows = [relay, slow, excluded, bare, own];
const declared = [declares("relay/a"), declares("relay/b"), declares("relay/slow", { deferred: true })];
const checks = [
  check("relay/a", "alpha"),
  failure("relay/b", "alpha"),
  check("relay/a", "beta", { verdict: "observed" }),
  check("relay/b", "beta", { verdict: "not-applicable" }),
];
const told = header([participant("alpha"), participant("beta")]);
const results = { header: told, checks };
const standings = (of: typeof checks, name?: string) =>
  Object.fromEntries(coverageOf(rows, { header: told, checks: of }, declared, name).rows.map((one) => [one.requirement.id, one.standing]));

describe("coverage of the requirements #requirements", () => {
  it("tells what a run tested from what it did not and from what is excluded", () => {
    expect(standings(checks)).to.eql({
      "11-RELAY-01": "tested",
      "11-RELAY-02": "untested",
      "11-RELAY-03": "excluded",
      "11-RELAY-04": "untested",
      "CONN-01": "tested",
    });
  });

  it("takes no check for a test that came to no verdict", () => {
    for (const verdict of ["could-not-run", "not-applicable", "harness-error"] as const)
      expect(standings([check("relay/a", "alpha", { verdict }), check("relay/b", "alpha", { verdict })])["11-RELAY-01"]).to.equal(
        "untested",
      );
  });

  it("gives each participant the worst of a row's checks of which it is the subject", () => {
    const [first] = coverageOf(rows, results, declared).rows;
    expect([...(first?.verdicts ?? [])]).to.eql([
      ["alpha", "fail"],
      ["beta", "observed"],
    ]);
    const known = checks.map((result) => ({ ...result, known: result.verdict === "fail" }));
    expect(coverageOf(rows, { header: told, checks: known }, declared).rows[0]?.verdicts.get("alpha")).to.equal("known");
  });

  it("counts for one participant only what was asked of it", () => {
    expect(standings(checks, "beta")["11-RELAY-01"]).to.equal("tested");
    expect(standings(checks, "gamma")["11-RELAY-01"]).to.equal("untested");
  });

  it("finds a claim that the run does not bear out, except where the check waits for its tag", () => {
    const some = checks.filter(({ id }) => id === "relay/a");
    const { faults } = coverageOf(rows, { header: told, checks: some }, declared);
    expect(faults).to.eql(["11-RELAY-01 claims relay/b, which the run did not emit"]);
    expect(coverageOf(rows, results, declared, "gamma").faults).to.eql([]);
    expect(coverageOf(rows, results, declared).rows.map(({ deferred }) => deferred)).to.eql([false, true, false, false, false]);
  });

  it("finds none where who could be asked was not there, and says whom a row awaits", () => {
    const some = checks.filter(({ id }) => id === "relay/a");
    const without = (unasked: Record<string, string[]>) => coverageOf(rows, { header: { ...told, unasked }, checks: some }, declared);
    expect(without({ "relay/b": ["gamma"] }).faults).to.eql([]);
    expect(without({ "relay/b": ["gamma"] }).rows.map(({ awaits }) => awaits)).to.eql([["gamma"], [], [], [], []]);
    expect(without({ "relay/b": [] }).faults).to.have.length(1);
  });

  it("tells what was tested on the by-the-book node alone", () => {
    const alone = (names: readonly string[]) =>
      coverageOf(rows, { header: header(names.map((name) => participant(name, { referee: true }))), checks }, declared).rows[0]
        ?.byTheBookAlone;
    expect([alone([]), alone(["alpha"]), alone(["alpha", "beta"])]).to.eql([false, false, true]);
  });
});

describe("what is new since a release #requirements", () => {
  const release = { release: "0.1.0", requirements: ["11-RELAY-01"], checks: { "relay/a": 1, "relay/b": 1, "relay/gone": 1 } };

  it("tells a new check that fails from a regression, and names what is gone", () => {
    const results = [...checks, failure("relay/new", "alpha")];
    const found = since(release, results, [...declared, declares("relay/new")]);
    expect(found.fresh.map(({ id, outcomes }) => [id, ...outcomes.keys()])).to.eql([["relay/slow"], ["relay/new", "alpha"]]);
    expect(found.regressions.map(({ id, outcomes }) => [id, [...outcomes]])).to.eql([["relay/b", [["alpha", "fail"]]]]);
    expect(found.gone).to.eql(["relay/gone"]);
  });

  it("takes a check that asks something else for a new one, and a known failure for no regression", () => {
    expect(since(release, checks, [declares("relay/b", { revision: 2 })])).to.deep.include({ regressions: [] });
    const known = checks.map((result) => ({ ...result, known: true }));
    expect(since(release, known, declared).regressions).to.eql([]);
  });

  it("is read from the release of the highest version, which is frozen once", async () => {
    const folder = await mkdtemp(join(tmpdir(), "releases-"));
    try {
      expect(await newestRelease(join(folder, "none"))).to.equal(undefined);
      for (const version of ["0.9.0", "0.10.0", "0.2.0"]) await freeze({ ...release, release: version }, folder);
      expect(await newestRelease(folder)).to.eql({ ...release, release: "0.10.0" });
      const again = await freeze({ ...release, release: "0.9.0" }, folder).catch((error: NodeJS.ErrnoException) => error.code);
      expect(again).to.equal("EEXIST");
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("names rules that the ledger still has, and checks at revisions that the suites have reached", async () => {
    const newest = await newestRelease();
    const revisions = new Map(catalogue.map(({ definition: { id, revision = 1 } }) => [id, revision]));
    expect(newest?.requirements.filter((id) => !ledger.has(id))).to.eql([]);
    expect(Object.entries(newest?.checks ?? {}).filter(([id, revision]) => (revisions.get(id) ?? 0) < revision)).to.eql([]);
  });
});

describe("printed requirements #requirements", () => {
  const report = (changes: Partial<RequirementsReport> = {}): RequirementsReport => ({
    run: "2026-03-01",
    ...coverageOf(rows, results, declared),
    total: 4,
    participants: ["alpha", "beta"],
    since: {
      release: "0.1.0",
      fresh: [{ id: "relay/new", outcomes: new Map([["alpha", "fail"]]) }],
      regressions: [],
      gone: ["relay/gone"],
    },
    ...changes,
  });
  const print = (rowByRow: boolean, changes: Partial<RequirementsReport> = {}, columns = 100) =>
    renderRequirements(report(changes), { rowByRow, columns, color: false });

  it("sum up specifications, with rules of our own apart", () => {
    const text = print(false);
    expect(text).to.match(/^ +rows +tested +untested +excluded$/m);
    expect(text).to.match(/^11\/RELAY +4 +1 +2 +1$/m);
    expect(text).to.match(/^ours +1 +1 +· +·$/m);
    expect(text)
      .to.match(/^alpha +1✓ 1✗$/m)
      .and.to.match(/^beta +2○$/m);
    expect(text).to.contain("run 2026-03-01: 4 of 4 rows accounted for: 1 tested, 2 untested, 1 excluded");
    expect(text).to.contain("of 3 that bind and are seen by wire, black box, vector or configuration: 1 tested (33 %)");
  });

  it("tell new checks and what is gone", () => {
    const failing = "New since 0.1.0: 1 check, of which fail and are not in the baseline\nrelay/new  ✗ alpha";
    expect(print(false)).to.contain(failing).and.to.contain("No longer there since 0.1.0\nrelay/gone");
    expect(print(false, { since: undefined })).not.to.contain("since");
  });

  it("go row by row with the rule, the reason of an exclusion and the doubt", () => {
    const text = print(true);
    expect(text).to.match(/^11-RELAY-01 +MUST +W +tested +✗ +○ +What 11-RELAY-01 asks\.$/m);
    expect(text).to.contain("11-RELAY-03: Nobody can see it.").and.to.contain("11-RELAY-04: Nothing is said of it.");
  });

  it("stay within the width", () => {
    for (const columns of [60, 80, 100]) {
      const table =
        print(true, { participants: ["alpha", "beta", "participant-with-a-long-name"] }, columns).split("\n\nExcluded")[0] ?? "";
      expect(Math.max(...table.split("\n").map(({ length }) => length))).to.be.at.most(columns);
    }
  });

  it("say what is tested on the by-the-book node alone, and what waits for a participant or a tag", () => {
    const [, ...others] = coverageOf(rows, { header: { ...told, unasked: { "relay/slow": ["gamma"] } }, checks: [] }, declared).rows;
    const text = print(false, { rows: [{ ...others[0], byTheBookAlone: true, standing: "tested" } as Row, ...others] });
    expect(text).to.contain("of the tested 1 on the by-the-book node alone");
    expect(text).to.match(/^without what was tested on the by-the-book node alone: 0 tested \(0 %\)$/m);
    expect(text).to.contain("1 of the untested because the participants that they need were absent");
    expect(text).to.contain("1 of the untested because their checks run only by their tag");
    expect(text).to.contain("Asked only of participants that were not there\ngamma: 11-RELAY-02");
  });

  it("name what the run did not bear out", () => {
    expect(print(true, { faults: ["a claims b"] })).to.contain("Errors\na claims b");
    expect(print(true)).not.to.contain("Errors");
  });
});
