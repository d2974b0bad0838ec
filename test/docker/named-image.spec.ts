import { expect } from "chai";
import { describe, it } from "mocha";
import { printedByImage } from "../../fixtures/implementations/rest-dialect/named-image.ts";
import { engine } from "../../fixtures/runtimes/docker/engine.ts";
import { Images } from "../../fixtures/runtimes/docker/images.ts";
import { isOrphan, runLabel } from "../../fixtures/runtimes/docker/labels.ts";
import { echo, needsEngine, ownRun, untilTrue } from "./support.ts";

describe("an image that is asked for its version", function () {
  this.timeout(30_000);
  needsEngine();
  const { scratchFolder } = ownRun("version");

  it("runs in a container that a sweep takes away once its harness has ended", async () => {
    const docker = await engine();
    const image = await new Images(docker, scratchFolder).of(await echo());
    const printed = printedByImage(image, [JSON.stringify({ port: 9000 })]);
    const running = async () => (await docker.listContainers({ filters: { label: [runLabel], ancestor: [image] } })).filter(isMine);
    await untilTrue(async () => (await running()).length > 0);
    const [container] = await running();
    expect(container && isOrphan(container.Labels)).to.equal(false);
    expect(container && isOrphan({ ...container.Labels, "waku-conformance.pid": "1:0:0" })).to.equal(true);
    await docker.getContainer(container?.Id as string).kill();
    await printed;
    expect(await running()).to.eql([]);
  });
});

/** Others may have nodes of the same image. */
const isMine = ({ Labels }: { Labels: Record<string, string> }): boolean =>
  Labels["waku-conformance.pid"]?.startsWith(`${process.pid}:`) === true;
