import { createConnection, createServer, type Socket } from "node:net";

/** A way to a node that can be cut, so that neither end is told. */
export interface CuttableWay {
  /** To be dialled instead of the node's own. */
  readonly address: string;
  /** From now on nothing passes, and no connection is ended. */
  cut(): void;
  close(): Promise<void>;
}

/** @param address a node's multiaddr over TCP, by IP address */
export async function cuttable(address: string): Promise<CuttableWay> {
  const [, host, port] = /^\/ip4\/([\d.]+)\/tcp\/(\d+)\//.exec(`${address}/`) ?? [];
  if (host === undefined || port === undefined) throw new Error(`${address}: not reached by TCP and an IP address`);
  const sockets = new Set<Socket>();
  let open = true;
  const server = createServer((near) => {
    const far = createConnection({ host, port: Number(port), noDelay: true });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on("data", (bytes) => open && to.write(bytes));
      from.on("error", () => {});
      from.on("close", () => open && to.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port: own } = server.address() as { port: number };
  return {
    address: address.replace(/^\/ip4\/[\d.]+\/tcp\/\d+/, `/ip4/127.0.0.1/tcp/${own}`),
    cut: () => {
      open = false;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
