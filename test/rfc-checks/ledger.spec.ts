import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { parse } from "yaml";
import { bindingLevel, ledger, requirementSchema } from "../../rfc-checks/ledger.ts";
import { reasonCodes } from "../../rfc-checks/reasons.ts";
import { catalogue } from "../suites/catalogue.ts";

const folder = new URL("../../rfc-checks/ledger/", import.meta.url);
const files = readdirSync(folder);
const idsOf = (file: string): string[] =>
  (parse(readFileSync(new URL(file, folder), "utf8")) as { requirements: { id: string }[] }).requirements.map(({ id }) => id);
const rows = [...ledger.values()];
const idsWhere = (wrong: (row: (typeof rows)[number]) => boolean): string[] => rows.filter(wrong).map(({ id }) => id);

describe("the ledger", () => {
  it("holds every rule of every file", () => {
    expect(files.filter((file) => !file.endsWith(".yaml"))).to.eql([]);
    expect([...ledger.keys()]).to.have.members(files.flatMap(idsOf));
  });

  for (const file of files)
    it(`${file} numbers its rules from 1, under one prefix`, () => {
      const parts = idsOf(file).map((id) => /^(.+)-(\d+)$/.exec(id));
      expect(new Set(parts.map((part) => part?.[1]))).to.have.property("size", 1);
      expect(parts.map((part) => Number(part?.[2]))).to.eql(parts.map((_, index) => index + 1));
    });

  it("holds the 409 rules of the documents, at the levels that these have, and says which are ours", () => {
    const documented = rows.filter(({ own }) => !own);
    expect(documented).to.have.length(409);
    expect(idsWhere(({ own }) => own).every((id) => /^(CONN|REC)-/.test(id))).to.equal(true);
    expect(idsWhere(({ recommendation }) => recommendation)).to.eql(idsWhere(({ id }) => id.startsWith("REC-")));
    const levels = Object.fromEntries([...Map.groupBy(documented, ({ level }) => level)].map(([level, of]) => [level, of.length]));
    // 13 rules mix levels: ten of them count as MUST, three as SHOULD.
    expect(levels).to.eql({ MUST: 112, "MUST NOT": 12, SHOULD: 142, "SHOULD NOT": 10, MAY: 46, def: 75, shall: 12 });
  });

  it("leads from each rule to a text that does not change", () => {
    expect(idsWhere(({ own, source, document }) => !own && !(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(source) && document))).to.eql([]);
  });

  it("excludes what no machine can check, and every exclusion is a sentence", () => {
    expect(idsWhere(({ how, excluded }) => how === "X" && excluded === undefined)).to.eql([]);
    expect(idsWhere(({ excluded, doubt }) => [excluded, doubt].some((text) => text !== undefined && !/^\S.{20,}\.$/.test(text)))).to.eql(
      [],
    );
    const row = { id: "10-WAKU2-01", level: "def", role: "ALL", how: "W", section: "a", rule: "b", checks: ["a/b"] };
    expect(requirementSchema.safeParse(row).success).to.equal(true);
    expect(requirementSchema.safeParse({ ...row, excluded: "No." }).success).to.equal(false);
  });

  it("names for each rule the checks that cite it, and no other", () => {
    const faults: string[] = [];
    for (const { id, checks = [] } of rows) {
      const citing = catalogue.filter(({ definition }) => definition.requirements.includes(id)).map(({ definition }) => definition.id);
      for (const check of citing) if (!checks.includes(check)) faults.push(`${id}: add ${check} to its checks`);
      for (const check of checks) if (!citing.includes(check)) faults.push(`${id}: ${check} does not cite it`);
      if (new Set(checks).size !== checks.length) faults.push(`${id}: a check stands there twice`);
    }
    expect(faults).to.eql([]);
  });

  it("binds at the strictest level of what is cited", () => {
    expect(bindingLevel(["51-SHARD-01"], 66)).to.equal("SHOULD NOT");
    expect(bindingLevel(["14-MESSAGE-05", "14-MESSAGE-01", "14-MESSAGE-04"], 66)).to.equal("MUST");
    expect(bindingLevel(["14-MESSAGE-04", "14-MESSAGE-03"], 66)).to.equal("def");
    expect(bindingLevel(["11-RELAY-03", "11-RELAY-02"], 66)).to.equal("MUST NOT");
    expect(bindingLevel(["57-PSK-05", "57-PSK-12"], 66)).to.equal("shall");
  });

  it("binds nobody outside of a rule's scope, or where nothing is cited", () => {
    expect(bindingLevel(["64-NET-05"], 1)).to.equal("MUST");
    expect(bindingLevel(["64-NET-05"], 66)).to.equal("MAY");
    expect(bindingLevel(["64-NET-05", "51-SHARD-01"], 66)).to.equal("SHOULD NOT");
    expect(bindingLevel([], 66)).to.equal("MAY");
  });

  it("does not know other ids", () => {
    expect(() => bindingLevel(["51-SHARD-01", "51-SHARD-0"], 66)).to.throw("51-SHARD-0 is not in the ledger");
  });
});

describe("reason codes", () => {
  it("mean one thing each", () => {
    expect(new Set(reasonCodes)).to.have.property("size", reasonCodes.length);
  });
});
