import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { kept, readKeptQuestions } from "../../harness/kept-questions.ts";
import type { Kill } from "../../harness/results/self-test.ts";

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

describe("questions kept", () => {
  const kill = (mutant: string, check: string, durationMs: number, proves = true): Kill => ({
    mutant,
    check,
    key: `${check}@node=${mutant}`,
    requirements: ["51-SHARD-01"],
    reason: "accepted-invalid",
    proves,
    durationMs,
  });

  it("are those that do for a mutant and a check at once, the shortest of them, the longest of these first", () => {
    expect(kept([kill("one", "a/x", 50), kill("one", "a/y", 10), kill("two", "a/x", 20), kill("two", "a/y", 90)])).to.eql([
      "a/x@node=two",
      "a/y@node=one",
    ]);
  });

  it("do for what has but one, too, and for a mutant also where they prove no check", () => {
    expect(kept([kill("one", "a/x", 10), kill("two", "a/x", 20), kill("three", "a/x", 5, false)])).to.eql([
      "a/x@node=two",
      "a/x@node=one",
      "a/x@node=three",
    ]);
  });
});
