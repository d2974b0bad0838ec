import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { CheckResult } from "../../harness/results/schema.ts";
import { ledger } from "../../rfc-checks/ledger.ts";
import { check, participant, resultFile, run } from "../reports/support/rows.ts";
import { catalogue } from "../suites/catalogue.ts";
import { ownFolder, runs, start } from "./support.ts";

describe("command line: requirements", function () {
  this.timeout(60_000);
  const folder = ownFolder();

  /** A folder of runs whose newest full run is this. */
  const fullRun = (name: string, checks: readonly CheckResult[]): Record<string, string> => {
    const place = join(folder, name, "latest-full");
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, "results.jsonl"), resultFile(run([participant("reference")], checks)));
    return { WAKU_RUNS: join(folder, name) };
  };
  const inFullRun = catalogue.filter(({ definition: { tags = [] } }) => !tags.includes("#slow") && !tags.includes("#scale"));
  const all = inFullRun.map(({ definition: { id, requirements } }) => check(id, "reference", { requirements: [...requirements] }));
  const whole = fullRun("whole", all);
  const partial = fullRun(
    "partial",
    all.filter(({ id }) => id !== "metadata/cluster"),
  );
  const ended = runs({
    whole: () => start(folder, ["requirements"], whole),
    spec: () => start(folder, ["requirements", "--spec", "66"], whole),
    untested: () => start(folder, ["requirements", "--spec", "66", "--untested"], whole),
    stranger: () => start(folder, ["requirements", "--participant", "nobody"], whole),
    partial: () => start(folder, ["requirements"], partial),
    more: () => start(folder, ["requirements", join(folder, "partial", "latest-full"), join(folder, "whole", "latest-full")], {}),
  });

  it("accounts for every rule of the documents", async () => {
    const { code, stdout, stderr } = await ended("whole");
    expect([code, stderr]).to.eql([0, ""]);
    const [, tested, untested, excluded] = /409 of 409 rows accounted for: (\d+) tested, (\d+) untested, (\d+) excluded/.exec(stdout) ?? [];
    expect(Number(tested) + Number(untested) + Number(excluded)).to.equal(409);
    expect(Number(tested)).to.be.greaterThan(0);
    expect(stdout).to.match(/^12\/WAKU2-FILTER +45 /m);
  });

  it("lists a specification row by row, with each participant's verdict", async () => {
    const { code, stdout } = await ended("spec");
    expect(code).to.equal(0);
    for (const { id } of [...ledger.values()].filter(({ id }) => id.startsWith("66-"))) expect(stdout).to.match(new RegExp(`^${id} `, "m"));
    expect(stdout).to.match(/^66-META-07 +MUST +W +tested +✓ /m);
    expect(stdout).not.to.contain("12-FILTER");
  });

  it("lists what nothing tested", async () => {
    const { code, stdout } = await ended("untested");
    expect(code).to.equal(0);
    expect(stdout)
      .to.match(/^66-META-\d\d +\S.* untested /m)
      .and.not.to.match(/^66-META-07 /m);
  });

  it("says so of a participant that took no part", async () => {
    const { code, stdout, stderr } = await ended("stranger");
    expect([code, stdout]).to.eql([2, ""]);
    expect(stderr).to.match(/--participant nobody: took no part in the run; known: reference$/m);
  });

  it("adds to a run what it left out and a later one has", async () => {
    const { code, stdout } = await ended("more");
    expect([code, stdout.includes("did not emit")]).to.eql([0, false]);
  });

  it("ends with exit code 1 where a rule claims a check that the run did not emit", async () => {
    const { code, stdout } = await ended("partial");
    expect(code).to.equal(1);
    expect(stdout).to.contain("66-META-07 claims metadata/cluster, which the run did not emit");
  });
});
