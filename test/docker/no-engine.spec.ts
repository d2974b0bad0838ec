import { execFile } from "node:child_process";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import type { EngineState } from "../../fixtures/runtimes/docker/engine.ts";

const engineModule = fileURLToPath(new URL("../../fixtures/runtimes/docker/engine.ts", import.meta.url));

/** Asked by a process of its own, as the engine is looked for once. */
async function stateAt(socket: string): Promise<EngineState> {
  const program = `import { dockerAvailable } from ${JSON.stringify(engineModule)}; console.log(JSON.stringify(await dockerAvailable()));`;
  const env = { ...process.env, DOCKER_HOST: `unix://${socket}` };
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], { env });
  return JSON.parse(stdout) as EngineState;
}

describe("docker, where no engine answers", function () {
  this.timeout(10_000);
  const socket = join(tmpdir(), `waku-conformance-silent-${process.pid}.sock`);
  const silent = createServer(() => {});
  before(function (done) {
    if (process.platform !== "linux") this.skip();
    silent.listen(socket, done);
  });
  // Its socket goes with it.
  after(() => void silent.close());

  it("says so in one sentence with the next step", async () => {
    expect(await stateAt("/nowhere/docker.sock")).to.deep.equal({
      available: false,
      reason:
        'no Docker engine answers at unix:///nowhere/docker.sock; start one (such as "sudo systemctl start docker") or name it in DOCKER_HOST',
    });
  });

  it("does not wait for an engine that hangs", async () => {
    expect(await stateAt(socket)).to.deep.equal({
      available: false,
      reason: `the Docker engine at unix://${socket} does not answer within 2.5 s; restart it`,
    });
  });
});
