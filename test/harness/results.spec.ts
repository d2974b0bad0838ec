import {
  closeSync,
  fstatSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { published } from "../../harness/results/published.ts";
import { BadResultFile, readResults } from "../../harness/results/read.ts";
import { Recorder, Unwritable } from "../../harness/results/recorder.ts";
import { verdicts } from "../../harness/results/schema.ts";
import { check, failure, header, participant } from "../reports/support/rows.ts";

const head = header([participant("alpha")]);
const row = check("relay/a", "alpha");

/** From now on there is no room for what is written to an open file; returns its descriptor. */
function fillDisk(file: string): number {
  const name = readdirSync("/proc/self/fd").find((entry) => {
    try {
      return readlinkSync(`/proc/self/fd/${entry}`) === file;
    } catch {
      return false;
    }
  });
  const descriptor = Number(name);
  closeSync(descriptor);
  // The lowest that is free.
  expect(openSync("/dev/full", "w")).to.equal(descriptor);
  return descriptor;
}

/** The error of a call that must fail. */
async function errorOf(call: () => unknown): Promise<Error> {
  try {
    await call();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}

describe("results", () => {
  let runs: string;
  beforeEach(() => {
    runs = mkdtempSync(join(tmpdir(), "results-"));
  });
  afterEach(() => rmSync(runs, { recursive: true }));
  const fileOf = (run: string) => join(runs, run, "results.jsonl");
  const recorded = (run: string, full: boolean, interrupted = false) => {
    const recorder = new Recorder(join(runs, run), head);
    for (const result of [row, failure("relay/b", "alpha")]) recorder.record(result);
    return recorder.finish(interrupted, full);
  };

  it("come back as they were recorded, and counted", async () => {
    const footer = recorded("one", true);
    expect(footer.counts).to.include({ pass: 1, fail: 1, observed: 0, "harness-error": 0 });
    expect(await readResults(fileOf("one"))).to.eql({ header: head, checks: [row, failure("relay/b", "alpha")], footer });
  });

  it("are on disk line by line, before the run ends", () => {
    const recorder = new Recorder(join(runs, "one"), head);
    recorder.record(row);
    expect(readFileSync(fileOf("one"), "utf8").split("\n")).to.have.length(3);
    recorder.finish(false, false);
  });

  it("are refused when a line is not of the schema", async () => {
    const recorder = new Recorder(join(runs, "one"), head);
    const wrong: object[] = [
      { ...row, verdict: "maybe" },
      { ...row, more: 1 },
      { ...row, durationMs: -1 },
    ];
    for (const one of [...wrong, { ...row, reasons: [{ code: "no-such-code", path: "", expected: 1, observed: 2 }] }])
      expect((await errorOf(() => recorder.record(one as typeof row))).name).to.equal("ZodError");
    expect((await errorOf(() => new Recorder(join(runs, "two"), { ...head, schema: 2 } as never))).name).to.equal("ZodError");
    expect(recorder.finish(false, false).counts).to.include({ pass: 0 });
    expect((await readResults(fileOf("one"))).checks).to.eql([]);
  });

  it("do not overwrite an earlier run", async () => {
    recorded("one", false);
    expect(await errorOf(() => new Recorder(join(runs, "one"), head))).to.be.instanceOf(Unwritable);
  });

  it("that cannot be written say why and what to do", async () => {
    writeFileSync(join(runs, "file"), "");
    const { name, message } = await errorOf(() => new Recorder(join(runs, "file"), head));
    expect(name).to.equal("Unwritable");
    expect(message).to.contain(join(runs, "file")).and.to.contain("WAKU_RUNS");
  });

  it("that meet a full disk say so", async function () {
    if (process.platform !== "linux") this.skip();
    const recorder = new Recorder(join(runs, "one"), head);
    const descriptor = fillDisk(fileOf("one"));
    expect((await errorOf(() => recorder.record(row))).message)
      .to.contain("the disk is full")
      .and.to.contain("WAKU_RUNS");
    expect(await errorOf(() => recorder.finish(false, true))).to.be.instanceOf(Unwritable);
    expect(() => fstatSync(descriptor)).to.throw("EBADF");
    expect(() => lstatSync(join(runs, "latest"))).to.throw("ENOENT");
  });

  it("are pointed at by latest, and by latest-full after a full run that was not stopped", () => {
    const target = (name: string) => readlinkSync(join(runs, name));
    recorded("full", true);
    expect([target("latest"), target("latest-full")]).to.eql(["full", "full"]);
    recorded("part", false);
    expect([target("latest"), target("latest-full")]).to.eql(["part", "full"]);
    recorded("stopped", true, true);
    expect([target("latest"), target("latest-full")]).to.eql(["stopped", "full"]);
  });

  it("take nothing after the footer", async () => {
    const recorder = new Recorder(join(runs, "one"), head);
    recorder.finish(true, false);
    // The next file that this process opens gets the descriptor that was closed.
    const other = new Recorder(join(runs, "two"), head);
    try {
      recorder.record(row);
    } catch {
      // as good as silence
    }
    other.finish(false, false);
    expect((await readResults(fileOf("two"))).checks).to.eql([]);
  });

  describe("file", () => {
    const write = (...lines: (object | string)[]): string => {
      const path = join(runs, "results.jsonl");
      writeFileSync(path, lines.map((line) => (typeof line === "string" ? line : `${JSON.stringify(line)}\n`)).join(""));
      return path;
    };
    const footer = {
      kind: "footer",
      counts: Object.fromEntries(verdicts.map((verdict) => [verdict, 0])),
      durationMs: 1,
      interrupted: false,
    };
    const refusal = async (...lines: (object | string)[]) => {
      const path = write(...lines);
      const error = await errorOf(() => readResults(path));
      expect(error).to.be.instanceOf(BadResultFile);
      return error.message.replace(path, "FILE");
    };

    it("without a footer is refused", async () => {
      expect(await refusal(head, row)).to.match(/^FILE: no footer: .*incomplete/);
    });

    it("that was cut within a line is refused, with the line", async () => {
      expect(await refusal(head, JSON.stringify(row).slice(0, 60))).to.match(/^FILE:2: not a result line/);
      expect(await refusal(head, row, JSON.stringify(footer).slice(0, -3))).to.match(/^FILE:3: not a result line/);
    });

    it("with a stray line is refused, with the line", async () => {
      expect(await refusal(row, footer)).to.equal("FILE: the first line is not a header");
      expect(await refusal(head, row, footer, footer)).to.equal("FILE:3: a footer in the middle of the file");
      expect(await refusal(head, head, footer)).to.equal("FILE:2: a header in the middle of the file");
      expect(await refusal(head, { kind: "note" }, footer)).to.match(/^FILE:2: not a result line/);
      expect(await refusal(head, { ...row, more: 1 }, footer)).to.match(/^FILE:2: not a result line/);
      expect(await refusal("")).to.equal("FILE: the first line is not a header");
    });

    it("that is absent says what to run", async () => {
      expect((await errorOf(() => readResults(join(runs, "none")))).message).to.contain("run `npm test` first");
      expect(await errorOf(() => readResults(runs))).to.be.instanceOf(BadResultFile);
    });
  });
});

describe("published schemas", () => {
  for (const [name, schema] of Object.entries(published))
    it(`${name} is what the code holds lines to`, () => {
      const file = new URL(`../../harness/results/${name}.schema.json`, import.meta.url);
      expect(JSON.parse(readFileSync(file, "utf8"))).to.eql(JSON.parse(JSON.stringify(schema)));
    });
});
