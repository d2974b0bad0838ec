import { expect } from "chai";
import type { CheckResult, ParticipantRow } from "../../harness/results/schema.ts";
import { Baseline, type Problem } from "../../reports/baseline/baseline.ts";
import { BaselineRow, type RowText } from "../../reports/baseline/row.ts";
import type { ReasonCode } from "../../rfc-checks/reasons.ts";
import { absent, check, failure, participant } from "./support/rows.ts";

const topic = "sharding/named-topic";
const players = [participant("alpha"), participant("beta", { version: "1.2.0" })];

function row(changes: Partial<RowText> = {}, implementation = "alpha"): BaselineRow {
  const text = {
    match: `${topic}@*`,
    class: "implementation-defect",
    reason: "accepts it",
    evidence: "probe",
    link: "https://example.org/1",
  } as const;
  return new BaselineRow(implementation, `${implementation}.yaml row 1`, { ...text, ...changes });
}

/** @param possible keys of checks that were not selected */
function problems(
  rows: BaselineRow[],
  checks: CheckResult[],
  possible: string[] = [],
  participants: ParticipantRow[] = players,
): Problem[] {
  return new Baseline(rows).problems(checks, participants, [...possible, ...checks.map(({ key }) => key)]);
}

const kinds = (found: Problem[]): string[] => found.map(({ kind }) => kind);

