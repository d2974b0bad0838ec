import { expect } from "chai";
import { exact, range, set } from "../../harness/observation.ts";
import type { CheckResult } from "../../harness/results/schema.ts";
import { type CheckRow, divergences } from "../../reports/divergence/divergences.ts";
import { absent, check, failure, participant, run } from "./support/rows.ts";

const players = [participant("alpha"), participant("beta"), absent("gamma", "no image")];

function rows(...checks: CheckResult[]): CheckRow[] {
  return divergences(run(players, checks));
}

/** Where the only row differs. */
function difference(...checks: CheckResult[]) {
  const [row, ...more] = rows(...checks);
  expect(more).to.deep.equal([]);
  return row?.differs;
}

const seen = (subject: string, observation: unknown): CheckResult => check("relay/answer", subject, { observation });

describe("divergences #divergence", () => {
  it("group results by check and variant, and cells by subject in the order of the header", () => {
    const found = rows(check("relay/a/one", "beta"), check("relay/a/one", "alpha"), check("relay/a/two", "alpha"));
    expect(found.map(({ name }) => name)).to.deep.equal(["relay/a/one", "relay/a/two"]);
    expect([...(found[0]?.cells.keys() ?? [])]).to.deep.equal(["alpha", "beta"]);
  });

  it("are none where all agree", () => {
    expect(difference(seen("alpha", { status: exact(200) }), seen("beta", { status: exact(200) }))).to.equal(undefined);
  });

  it("see different verdicts, and a known failure as the failure it is", () => {
    expect(difference(check("relay/a", "alpha"), failure("relay/a", "beta"))).to.deep.equal({ verdict: true, paths: [] });
    expect(difference(failure("relay/a", "alpha", { known: true }), failure("relay/a", "beta"))).to.equal(undefined);
  });

  it("leave out what did not run, did not apply or broke on our side", () => {
    for (const verdict of ["could-not-run", "not-applicable", "harness-error"] as const) {
      const other = check("relay/answer", "beta", { verdict, observation: { status: exact(500) } });
      expect(difference(seen("alpha", { status: exact(200) }), other)).to.equal(undefined);
    }
  });

  it("name the path of an exact value, however deep", () => {
    const nested = (code: number) => ({ nodes: [{ answer: { status: exact(code) } }], tookMs: code });
    expect(difference(seen("alpha", nested(200)), seen("beta", nested(400)))).to.deep.equal({
      verdict: false,
      paths: ["nodes[0].answer.status"],
    });
  });

  it("compare exact objects whatever the order of their names, and lists in order", () => {
    expect(difference(seen("alpha", { a: exact({ x: 1, y: 2 }) }), seen("beta", { a: exact({ y: 2, x: 1 }) }))).to.equal(undefined);
    expect(difference(seen("alpha", { a: exact([1, 2]) }), seen("beta", { a: exact([2, 1]) }))?.paths).to.deep.equal(["a"]);
  });

  it("compare sets without order", () => {
    const unordered = (...value: string[]) => ({ topics: { compare: "set", value } });
    expect(difference(seen("alpha", unordered("a", "b")), seen("beta", unordered("b", "a")))).to.equal(undefined);
    expect(difference(seen("alpha", { topics: set(["a"]) }), seen("beta", { topics: set(["a", "b"]) }))?.paths).to.deep.equal(["topics"]);
  });

  it("compare ranges within their tolerance", () => {
    expect(difference(seen("alpha", { ms: range(100, 20) }), seen("beta", { ms: range(120, 20) }))).to.equal(undefined);
    expect(difference(seen("alpha", { ms: range(100, 20) }), seen("beta", { ms: range(121, 20) }))?.paths).to.deep.equal(["ms"]);
  });

  it("compare nothing else", () => {
    expect(difference(seen("alpha", { peer: "x", compare: "exact" }), seen("beta", { peer: "y", compare: "exact" }))).to.equal(undefined);
  });

  it("count a compared value that one participant lacks", () => {
    expect(difference(seen("alpha", { status: exact(200) }), seen("beta", {}))?.paths).to.deep.equal(["status"]);
  });

  it("see what depends on the peer, and show the worst of a subject's casts", () => {
    const pair = (client: string, verdict: "pass" | "fail") =>
      check("filter/push", "alpha", { cast: { service: ["alpha"], client: [client] }, verdict });
    const [row] = rows(pair("alpha", "pass"), pair("beta", "fail"));
    expect(row?.differs).to.deep.equal({ verdict: true, paths: [] });
    expect(row?.cells.get("alpha")?.worst).to.equal("fail");
    expect(row?.cells.get("alpha")?.casts).to.have.length(2);
  });
});
