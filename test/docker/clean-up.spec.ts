import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { mock } from "node:test";
import { expect } from "chai";
import type Docker from "dockerode";
import { after, afterEach, before, describe, it } from "mocha";
import type { Placement } from "../../fixtures/contract/runtime.ts";
import { removeLabelled } from "../../fixtures/runtimes/docker/clean-up.ts";
import { DockerHandle } from "../../fixtures/runtimes/docker/docker-handle.ts";
import { engine } from "../../fixtures/runtimes/docker/engine.ts";
import { LogFile } from "../../fixtures/runtimes/log-file.ts";

const busy = async () => {
  throw Object.assign(new Error("device or resource busy"), { statusCode: 500 });
};

describe("docker, where a container cannot be removed", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "clean-up-"));
  });
  after(() => rmSync(folder, { recursive: true }));
  afterEach(() => mock.restoreAll());

  it("all others are, and the networks, before it is told", async () => {
    const docker = await engine();
    const removed: string[] = [];
    const listed = (...ids: string[]) => ids.map((Id) => ({ Id, Labels: {} }));
    const removable = (Id: string) => ({ remove: Id === "stuck" ? busy : async () => void removed.push(Id) });
    mock.method(docker, "listContainers", async () => listed("stuck", "one", "two"));
    mock.method(docker, "listNetworks", async () => listed("network"));
    mock.method(docker, "getContainer", removable);
    mock.method(docker, "getNetwork", removable);
    expect(await removeLabelled("label", () => true).catch(String)).to.equal("Error: device or resource busy");
    expect(removed).to.eql(["one", "two", "network"]);
  });

  it("its node is given up all the same", async () => {
    const output = new Readable({ read() {} });
    const container = { remove: busy, wait: () => new Promise(() => {}) } as unknown as Docker.Container;
    const log = new LogFile(folder, "node");
    const handle = new DockerHandle({ container, placement: {} as Placement, address: "", log, output });
    await handle.discard();
    expect(output.destroyed).to.equal(true);
  });
});
