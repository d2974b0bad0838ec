import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { readResults } from "../../harness/results/read.ts";
import { until } from "../harness/support/fakes.ts";
import { ownFolder, type Running, start } from "./support.ts";

const textOf = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
};

/** Command lines of the processes that have something of a folder among their arguments, by id. */
const processesOf = (folder: string): [id: string, command: string][] =>
  readdirSync("/proc")
    .filter((id) => /^\d+$/.test(id))
    .map((id): [string, string] => [id, textOf(`/proc/${id}/cmdline`)])
    .filter(([, command]) => command.includes(folder));

const parentOf = (id: string): string => /^PPid:\s+(\d+)/m.exec(textOf(`/proc/${id}/status`))?.[1] ?? "";

/** The folder in which a run keeps the data of its nodes, from the arguments of one of them. */
function scratchOf({ child }: Running): string | undefined {
  // Their parent is the keeper, whose parent is the run.
  const nodes = processesOf("waku-conformance-").filter(([id]) => parentOf(parentOf(id)) === `${child.pid}`);
  return /\/[^"]*\/waku-conformance-\w{6}/.exec(nodes[0]?.[1] ?? "")?.[0];
}

describe("a run that is stopped", function () {
  this.timeout(60_000);
  before(function () {
    if (process.platform !== "linux") this.skip();
  });
  const folder = ownFolder();
  const args = [
    "test",
    "--runtime",
    "process",
    "--grep",
    "connectivity/(connects|stays-connected|protocols-known)@.*=reference,listener=reference",
  ];
  /** A run that is under way, and where its nodes are. */
  const begin = async (): Promise<{ run: Running; scratch: string }> => {
    const run = start(folder, args);
    let scratch: string | undefined;
    await until(() => {
      scratch ??= scratchOf(run);
      return scratch !== undefined && run.stdout().includes("\n");
    }, 50_000);
    return { run, scratch: scratch as string };
  };
  const gone = (scratch: string) => until(() => processesOf(scratch).length === 0 && !existsSync(scratch));

  it("by Ctrl-C, also twice, ends with a footer that says so, exit code 130, and no node left", async () => {
    const { run, scratch } = await begin();
    // A wrapper that passes on what the terminal has sent already makes it two.
    run.child.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 20));
    run.child.kill("SIGINT");
    const { code, stdout } = await run.ended;
    expect(code, stdout).to.equal(130);
    expect(stdout).to.match(/^stopped; \d+ of \d+ checks are in /m);
    const { checks, footer } = await readResults(join(folder, "runs", "latest", "results.jsonl"));
    expect(footer.interrupted).to.equal(true);
    expect(checks.length).to.be.above(0);
    expect(existsSync(join(folder, "runs", "latest-full"))).to.equal(false);
    await gone(scratch);
  });

  it("by a kill leaves no node either", async () => {
    const { run, scratch } = await begin();
    run.child.kill("SIGKILL");
    await run.ended;
    await gone(scratch);
  });

  it("a self-test too, and its logs are removed, as are those of earlier ones but for the newest", async () => {
    const logs = join(folder, "runs", "self-test");
    for (const day of [1, 2, 3, 4, 5]) mkdirSync(join(logs, `2020-01-0${day}`), { recursive: true });
    const run = start(folder, ["self-test", "--grep", "metadata/cluster"]);
    await until(() => readdirSync(logs).some((name) => !name.startsWith("2020")), 50_000);
    run.child.kill("SIGINT");
    expect((await run.ended).code).to.equal(130);
    expect(readdirSync(logs).sort()).to.eql(["2020-01-03", "2020-01-04", "2020-01-05"]);
  });

  it("while its report is made ends at once: its results are written, its nodes have ended, and nothing of the report goes on", async () => {
    const run = start(folder, ["test", "--report", "--grep", "metadata/cluster@node=reference"], { TMPDIR: folder });
    const allure = () => processesOf("allurerc.json").filter(([id]) => parentOf(id) === `${run.child.pid}`);
    await until(() => allure().length > 0, 50_000);
    run.child.kill("SIGTERM");
    expect((await run.ended).code).to.equal(130);
    expect(processesOf("allurerc.json").filter(([, command]) => command.includes(folder))).to.eql([]);
    expect(readdirSync(folder).filter((name) => name.startsWith("waku-conformance-"))).to.eql([]);
    expect((await readResults(join(folder, "runs", "latest", "results.jsonl"))).footer.interrupted).to.equal(false);
  });
});
