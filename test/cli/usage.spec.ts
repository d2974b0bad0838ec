import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { exitCodes } from "../../cli/exit-codes.ts";
import { list } from "../../cli/list.ts";
import { report } from "../../cli/report.ts";
import { UsageError } from "../../cli/usage.ts";
import { type Ended, ownFolder, runs, start } from "./support.ts";

describe("command line", function () {
  this.timeout(60_000);
  const folder = ownFolder();
  const file = join(folder, "not-executable");
  writeFileSync(file, "");
  const metadata = ["--grep", "metadata/cluster@node=reference"];

  const wrong: [what: string, args: string[], says: RegExp][] = [
    ["an unknown command", ["tset"], /unknown command 'tset'/],
    ["an unknown flag", ["test", "--nope"], /unknown option '--nope'/],
    ["an argument that nobody asked for", ["test", "sharding"], /too many arguments/],
    ["an unknown implementation", ["test", "--node", "foo=bar"], /no implementation "foo".*--node takes go-waku, nwaku/],
    ["a node without a name", ["test", "--node", "go-waku"], /not NAME=IMAGE\|BINARY/],
    ["a node that is not there", ["test", "--node", "go-waku=/nonexistent"], /\/nonexistent does not exist/],
    ["a node that may not be executed", ["test", "--node", `nwaku=${file}`], /may not be executed; try: chmod \+x/],
    ["a program that is no node", ["test", "--node", "go-waku=/bin/true"], /\/bin\/true is not go-waku/],
    [
      "a named image where no engine is",
      ["test", "--node", "nwaku=a:1"],
      /nwaku=a:1: there is no Docker engine; start one, or name a binary/,
    ],
    ["an unknown runtime", ["list", "--runtime", "nonsense"], /Allowed choices are docker, process, in-process/],
    [
      "a specification that is none",
      ["requirements", "--spec", "99"],
      /--spec 99: the ledger has no such specification; known: 10-WAKU2, /,
    ],
    ["a full run that was not made", ["requirements"], /latest-full.*no such result file; run `npm test` first/],
    ["a --grep of self-test that selects nothing", ["self-test", "--grep", "no such check"], /--grep no such check: no check matches/],
    ["a --grep of list that selects nothing", ["list", "--grep", "no such check"], /--grep no such check: no check matches/],
    [
      "a profile that is none",
      ["network", "up", "--profile", "nope"],
      /--profile nope: the compose file has no such profile; known: nwaku/,
    ],
    [
      "a --grep that selects what waits for its tag alone",
      ["test", "--grep", "service-peers/silence"],
      /only checks of #slow match, .*: --grep 'service-peers\/silence\.\*#slow'$/,
    ],
    [
      "a --grep of self-test that selects what it leaves out",
      ["self-test", "--grep", "service-peers/silence"],
      /which a self-test leaves out$/,
    ],
    [
      "a --grep that selects nothing",
      ["test", "--grep", "no such check"],
      /--grep no such check: no check matches; `npx waku-conformance list`/,
    ],
  ];
  const ended = runs({
    help: () => start(folder, ["--help"]),
    unwritable: () => start(folder, ["test", ...metadata], { WAKU_RUNS: join(file, "runs") }),
    list: () => start(folder, ["list", ...metadata]),
    deferred: () => start(folder, ["list", "--grep", "service-peers/silence"]),
    ...Object.fromEntries(wrong.map(([what, args]) => [what, () => start(folder, args)])),
  });
  const sentence = ({ stderr }: Ended): string => {
    const lines = stderr.split("\n").filter((line) => line !== "" && !/^(·|\(see |\(Did you mean)/.test(line));
    expect(lines, stderr).to.have.length(1);
    return lines[0] as string;
  };

  it("explains itself, its commands and its exit codes", async () => {
    const { code, stdout, stderr } = await ended("help");
    expect([code, stderr]).to.eql([0, ""]);
    for (const word of ["test", "list", "doctor", "report", "requirements", ...Object.keys(exitCodes)]) expect(stdout).to.contain(word);
  });

  for (const [what, , says] of wrong)
    it(`says so of ${what}, in a sentence, with exit code 2`, async () => {
      const run = await ended(what);
      expect(sentence(run)).to.match(says);
      expect([run.code, run.stdout]).to.eql([2, ""]);
    });

  it("says so of a pattern, a variable and a run that are none, before it begins", async () => {
    const refusal = async (call: Promise<unknown>) => {
      const error = await call.catch((thrown: Error) => thrown);
      expect(error).to.be.instanceOf(UsageError);
      return (error as Error).message;
    };
    expect(await refusal(list({ node: [], grep: "(" }))).to.match(/^--grep \(: .*regular expression/);
    expect(await refusal(report("/nonexistent"))).to.match(/^\/nonexistent\/results.jsonl: no such result file; run `npm test` first/);
    process.env.NWAKU_BIN = "/nonexistent";
    try {
      expect(await refusal(list({ node: [] }))).to.equal("NWAKU_BIN=/nonexistent: /nonexistent does not exist");
    } finally {
      delete process.env.NWAKU_BIN;
    }
  });

  it("says so of a folder that cannot be written, in a sentence, with exit code 4", async () => {
    const run = await ended("unwritable");
    expect(sentence(run)).to.match(/^waku-conformance: results cannot be written to .*not-executable\/runs.*WAKU_RUNS/);
    expect(run.code).to.equal(4);
  });

  it("lists checks and what they cost", async () => {
    const { code, stdout } = await ended("list");
    expect(code).to.equal(0);
    expect(stdout).to.contain("metadata/cluster  ").and.to.contain("66-META-07");
    expect(stdout).to.match(/^1 checks?, 1 results?, 2 requirements$/m);
    expect(stdout).to.contain("a run starts 2 nodes in 1 topolog");
    expect(stdout)
      .to.match(/^absent: go-waku: .*GO_WAKU_BIN/m)
      .and.to.match(/^absent: nwaku: .*NWAKU_/m);
  });

  it("lists what runs only when its tag is asked for, told apart", async () => {
    const { code, stdout } = await ended("deferred");
    expect(code).to.equal(0);
    expect(stdout).to.match(/^Run only when their tag is in the pattern, such as --grep '#slow':\n\nservice-peers\/silence {2}/m);
    expect(stdout).to.match(/^0 checks, 0 results, 0 requirements\n1 more check, \d+ results?, with #slow in the pattern$/m);
  });
});
