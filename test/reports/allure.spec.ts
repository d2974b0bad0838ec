import { expect } from "chai";
import type { CheckResult } from "../../harness/results/schema.ts";
import { categories } from "../../reports/allure/categories.ts";
import { environmentInfo } from "../../reports/allure/environment.ts";
import { sealed } from "../../reports/allure/sealed.ts";
import { testResult } from "../../reports/allure/test-result.ts";
import { absent, check, failure, header, participant, run } from "./support/rows.ts";

const players = [participant("alpha", { version: "v0.10.0", runtime: "docker" }), absent("beta", "no image")];
const test = (row: CheckResult) => testResult(row, header(players), []);
const labels = (row: CheckResult, name: string) => test(row).labels.flatMap((label) => (label.name === name ? [label.value] : []));

describe("Allure results #allure", () => {
  it("give each verdict a status and an outcome to file it under", () => {
    const expected = {
      pass: "passed",
      fail: "failed",
      observed: "passed",
      "not-applicable": "skipped",
      "could-not-run": "skipped",
      "harness-error": "broken",
    } as const;
    for (const [verdict, status] of Object.entries(expected)) {
      const row = check("relay/a", "alpha", { verdict: verdict as CheckResult["verdict"] });
      expect(test(row).status, verdict).to.equal(status);
      expect(labels(row, "outcome")).to.deep.equal([verdict]);
    }
  });

  it("mark a known failure", () => {
    const known = failure("relay/a", "alpha", { known: true });
    expect(test(known)).to.deep.include({ status: "failed" });
    expect(test(known).statusDetails).to.include({ known: true });
    expect(labels(known, "outcome")).to.deep.equal(["known"]);
  });

  it("have a category for each outcome that is no answer, and only one of them for each", () => {
    const rules = categories as { name: string; matchers: { labels: { outcome: string } } }[];
    const filed = (outcome: string) =>
      rules.filter(({ matchers }) => new RegExp(matchers.labels.outcome).test(outcome)).map(({ name }) => name);
    expect(filed("fail")).to.deep.equal(["failure"]);
    expect(filed("known")).to.deep.equal(["known failure"]);
    expect(filed("harness-error")).to.deep.equal(["harness error"]);
    expect(filed("could-not-run")).to.deep.equal(["could not run"]);
    expect(filed("pass")).to.deep.equal([]);
  });

  it("carry area, requirement, participant, version and runtime, and link the requirement", () => {
    const row = check("sharding/a/empty", "alpha", {
      requirements: ["51-SHARD-01"],
      level: "SHOULD NOT",
      cast: { service: ["alpha"], client: ["beta"] },
    });
    expect(labels(row, "epic")).to.deep.equal(["sharding"]);
    expect(labels(row, "feature")).to.deep.equal(["alpha"]);
    expect(labels(row, "requirement")).to.deep.equal(["51-SHARD-01"]);
    expect(labels(row, "participant")).to.deep.equal(["alpha"]);
    expect(labels(row, "peer")).to.deep.equal(["beta"]);
    expect(labels(row, "version")).to.deep.equal(["v0.10.0"]);
    expect(labels(row, "runtime")).to.deep.equal(["docker"]);
    expect(labels(row, "severity")).to.deep.equal(["normal"]);
    expect(test(row).links[0]?.url).to.match(/relay-sharding\.md#named-sharding$/);
    expect(test(row).parameters.map(({ name, value }) => `${name}=${value}`)).to.deep.equal([
      "variant=empty",
      "service=alpha",
      "client=beta",
    ]);
  });

  it("are told apart by name where they share a title", () => {
    const row = check("filter/a/empty", "alpha", { cast: { service: ["alpha"], client: ["beta"] } });
    expect(test(row).name).to.equal("the node answers a (empty) with client=beta");
    // A row does not say in which of its places the subject is in question.
    const itself = check("relay/a", "alpha", { cast: { publisher: ["alpha"], subscriber: ["alpha"] } });
    expect(test(itself).name).to.equal("the node answers a with publisher=alpha subscriber=alpha");
    expect(test(check("filter/a", "alpha")).name).to.equal("the node answers a");
  });

  it("keep their history by key and take as long as the check did", () => {
    const [first, again, other] = [
      check("relay/a", "alpha"),
      check("relay/a", "alpha", { verdict: "fail", durationMs: 1500 }),
      check("relay/b", "alpha"),
    ].map(test);
    expect(first?.historyId).to.equal(again?.historyId).and.not.to.equal(other?.historyId);
    expect((again?.stop ?? 0) - (again?.start ?? 0)).to.equal(1500);
  });

  it("say why there is no answer", () => {
    const blocked = check("relay/a", "alpha", { verdict: "could-not-run", blockedBy: "connectivity/dial@relay=alpha" });
    expect(test(blocked).statusDetails.message).to.equal("blocked by connectivity/dial@relay=alpha");
  });

  it("fill in the environment, with who was absent", () => {
    const info = environmentInfo(run(players, []));
    expect(info).to.include({ Selection: "full", alpha: "v0.10.0, docker", beta: "took no part: no image" });
  });
});

describe("a sealed Allure report #allure", () => {
  const page = (body: string) => `<html><head><meta charset="utf-8"></head><body>${body}</body></html>`;
  const analytics = `<script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>
    <script>window.dataLayer = []; gtag('config', 'G-1');</script>`;

  it("has lost its analytics and gained a policy", () => {
    const clean = sealed(page(`${analytics}<script>d("data/x.json","eyJ9")</script>`));
    expect(clean).not.to.contain("gtag").and.not.to.contain("dataLayer");
    expect(clean).to.contain('d("data/x.json"').and.to.contain("Content-Security-Policy");
  });

  it("is refused when it would still load from outside", () => {
    expect(() => sealed(page('<script src="https://cdn.example.org/x.js"></script>'))).to.throw("cdn.example.org");
    expect(() => sealed(page('<link rel="stylesheet" href="//cdn.example.org/x.css">'))).to.throw("cdn.example.org");
  });
});