describe("baseline #baseline", () => {
  describe("a failure", () => {
    it("of recommendations alone is never red; of a rule beside them it is", () => {
      const requirements = ["REC-SHARD-01"];
      expect(problems([], [failure(topic, "alpha", { requirements })])).to.deep.equal([]);
      expect(kinds(problems([], [failure(topic, "alpha", { requirements: [...requirements, "11-RELAY-01"] })]))).to.deep.equal([
        "unlisted-failure",
      ]);
    });

    it("by which a node is gone is red, whatever the check asks", () => {
      const reasons = [{ code: "node-died", path: "nodes.relay", expected: null, observed: null }] as const;
      expect(kinds(problems([], [failure(topic, "alpha", { requirements: ["REC-SHARD-01"], reasons: [...reasons] })]))).to.deep.equal([
        "unlisted-failure",
      ]);
    });

    it("is red when no row lists it, with the file to list it in", () => {
      const [problem, ...rest] = problems([], [failure(topic, "alpha")]);
      expect(rest).to.deep.equal([]);
      expect(problem).to.include({ kind: "unlisted-failure", key: `${topic}@relay=alpha` });
      expect(problem?.sentence).to.contain("known/alpha.yaml");
    });

    it("is accepted when a row lists its key or a pattern over it", () => {
      for (const match of [`${topic}@relay=alpha`, "sharding/*", `*@relay=alpha`]) {
        expect(problems([row({ match })], [failure(topic, "alpha")])).to.deep.equal([]);
      }
    });

    it("of another implementation is not covered", () => {
      expect(kinds(problems([row()], [failure(topic, "alpha"), failure(topic, "beta")]))).to.deep.equal(["unlisted-failure"]);
    });

    it("of a pair is covered by a row of the peer that is to blame, and of no other", () => {
      const cast = { relay: ["beta"], client: ["alpha"] };
      const rows = [row({ match: `${topic}@*` })];
      const found = (blame: CheckResult["blame"]) => kinds(problems(rows, [failure(topic, "beta", { cast, blame })]));
      expect(found("peer")).to.deep.equal([]);
      expect(found("subject")).to.deep.equal(["unlisted-failure"]);
      expect(kinds(problems(rows, [check(topic, "beta", { cast })]))).to.deep.equal(["stale"]);
    });

    it("of a further version is covered by the row of its implementation, and told by its own name", () => {
      const further = participant("alpha@new", { implementation: "alpha" });
      const cast = { relay: ["alpha@new"], client: ["beta"] };
      const key = `${topic}@relay=alpha@new,client=beta`;
      const rows = [row({ match: `${topic}@relay=alpha,client=beta` })];
      const found = (changes: object) =>
        new Baseline(rows).withFurther(["alpha@new"]).problems([failure(topic, "alpha@new", { key, cast, ...changes })], [further], [key]);
      expect(found({})).to.deep.equal([]);
      expect(found({ reasons: [{ code: "node-died", path: "", expected: null, observed: null }] })[0]?.key).to.equal(key);
    });

    it("is covered by the codes that a row names, and otherwise by any but that the node is gone", () => {
      const failing = (...codes: ReasonCode[]) =>
        failure(topic, "alpha", { reasons: codes.map((code) => ({ code, path: "", expected: null, observed: null })) });
      const found = (codes: ReasonCode[] | undefined, check: CheckResult) => kinds(problems([row(codes && { codes })], [check]));
      expect(found(undefined, failing("wrong-value"))).to.deep.equal([]);
      expect(found(undefined, failing("wrong-value", "node-died"))).to.deep.equal(["unlisted-failure"]);
      expect(found(["node-died"], failing("node-died", "topology-not-formed"))).to.deep.equal([]);
      expect(found(["node-died"], failing("wrong-value"))).to.deep.equal(["unlisted-failure"]);
      // Who is gone answers nothing.
      expect(found(["node-died"], failing("node-died", "no-answer"))).to.deep.equal([]);
      expect(found(["node-died"], failing("no-answer"))).to.deep.equal(["unlisted-failure"]);
      expect(found(["node-died"], failing("node-died", "wrong-value"))).to.deep.equal(["unlisted-failure"]);
    });

    it("to start is as red as any, and is the business of who did not start", () => {
      const cast = { relay: ["beta"], client: ["alpha"] };
      const reasons = [{ code: "did-not-start", path: "nodes.client", expected: null, observed: "it ended" }] as const;
      const absent = failure(topic, "beta", { verdict: "could-not-run", cast, reasons: [...reasons] });
      const [problem] = problems([row({ match: "sharding/other@*" })], [absent], ["sharding/other@relay=alpha"]);
      expect(problem?.sentence).to.contain("alpha did not start").and.to.contain("known/alpha.yaml");
      expect(problems([row()], [absent])).to.deep.equal([]);
    });

    it("to meet is red as well where no check says why, and is covered by a row of either", () => {
      const cast = { relay: ["beta"], client: ["alpha"] };
      const reasons = [{ code: "blocked-by-connectivity", path: "", expected: null, observed: "no message came" }] as const;
      const blocked = (key: string, blockedBy: string | null) =>
        failure(topic, "beta", { key, verdict: "could-not-run", cast, reasons: [...reasons], blockedBy });
      const [problem, ...rest] = problems([], [blocked(`${topic}@1`, null), blocked(`${topic}@2`, null)]);
      expect(rest, "one for each cause").to.deep.equal([]);
      expect(problem?.kind).to.equal("unlisted-obstacle");
      expect(problem?.sentence).to.contain("1 more result").and.to.contain("no message came");
      expect(problems([row()], [blocked(`${topic}@1`, null)])).to.deep.equal([]);
      const connects = failure("connectivity/connects", "alpha");
      const explained = row({ match: connects.key });
      expect(problems([explained], [blocked(`${topic}@1`, connects.key), connects]), "told").to.deep.equal([]);
      expect(problems([explained], [blocked(`${topic}@1`, connects.key)], [connects.key]), "listed").to.deep.equal([]);
      expect(kinds(problems([], [blocked(`${topic}@1`, connects.key)]))).to.deep.equal(["unlisted-obstacle"]);
    });

    it("to be put is red for what a rule asks, not for a recommendation, nor for the referee alone", () => {
      const reasons = [{ code: "topology-not-formed", path: "", expected: null, observed: "nobody came" }] as const;
      const notPut = (subject: string, changes: object = {}) =>
        failure(topic, subject, { verdict: "could-not-run", reasons: [...reasons], ...changes });
      const referee = participant("referee", { referee: true });
      const found = (check: CheckResult) => kinds(problems([], [check], [], [participant("alpha"), referee]));
      expect(found(notPut("alpha"))).to.deep.equal(["unlisted-obstacle"]);
      expect(problems([row()], [notPut("alpha")])).to.deep.equal([]);
      expect(found(notPut("alpha", { requirements: ["REC-SHARD-09"] }))).to.deep.equal([]);
      expect(found(notPut("referee"))).to.deep.equal([]);
    });

    it("of a further version that a row does not concern is not covered, and does not overtake it", () => {
      const further = participant("alpha@new", { implementation: "alpha", version: "0.11.0" });
      const both = [participant("alpha", { version: "0.10.0" }), further];
      const rows = [row({ match: `${topic}@relay=alpha,*`, versions: "<0.11" })];
      const pair = (relay: string, client: string, changes: object) => {
        const key = `${topic}@relay=${relay},client=${client}`;
        return failure(topic, relay, { key, cast: { relay: [relay], client: [client] }, ...changes });
      };
      const found = (...checks: CheckResult[]) => kinds(new Baseline(rows).withFurther(["alpha@new"]).problems(checks, both, []));
      expect(found(pair("alpha", "alpha", {}), pair("alpha@new", "alpha", { verdict: "pass", reasons: [] }))).to.deep.equal([]);
      expect(found(pair("alpha", "alpha", {}), pair("alpha@new", "alpha", {}))).to.deep.equal(["unlisted-failure"]);
    });

    it("of a form of the implementation is covered", () => {
      const adapted = participant("alpha@adapted", { version: "v0.10.0" });
      expect(problems([row()], [failure(topic, "alpha@adapted")], [], [adapted])).to.deep.equal([]);
    });
  });

  describe("a row", () => {
    it("is stale once everything it matches passes", () => {
      const [problem] = problems([row()], [check(topic, "alpha")]);
      expect(problem?.kind).to.equal("stale");
      expect(problem?.sentence).to.contain("alpha.yaml row 1").and.to.contain("Remove the row");
    });

    it("is too wide when it matches passes and failures", () => {
      const found = problems([row({ match: "sharding/*" })], [check("sharding/other", "alpha"), failure(topic, "alpha")]);
      expect(kinds(found)).to.deep.equal(["mixed"]);
    });

    it("classed flaky accepts passes and failures", () => {
      const flaky = row({ class: "flaky", match: "sharding/*" });
      expect(problems([flaky], [check(topic, "alpha")])).to.deep.equal([]);
      expect(problems([flaky], [check("sharding/other", "alpha"), failure(topic, "alpha")])).to.deep.equal([]);
    });

    it("that matches nothing is red, unless what it matches was not selected", () => {
      const elsewhere = [check("relay/delivery", "alpha")];
      expect(kinds(problems([row()], elsewhere))).to.deep.equal(["matches-nothing"]);
      expect(problems([row()], elsewhere, [`${topic}@relay=alpha`])).to.deep.equal([]);
    });

    it("is left alone when its implementation took no part", () => {
      const players = [absent("alpha", "no image"), participant("beta")];
      expect(problems([row()], [check(topic, "beta")], [], players)).to.deep.equal([]);
    });

    it("is neither confirmed nor overtaken by what did not run or was only observed", () => {
      for (const verdict of ["could-not-run", "observed", "not-applicable", "harness-error"] as const) {
        expect(problems([row()], [check(topic, "alpha", { verdict })])).to.deep.equal([]);
      }
    });

    it("takes the characters of a key as they are", () => {
      expect(
        kinds(problems([row({ match: "sharding/named.topic@*" })], [failure(topic, "alpha")], [`${topic}@relay=alpha`])),
      ).to.deep.equal(["unlisted-failure", "matches-nothing"]);
    });
  });

  describe("a versions range", () => {
    const ranged = new Baseline([row({ versions: "<0.11" })]);

    it("decides by the subject's version, with or without v", () => {
      expect(ranged.knows(failure(topic, "alpha"), new Map([["alpha", "v0.10.0"]]))).to.equal(true);
      expect(ranged.knows(failure(topic, "alpha"), new Map([["alpha", "0.10.3-beta"]]))).to.equal(true);
      expect(ranged.knows(failure(topic, "alpha"), new Map([["alpha", "v0.10.0-4-g12ab34c"]]))).to.equal(true);
      expect(ranged.knows(failure(topic, "alpha"), new Map([["alpha", "v0.11.0"]]))).to.equal(false);
    });

    it("takes a candidate for the release that it is to be", () => {
      expect(ranged.knows(failure(topic, "alpha"), new Map([["alpha", "v0.11.0-rc.1"]]))).to.equal(false);
    });

    it("covers no version that is unknown, as a commit's hash that begins with a digit", () => {
      expect(ranged.knows(failure(topic, "alpha"), new Map([["alpha", undefined]]))).to.equal(false);
      for (const version of ["nightly", "3fa2b1", "0a1b2c3"])
        expect(ranged.knows(failure(topic, "alpha"), new Map([["alpha", version]]))).to.equal(false);
    });

    it("lets a fixed release pass", () => {
      const fixed = [participant("alpha", { version: "v0.11.0" })];
      expect(problems([row({ versions: "<0.11" })], [check(topic, "alpha")], [], fixed)).to.deep.equal([]);
    });
  });
});
