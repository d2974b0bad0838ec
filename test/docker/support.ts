import { randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "mocha";
import { bundle } from "../../fixtures/bundle.ts";
import type { Artifact, Launch } from "../../fixtures/contract/runtime.ts";
import type { DockerRuntimeOptions } from "../../fixtures/runtimes/docker/docker-runtime.ts";
import { dockerAvailable, engine } from "../../fixtures/runtimes/docker/engine.ts";

/** Skips a suite, and says why, where no engine answers. */
export function needsEngine(): void {
  before(async function () {
    const state = await dockerAvailable();
    if (state.available) return;
    console.log(`      skipped: ${state.reason}`);
    this.skip();
  });
}

/** Options of a run of its own, whose folder is there while the tests of the suite run. */
export function ownRun(name: string): DockerRuntimeOptions {
  const folder = join(tmpdir(), `waku-conformance-docker-${name}-${randomUUID()}`);
  before(() => mkdir(folder));
  after(() => rm(folder, { recursive: true, force: true }));
  return { runFolder: folder, scratchFolder: join(folder, "scratch"), runId: `${name}-${process.pid}` };
}

/** A node that answers HTTP with its argument and its file. */
export const echo = async (): Promise<Artifact> => ({
  kind: "module",
  entry: await bundle(new URL("./echo-node.ts", import.meta.url)),
  thread: { name: "echoes", atOnce: false },
});

export const launchOf = (artifact: Artifact, more: Partial<Launch> = {}): Launch => ({
  name: "echo-1",
  artifact,
  ports: ["control"],
  args: () => [],
  ...more,
});

export async function untilTrue(is: () => Promise<boolean> | boolean, boundMs = 8_000): Promise<void> {
  for (const end = Date.now() + boundMs; !(await is()); await new Promise((resolve) => setTimeout(resolve, 50)))
    if (Date.now() > end) throw new Error(`not within ${boundMs} ms`);
}

/** Names of what an engine has with a label, containers and networks. */
export async function labelled(label: string): Promise<{ containers: string[]; networks: string[] }> {
  const docker = await engine();
  const filters = { label: [label] };
  const containers = await docker.listContainers({ all: true, filters });
  const networks = await docker.listNetworks({ filters });
  return { containers: containers.map(({ Id }) => Id), networks: networks.map(({ Id }) => Id) };
}
