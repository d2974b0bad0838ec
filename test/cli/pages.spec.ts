import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { writePages } from "../../cli/pages.ts";
import { check, participant, resultFile, run } from "../reports/support/rows.ts";
import { ownFolder, start } from "./support.ts";

describe("a report that Allure does not make", function () {
  this.timeout(60_000);
  const folder = ownFolder();
  const runs = join(folder, "runs");
  before(() => {
    mkdirSync(join(runs, "first"), { recursive: true });
    writeFileSync(join(runs, "first", "results.jsonl"), resultFile(run([participant("alpha")], [check("relay/a", "alpha")])));
    symlinkSync("first", join(runs, "latest"));
    // Allure cannot read its history from it.
    mkdirSync(join(runs, "history.jsonl"));
  });

  it("is told with the pages that are there and the command that makes it again, and exit code 3", async () => {
    const { code, stdout, stderr } = await start(folder, ["report"]).ended;
    expect(code).to.equal(3);
    expect(stdout)
      .to.match(/^divergence: .*index.html$/m)
      .and.to.match(/^guarantees: /m)
      .and.not.to.match(/^allure: /m);
    expect(stderr)
      .to.match(/^waku-conformance: no Allure report: /)
      .and.to.match(/: npx waku-conformance report \/.*$/m);
    expect(stderr).not.to.contain("    at ");
  });

  it("leaves a run its own exit code where that is not 0", async () => {
    const { log, error } = console;
    console.log = console.error = () => {};
    try {
      expect(await writePages(join(runs, "first"), 1, new AbortController().signal)).to.equal(1);
    } finally {
      Object.assign(console, { log, error });
    }
  });
});
