import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { exact } from "../../harness/observation.ts";
import { renderRecommendations } from "../../reports/recommendations/recommendations.ts";
import { ledger, type Requirement } from "../../rfc-checks/ledger.ts";
import { check, failure, participant, run } from "./support/rows.ts";

const rule = (id: string, changes: Partial<Requirement> = {}): Requirement => ({
  id,
  level: "SHOULD",
  role: "RN",
  how: "W",
  section: "Named topics",
  rule: `What ${id} asks.`,
  specification: "Sharding",
  source: "this repository",
  scope: {},
  own: true,
  recommendation: true,
  ...changes,
});
const players = [participant("alpha"), participant("beta", { version: "v1.2.0" })];

describe("recommendations", () => {
  const clauses = [
    rule("REC-SHARD-01", { because: "It helps.", introduction: "Little is said.", checks: ["sharding/named"] }),
    rule("REC-SHARD-02"),
    rule("11-RELAY-01", { own: false, recommendation: false, checks: ["sharding/named"] }),
  ];
  const requirements = ["REC-SHARD-01"];
  const newest = run(players, [
    check("sharding/named/a", "alpha", { requirements }),
    check("sharding/named/b", "alpha", { requirements }),
    failure("sharding/named/a", "beta", { requirements }),
    check("sharding/named/b", "beta", { requirements }),
    check("sharding/named/c", "alpha", { requirements, verdict: "could-not-run" }),
  ]);
  const text = renderRecommendations(clauses, [newest]);

  it("are the clauses of the ledger, with reasons, sections and versions", () => {
    for (const part of [
      "## Sharding\n\nLittle is said.",
      "### Named topics",
      "**REC-SHARD-01** (SHOULD) What REC-SHARD-01 asks. It helps.",
    ])
      expect(text).to.contain(part);
    expect(text).to.contain("alpha v0.10.0, beta v1.2.0").and.not.to.contain("11-RELAY-01");
  });

  it("say what each participant does today, the worst first, and where nothing asks", () => {
    expect(text).to.contain("| `sharding/named` | ✓ | △ accepted-invalid-topic (1 of 2 rows) |");
    expect(text).to.contain("What REC-SHARD-02 asks.\n\nNo check asks it yet.");
  });

  it("show what was observed, and take it for each participant from the first run that asked it", () => {
    const older = run(players, [failure("sharding/named", "alpha", { requirements }), check("sharding/named", "beta", { requirements })]);
    const observation = { code: exact(404) };
    const observed = run(players, [check("sharding/named", "alpha", { requirements, verdict: "observed", observation })]);
    const shown = renderRecommendations(clauses, [run(players, []), observed, older]);
    expect(shown).to.contain("| `sharding/named` | ○ code 404 | ✓ |");
    expect(renderRecommendations(clauses, [run(players, [])])).to.contain("Asked by `sharding/named`; not in these runs.");
  });

  it("stand in the document as they stand in the ledger", async () => {
    const document = await readFile(new URL("../../docs/recommendations.md", import.meta.url), "utf8");
    const missing = [...ledger.values()].filter(
      ({ recommendation, id, level, rule: words, checks = [] }) =>
        recommendation && !(document.includes(`**${id}** (${level}) ${words}`) && checks.every((one) => document.includes(`\`${one}\``))),
    );
    expect(
      missing.map(({ id }) => id),
      "`npx waku-conformance recommendations` writes it",
    ).to.eql([]);
  });
});
