import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readLogRange } from "../../reports/evidence.ts";

describe("evidence #reports", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "evidence-"));
    await mkdir(join(folder, "run", "logs"), { recursive: true });
    await writeFile(join(folder, "run", "logs", "node.log"), "0123456789abcdef");
    await writeFile(join(folder, "secret"), "secret");
  });
  after(() => rm(folder, { recursive: true }));

  const read = (evidence: string, limit = 100) => readLogRange(join(folder, "run"), evidence, limit);

  it("is the bytes from one to another, the end not included", async () => {
    expect(await read("logs/node.log#2-4")).to.equal("23");
    expect(await read("logs/node.log")).to.equal("0123456789abcdef");
  });

  it("ends where the log does", async () => {
    expect(await read("logs/node.log#14-99")).to.equal("ef");
    expect(await read("logs/node.log#90-99")).to.equal("");
  });

  it("keeps the start and the end of what is too long", async () => {
    expect(await read("logs/node.log", 6)).to.equal("012\n… 10 bytes left out …\ndef");
  });

  it("does not leave the run's folder", async () => {
    expect(await read("../secret")).to.equal(undefined);
    expect(await read("logs/../../secret")).to.equal(undefined);
    expect(await read(join(folder, "secret"))).to.equal(undefined);
    expect(await read("logs/none.log")).to.equal(undefined);
  });
});
