import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import type { Runtime } from "../../fixtures/contract/runtime.ts";
import { removeRun, sweep } from "../../fixtures/runtimes/docker/clean-up.ts";
import { dockerRuntime } from "../../fixtures/runtimes/docker/docker-runtime.ts";
import { echo, labelled, launchOf, needsEngine, ownRun } from "./support.ts";

const harness = fileURLToPath(new URL("./killed-harness.ts", import.meta.url));

describe("docker sweep", function () {
  this.timeout(30_000);
  needsEngine();
  const live = ownRun("live");
  const dead = ownRun("dead");
  let runtime: Runtime;
  let child: ChildProcess | undefined;
  before(async () => {
    runtime = await dockerRuntime(live);
    await runtime.launch(launchOf(await echo(), { args: ({ port }) => [JSON.stringify({ port: port("control") })] }));
  });
  after(async () => {
    await runtime?.close();
    // Without an engine there is neither a harness to kill nor a run of it to remove.
    if (!child) return;
    child.kill("SIGKILL");
    await removeRun(dead.runId);
  });

  it("removes what a killed harness left, and only that", async () => {
    child = spawn(process.execPath, ["--import", "tsx", harness, JSON.stringify(dead)], { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = (await once(child.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
    expect(line.toString()).to.include("started");

    const of = ({ runId }: { runId: string }) => labelled(`waku-conformance.run=${runId}`);
    await sweep();
    const [liveBefore, deadBefore] = await Promise.all([of(live), of(dead)]);
    expect([liveBefore, deadBefore].map(({ containers, networks }) => [containers.length, networks.length])).to.deep.equal([
      [1, 1],
      [1, 1],
    ]);

    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await of(dead), "a killed harness cleans nothing up").to.deep.equal(deadBefore);
    await sweep();
    expect(await of(dead)).to.deep.equal({ containers: [], networks: [] });
    expect(await of(live)).to.deep.equal(liveBefore);
  });
});
