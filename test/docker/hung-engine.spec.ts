import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { mock } from "node:test";
import { expect } from "chai";
import type Docker from "dockerode";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import type { Placement } from "../../fixtures/contract/runtime.ts";
import { answered } from "../../fixtures/runtimes/docker/answered.ts";
import { DockerHandle } from "../../fixtures/runtimes/docker/docker-handle.ts";
import { Images } from "../../fixtures/runtimes/docker/images.ts";
import { LogFile } from "../../fixtures/runtimes/log-file.ts";

const never = () => new Promise<never>(() => {});
/** What a container is to a harness whose engine answers no call any more. */
const silent = Object.fromEntries(["wait", "stop", "remove", "kill", "pause", "unpause", "stats", "inspect"].map((call) => [call, never]));

/** Lets what is settled be told, then the time pass, until the promise is settled. */
async function settled<T>(promise: Promise<T>, boundMs: number): Promise<T | Error> {
  let outcome: { is: T | Error } | undefined;
  promise.then(
    (is) => {
      outcome = { is };
    },
    (is: Error) => {
      outcome = { is };
    },
  );
  for (let ms = 0; ms <= boundMs && outcome === undefined; ms += 1_000) {
    mock.timers.tick(1_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (outcome === undefined) throw new Error(`not within ${boundMs} ms`);
  return outcome.is;
}

describe("docker, where the engine hangs in the middle of a run", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "hung-engine-"));
  });
  after(() => rmSync(folder, { recursive: true }));
  beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
  afterEach(() => mock.timers.reset());

  const handle = () =>
    new DockerHandle({
      container: silent as unknown as Docker.Container,
      placement: {} as Placement,
      address: "",
      log: new LogFile(folder, "node"),
      output: Readable.from([]),
    });

  it("a node is given up in the end: stopped, discarded or killed", async () => {
    expect(await settled(handle().stop(), 60_000)).to.equal(undefined);
    expect(await settled(handle().discard(), 60_000)).to.equal(undefined);
    expect(await settled(handle().kill(), 60_000)).to.equal(undefined);
  });

  it("a node that cannot be paused or resumed is said so of", async () => {
    for (const call of ["pause", "resume"] as const)
      expect(await settled(handle()[call](), 60_000)).to.match(/the Docker engine did not answer within 30 s; restart it/);
  });

  it("an image that is not built is given up, and said so", async () => {
    const building = Promise.withResolvers<void>();
    const absent = async () => {
      throw Object.assign(new Error("no such image"), { statusCode: 404 });
    };
    const docker = {
      getImage: () => ({ inspect: absent }),
      buildImage() {
        building.resolve();
        return never();
      },
    } as unknown as Docker;
    const image = new Images(docker, folder).of({ kind: "binary", path: "/usr/bin/id" });
    await building.promise;
    mock.timers.tick(600_000);
    const told = /^StartFailure: the image .+ cannot be built: the Docker engine did not answer within 600 s/;
    expect(await image.catch(String)).to.match(told);
  });

  it("an answer in time is passed on, and so is a refusal", async () => {
    expect(await answered(Promise.resolve(1))).to.equal(1);
    expect(await settled(answered(Promise.reject(new Error("no"))), 0)).to.match(/no/);
  });
});
