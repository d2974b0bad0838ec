import { expect } from "chai";
import { verdictOn } from "../../harness/execution.ts";
import { catalogue, check } from "./catalogue.ts";
import { everyJudged } from "./judged.ts";

const judged = await everyJudged();

describe("judges of the suites", () => {
  for (const [id, [good, ...bad]] of Object.entries(judged)) {
    it(`${id}: passes what is right`, () => {
      expect(verdictOn(check(id), good, undefined)).to.eql({ verdict: "pass", reasons: [] });
    });
    for (const [code, changes] of bad)
      it(`${id}: ${code} for ${JSON.stringify(changes)}`, () => {
        const { verdict, reasons } = verdictOn(check(id), { ...good, ...changes }, undefined);
        expect([verdict, reasons[0]?.code]).to.eql(["fail", code]);
        expect(Object.keys({ ...good, ...changes })).to.include(reasons[0]?.path.split(".")[0]);
      });
  }

  it("take no silence for an answer", () => {
    const silent = { outcome: "timeout", reason: null, raw: null };
    for (const { definition } of catalogue.filter(({ definition: { judge } }) => judge)) {
      const good = judged[definition.id]?.[0] ?? {};
      const answers = Object.entries(good as Record<string, { outcome?: unknown } | null>).flatMap(([name, value]) =>
        value?.outcome ? [[name, silent]] : [],
      );
      if (answers.length === 0) continue;
      const { verdict, reasons } = verdictOn(definition, { ...good, ...Object.fromEntries(answers) }, undefined);
      expect([definition.id, verdict], JSON.stringify(reasons)).to.eql([definition.id, "fail"]);
    }
  });
});
