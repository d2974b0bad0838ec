import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readKeptQuestions } from "../../reports/kept-questions.ts";

describe("kept questions", () => {
  const folder = mkdtempSync(join(tmpdir(), "kept-"));
  const file = join(folder, "kept-questions.yaml");
  after(() => rmSync(folder, { recursive: true }));

  it("are none before any was written down", async () => {
    expect(await readKeptQuestions(file)).to.eql([]);
  });

  it("are keys, in order", async () => {
    writeFileSync(file, "- relay/chain@node=b\n- relay/chain@node=a\n");
    expect(await readKeptQuestions(file)).to.eql(["relay/chain@node=b", "relay/chain@node=a"]);
  });

  for (const [what, text] of [
    ["no YAML", "- a\n b: {"],
    ["no list", "a: b\n"],
    ["no keys", "- 1\n"],
    ["nothing", ""],
  ] as const)
    it(`are refused where the file is ${what}, with what writes it anew`, async () => {
      writeFileSync(file, text);
      const failure = await readKeptQuestions(file).catch((error: Error) => error.message);
      expect(failure).to.contain(file).and.to.contain("--remember");
    });
});
