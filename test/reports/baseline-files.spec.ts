import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { BadBaseline, loadBaseline } from "../../reports/baseline/load.ts";
import { failure } from "./support/rows.ts";

const good = `
- match: "sharding/*@*"
  versions: "<0.11"
  class: implementation-defect
  reason: named topics are accepted
  evidence: reproduced against the reference
  link: https://example.org/issues/1
`;

describe("baseline files #baseline", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "baseline-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function refusal(file: string, text: string): Promise<string> {
    await writeFile(join(folder, file), text);
    const error = await loadBaseline(folder).then(
      () => undefined,
      (cause: unknown) => cause,
    );
    expect(error).to.be.instanceOf(BadBaseline);
    return (error as BadBaseline).message;
  }

  it("of an absent folder are an empty baseline", async () => {
    expect((await loadBaseline(join(folder, "none"))).rows).to.deep.equal([]);
  });

  it("give rows to the implementation they are named after", async () => {
    await writeFile(join(folder, "alpha.yaml"), good);
    await writeFile(join(folder, "beta.yaml"), "# none known\n");
    const baseline = await loadBaseline(folder);
    expect(baseline.rows).to.have.length(1);
    expect(baseline.knows(failure("sharding/topic", "alpha"), new Map([["alpha", "v0.10.0"]]))).to.equal(true);
    expect(baseline.knows(failure("sharding/topic", "beta"), new Map([["beta", "v0.10.0"]]))).to.equal(false);
  });

  it("that ship with the project can be read", async () => {
    await loadBaseline();
  });

  it("are refused with file, row and field", async () => {
    const message = await refusal(
      "alpha.yaml",
      `${good}- { match: "x*", class: annoying, versions: newest, reason: r, evidence: e, link: l }`,
    );
    expect(message).to.contain("alpha.yaml row 2: class:");
    expect(message).to.contain("alpha.yaml row 2: versions: not a semver range");
    expect(message).to.contain("alpha.yaml row 2: link:");
    expect(message).not.to.contain("row 1");
  });

  it("are refused with a field that is missing or unknown", async () => {
    const message = await refusal("alpha.yaml", good.replace("reason:", "because:"));
    expect(message).to.contain("row 1: reason:").and.to.contain("because");
  });

  it("are refused when they are no list, no YAML, or no YAML file", async () => {
    expect(await refusal("alpha.yaml", "match: x")).to.contain("must be a list");
    expect(await refusal("alpha.yaml", "- match: [")).to.contain("alpha.yaml: not YAML");
    expect(await refusal("notes.txt", "")).to.contain("notes.txt");
  });
});
