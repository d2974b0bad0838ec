import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { writeReport } from "../../reports/report.ts";
import { absent, check, failure, participant, resultFile, run } from "./support/rows.ts";

const results = run(
  [participant("alpha"), participant("beta"), absent("gamma", "no image")],
  [
    check("relay/a", "alpha"),
    failure("relay/a", "beta", { evidence: ["logs/beta-1.log#0-11"] }),
    failure("relay/b", "beta", { evidence: ["logs/beta-1.log#0-11"], known: true }),
  ],
);

describe("a run's report #reports", () => {
  let folder: string;
  let runFolder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "report-"));
    runFolder = join(folder, "first");
    await mkdir(join(runFolder, "logs"), { recursive: true });
    await writeFile(join(runFolder, "logs", "beta-1.log"), "beta was here");
    await writeFile(join(runFolder, "results.jsonl"), resultFile(results));
    await symlink("first", join(folder, "latest"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("is static pages, and once in the history however often it is written", async function () {
    // Allure itself runs here, twice.
    this.timeout(60_000);
    const pages: Record<string, string> = {};
    const onPage = (what: string, path: string) => {
      pages[what] = path;
    };
    await writeReport(join(folder, "latest"), { onPage });
    // What a full disk or a kill leaves of a line.
    await appendFile(join(folder, "history.jsonl"), '{"uuid":"1","name":"Waku conf');
    await writeReport(runFolder);
    const textOf = (what: string) => readFile(pages[what] ?? "", "utf8");
    const [divergence, allure] = await Promise.all([textOf("divergence"), textOf("allure")]);
    expect(divergence).to.contain("beta was he");
    expect(await textOf("slots")).to.contain("<h1>Slots</h1>");
    expect(await textOf("shards")).to.contain("<h1>Shards</h1>");
    expect(await textOf("guarantees")).to.contain("<h1>What a protected shard guarantees</h1>");
    expect(allure).not.to.contain("googletagmanager");
    expect(allure).not.to.match(/<(script|link|img|iframe)\b[^>]*\s(src|href)=["']?(https?:)?\/\//);
    expect((await readFile(join(folder, "history.jsonl"), "utf8")).trim().split("\n")).to.have.length(1);
    const written = await readdir(join(runFolder, "allure-results"));
    const attachments = written.filter((name) => name.includes("-attachment"));
    // An observation for each, reasons and a log for the two failures: no file serves two tests.
    expect(attachments).to.have.length(3 + 2 + 2);
    expect(written).to.include.members(["environment.properties", "executor.json"]);
  });

  it("names the pages that are written where Allure makes none", async function () {
    this.timeout(60_000);
    // Allure cannot read its history from it.
    await mkdir(join(folder, "history.jsonl"));
    const named: string[] = [];
    const refusal = await writeReport(runFolder, { onPage: (what) => named.push(what) }).catch((cause: Error) => cause);
    expect(refusal).to.include({ name: "NoAllureReport" });
    expect(named).to.eql(["divergence", "slots", "shards", "guarantees"]);
  });

  it("is refused for results without a footer", async () => {
    const lines = resultFile(results).trimEnd().split("\n");
    await writeFile(join(runFolder, "results.jsonl"), `${lines.slice(0, -1).join("\n")}\n`);
    const refusal = await writeReport(runFolder).catch((cause: Error) => cause);
    expect(refusal).to.include({ name: "BadResultFile" });
    expect(await readdir(runFolder)).not.to.include("report");
  });
});
