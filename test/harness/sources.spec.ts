import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { AbsentParticipant, Adapter, ProvisionOptions, ReadyParticipant } from "../../fixtures/contract/adapter.ts";
import { StartFailure } from "../../fixtures/contract/runtime.ts";
import { resolveParticipants } from "../../harness/resolve.ts";
import { BadNode, parseNode, sourcesFromEnvironment, sourcesOf } from "../../harness/sources.ts";
import { player } from "./support/fakes.ts";

const adapter = (implementation: string, replaceable = true, found: (ReadyParticipant | AbsentParticipant)[] = []): Adapter => ({
  implementation,
  replaceable,
  provision: async ({ label }) => found.map((one) => ({ ...one, name: label === undefined ? one.name : `${one.name}@${label}` })),
});
const adapters = [adapter("alpha"), adapter("beta-2"), adapter("fixed", false)];

describe("--node", () => {
  let folder: string;
  let program: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "sources-"));
    program = join(folder, "program");
    writeFileSync(program, "#!/bin/sh\n", { mode: 0o755 });
  });
  after(() => rmSync(folder, { recursive: true }));

  it("names a program or an image, with or without a label", () => {
    const image = { kind: "image", reference: "registry:5000/x/alpha:v1.2" };
    expect(parseNode(`alpha=${program}`, adapters)).to.eql({ implementation: "alpha", artifact: { kind: "binary", path: program } });
    expect(parseNode("beta-2=registry:5000/x/alpha:v1.2", adapters)).to.eql({ implementation: "beta-2", artifact: image });
    expect(parseNode("alpha@v0.9-rc.1=a@sha256:00", adapters)).to.eql({
      implementation: "alpha",
      label: "v0.9-rc.1",
      artifact: { kind: "image", reference: "a@sha256:00" },
    });
    expect(parseNode(`alpha=${folder}/../${folder.split("/").at(-1)}/program`, adapters).artifact).to.eql({
      kind: "binary",
      path: program,
    });
  });

  const bad = (text: string) => {
    try {
      parseNode(text, adapters);
    } catch (error) {
      expect(error).to.be.instanceOf(BadNode);
      return (error as Error).message;
    }
    throw new Error(`${text} was taken`);
  };

  it("that is not NAME=… is refused with an example", () => {
    for (const text of ["", "alpha", "alpha=", "=x", "alpha@=x", "Alpha=x", "al pha=x", "alpha@a b=x"])
      expect(bad(text), text).to.contain(`--node ${text}: `).and.to.contain("not NAME=IMAGE|BINARY");
  });

  it("of an unknown or fixed implementation is refused with those that are known", () => {
    for (const name of ["gamma", "fixed", "alpha-"])
      expect(bad(`${name}=x`))
        .to.contain(`"${name}"`)
        .and.to.match(/--node takes alpha, beta-2$/);
  });

  it("that names no program is refused with its path", () => {
    expect(bad(`alpha=${folder}/none`)).to.contain(`${folder}/none does not exist`);
    expect(bad("alpha=./none")).to.contain("does not exist");
    expect(bad(`alpha=${folder}`)).to.contain(`${folder} is not a program`);
    chmodSync(program, 0o644);
    try {
      expect(bad(`alpha=${program}`)).to.contain(`chmod +x ${program}`);
    } finally {
      chmodSync(program, 0o755);
    }
  });

  describe("from the environment", () => {
    const from = (environment: NodeJS.ProcessEnv) => sourcesFromEnvironment(environment, adapters);

    it("is NAME_BIN, NAME_IMAGE and WAKU_NODES", () => {
      expect(from({})).to.eql([]);
      expect(from({ ALPHA_BIN: "", WAKU_NODES: " , " })).to.eql([]);
      const binary = { kind: "binary", path: program };
      expect(from({ ALPHA_BIN: program, BETA_2_IMAGE: "beta:1", FIXED_BIN: program })).to.eql([
        { implementation: "alpha", artifact: binary },
        { implementation: "beta-2", artifact: { kind: "image", reference: "beta:1" } },
      ]);
      expect(from({ WAKU_NODES: `alpha=${program}, alpha@old=alpha:0` }).map(({ label }) => label)).to.eql([undefined, "old"]);
    });

    it("is refused with the variable that is at fault", () => {
      expect(() => from({ ALPHA_BIN: `${folder}/none` })).to.throw(BadNode, "ALPHA_BIN=");
      expect(() => from({ WAKU_NODES: "gamma=x" })).to.throw(BadNode, "WAKU_NODES");
    });
  });
});

