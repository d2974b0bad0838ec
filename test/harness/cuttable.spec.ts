import { once } from "node:events";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { expect } from "chai";
import { cuttable } from "../../harness/cuttable.ts";
import { until } from "./support/fakes.ts";

describe("a way that can be cut", () => {
  let server: Server;
  let far: Socket | undefined;
  beforeEach(async () => {
    server = createServer((socket) => {
      far = socket;
      socket.on("error", () => {}).on("data", (bytes) => socket.write(bytes));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterEach(() => server.close());

  const reached = (address: string) => {
    const [, host = "", port] = /^\/ip4\/([\d.]+)\/tcp\/(\d+)\/p2p\/someone$/.exec(address) ?? [];
    const near = createConnection({ host, port: Number(port) });
    let came = "";
    near
      .on("error", () => {})
      .on("data", (bytes) => {
        came += bytes;
      });
    return { near, came: () => came };
  };

  it("passes on both ways, and after the cut nothing, while neither end is told", async () => {
    const way = await cuttable(`/ip4/127.0.0.1/tcp/${(server.address() as { port: number }).port}/p2p/someone`);
    const { near, came } = reached(way.address);
    near.write("before");
    await until(async () => came() === "before");
    way.cut();
    near.write("after");
    const other = reached(way.address);
    await once(other.near, "connect");
    other.near.write("later");
    await new Promise((resolve) => near.write("again", resolve));
    expect(came() + other.came()).to.equal("before");
    expect([near.destroyed, far?.destroyed]).to.eql([false, false]);
    await way.close();
    await until(async () => near.destroyed);
    other.near.destroy();
  });

  it("is not to be had to what no IP address names", async () => {
    const refusal = await cuttable("/dns4/node/tcp/1/p2p/someone").catch((error: Error) => error.message);
    expect(refusal).to.contain("IP address");
  });
});
