import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { type NodeHandle, type Placement, type Runtime, StartFailure } from "../../fixtures/contract/runtime.ts";
import { dockerRuntime } from "../../fixtures/runtimes/docker/docker-runtime.ts";
import { engine } from "../../fixtures/runtimes/docker/engine.ts";
import { echo, labelled, launchOf, needsEngine, ownRun, untilTrue } from "./support.ts";

const config = ({ listenHost, port, file }: Placement) => [
  JSON.stringify({ host: listenHost, port: port("control"), file: file("word.txt") }),
];

describe("docker runtime", function () {
  this.timeout(30_000);
  needsEngine();
  const options = ownRun("runtime");
  let runtime: Runtime;
  let node: NodeHandle;
  let other: NodeHandle;
  before(async () => {
    runtime = await dockerRuntime(options);
    const artifact = await echo();
    const more = { args: config, files: async (host: string) => ({ "word.txt": `for ${host}` }) };
    [node, other] = await Promise.all([
      runtime.launch(launchOf(artifact, more)),
      runtime.launch(launchOf(artifact, { ...more, name: "echo@2" })),
    ]);
    await Promise.all([node, other].map((handle) => untilTrue(() => handle.logTail().includes("listening"))));
  });
  after(() => runtime?.close());

  const ask = async (path = "") => (await fetch(`http://${node.endpoint("control")}/${path}`)).text();

  it("gives a node its arguments and files, at an address that it knew before the start", async () => {
    expect(JSON.parse(await ask())).to.deep.equal({ content: `for ${node.placement.announceHost}` });
    expect(node.endpoint("control")).to.equal(`${node.placement.announceHost}:9000`);
    expect(other.placement.announceHost).not.to.equal(node.placement.announceHost);
  });

  it("lets nodes reach each other, and nothing beyond", async () => {
    expect(JSON.parse(await ask(`fetch/${other.endpoint("control")}`))).to.deep.include({ content: `for ${other.placement.announceHost}` });
    const { networks } = await labelled(`waku-conformance.run=${options.runId}`);
    const network = (await engine()).getNetwork(networks[0] ?? "");
    expect(await network.inspect()).to.include({ Internal: true });
  });

  it("keeps what a node prints, and counts what it uses", async () => {
    expect(readFileSync(join(options.runFolder, node.logPosition().file), "utf8")).to.include("listening");
    const { rssBytes, cpuMs } = await node.stats();
    expect(rssBytes).to.be.greaterThan(1e6);
    expect(cpuMs).to.be.greaterThan(1);
  });

  it("lets the engine keep only so much of what a node prints", async () => {
    const { containers } = await labelled(`waku-conformance.run=${options.runId}`);
    const { HostConfig } = await (await engine()).getContainer(containers[0] ?? "").inspect();
    expect(HostConfig.LogConfig).to.deep.equal({ Type: "json-file", Config: { "max-size": "64m", "max-file": "1" } });
  });

  it("pauses and resumes a node", async () => {
    await node.pause?.();
    const answered = ask();
    const first = await Promise.race([answered, new Promise((resolve) => setTimeout(resolve, 300, "silent"))]);
    expect(first).to.equal("silent");
    await node.resume?.();
    expect(await answered).to.include(`for ${node.placement.announceHost}`);
  });

  it("says how a node ended, and nothing of one that was stopped", async () => {
    const short = await runtime.launch(launchOf(await echo(), { name: "short", args: () => ["{}"] }));
    await untilTrue(() => short.exit() !== undefined);
    expect(short.exit()).to.equal("exit code 7");
    expect(short.logTail()).to.equal("nothing to do");
    await other.kill();
    expect(other.exit()).to.equal("exit code 137");
    await node.stop();
    expect(node.exit()).to.equal(undefined);
  });

  it("runs a binary of this machine from an image of nothing but it and its libraries", async () => {
    const handle = await runtime.launch(launchOf({ kind: "binary", path: "/usr/bin/id" }, { name: "id" }));
    await untilTrue(() => handle.exit() !== undefined);
    expect([handle.exit(), handle.logTail()]).to.deep.equal(["exit code 0", "uid=0(root) gid=0(root) groups=0(root)"]);
  });

  it("refuses what cannot be run in a sentence", async () => {
    const failure = async (artifact: Parameters<typeof launchOf>[0]) =>
      runtime.launch(launchOf(artifact, { name: "bad" })).then(
        () => "started",
        (error: unknown) => (error instanceof StartFailure ? error.message : `not a StartFailure: ${String(error)}`),
      );
    expect(await failure({ kind: "image", reference: "localhost:1/no/such:image" })).to.match(
      /^image localhost:1\/no\/such:image is neither on this machine nor can it be pulled: .+; build it, pull it by hand or name another with --node$/,
    );
    expect(await failure({ kind: "binary", path: "/etc/passwd" })).to.equal("/etc/passwd is not a program that can be run");
  });

  it("leaves nothing when closed", async () => {
    await runtime.close();
    await runtime.close();
    expect(await labelled(`waku-conformance.run=${options.runId}`)).to.deep.equal({ containers: [], networks: [] });
  });
});