describe("sources of an implementation", () => {
  it("are its default unless another was named, the last one named, and every label", () => {
    const named = ["beta-2=b:1", "alpha@old=a:0", "alpha=a:1", "alpha=a:2", "alpha@older=a:00"].map((text) => parseNode(text, adapters));
    const references = (implementation: string) =>
      sourcesOf(implementation, named).map(({ artifact }) => (artifact?.kind === "image" ? artifact.reference : "default"));
    expect(references("alpha")).to.eql(["a:2", "a:0", "a:00"]);
    expect(references("beta-2")).to.eql(["b:1"]);
    expect(references("fixed")).to.eql(["default"]);
  });

  it("have a label once: the later takes its place", () => {
    const named = ["alpha@old=a:0", "alpha@old=a:1"].map((text) => parseNode(text, adapters));
    expect(sourcesOf("alpha", named).map(({ artifact }) => artifact)).to.eql([undefined, { kind: "image", reference: "a:1" }]);
  });
});

describe("participants", () => {
  const options: ProvisionOptions = { docker: false, progress: () => {}, build: false };
  const two = adapter("two", true, [
    player("two"),
    { name: "two@x", implementation: "two", reason: "not built", capabilities: player("two").capabilities },
  ]);

  it("are those that every adapter provides, labelled ones as further versions", async () => {
    const sources = [parseNode("alpha@old=a:0", adapters)];
    const { ready, absent } = await resolveParticipants([two, adapter("alpha", true, [player("alpha")])], sources, options);
    expect(ready.map(({ name, further }) => [name, further])).to.eql([
      ["two", undefined],
      ["alpha", undefined],
      ["alpha@old", true],
    ]);
    expect(absent.map(({ name, reason }) => [name, reason])).to.eql([["two@x", "not built"]]);
  });

  it("are absent with a reason when no runtime that is there can start them", async () => {
    const contained = adapter("boxed", true, [player("boxed", { runtimes: ["docker"] })]);
    const both = adapter("both", true, [player("both", { runtimes: ["process", "docker"] })]);
    const names = async (changes: Partial<ProvisionOptions>) => {
      const { ready, absent } = await resolveParticipants([contained, both], [], { ...options, ...changes });
      return { ready: ready.map(({ name, runtimes }) => [name, ...runtimes]), absent: absent.map(({ name }) => name), absentRows: absent };
    };
    expect(await names({ docker: true })).to.deep.include({
      ready: [
        ["boxed", "docker"],
        ["both", "process", "docker"],
      ],
    });
    expect(await names({})).to.deep.include({ ready: [["both", "process"]], absent: ["boxed"] });
    expect(await names({ docker: true, runtime: "docker" })).to.deep.include({ absent: [] });
    expect((await names({ runtime: "process" })).absentRows[0]?.reason).to.equal("runs by docker only; leave out --runtime process");
    expect((await names({})).absentRows[0]?.reason).to.equal("runs by docker only; start a Docker engine");
    expect((await names({ runtime: "docker" })).absentRows[0]?.reason).to.equal("runs by docker only; start a Docker engine");
  });

  it("are refused when the user named them and they cannot take part", async () => {
    const boxed = adapter("boxed", true, [player("boxed", { runtimes: ["docker"] })]);
    const absent = { name: "gone", implementation: "gone", reason: "no engine", capabilities: player("gone").capabilities };
    const said = async (node: string, changes: Partial<ProvisionOptions> = {}) => {
      const all = [boxed, adapter("gone", true, [absent])];
      const error = await resolveParticipants(all, [parseNode(node, all)], { ...options, ...changes }).catch((thrown: Error) => thrown);
      expect(error).to.be.instanceOf(StartFailure);
      return (error as Error).message;
    };
    expect(await said("boxed=registry/boxed:1")).to.equal("boxed=registry/boxed:1: runs by docker only; start a Docker engine");
    expect(await said("boxed@old=boxed:0", { docker: true, runtime: "process" })).to.contain("boxed@old=boxed:0: runs by docker only");
    expect(await said("gone=gone:1")).to.equal("gone=gone:1: no engine");
    expect(await said("gone=build/gone")).to.match(/^gone=build\/gone: no engine; nor does the file .* exist/);
  });

  it("are refused with how a program is named, where what was named may be a path that was mistyped", async () => {
    const unreachable = { ...adapter("far"), provision: () => Promise.reject(new StartFailure("image cannot be used: no registry")) };
    const said = async (value: string) => {
      const sources = [parseNode(`far=${value}`, [unreachable])];
      return resolveParticipants([unreachable], sources, options).catch((thrown: Error) => thrown.message);
    };
    expect(await said("build/far")).to.match(
      /^image cannot be used: no registry; nor does the file \/.*\/build\/far exist: a program is named by its path, such as \.\/far$/,
    );
    expect(await said("registry/far:1")).to.equal("image cannot be used: no registry");
  });
});
