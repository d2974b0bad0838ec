import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { NodeSpec } from "../../../fixtures/contract/node.ts";
import type { Launch, NodeHandle, Placement, Runtime } from "../../../fixtures/contract/runtime.ts";

export interface StubRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}
/** `undefined` closes the connection, "silence" never answers. */
export type StubAnswer = { readonly status: number; readonly type?: string; readonly body?: string } | "silence" | undefined;
type Answering = (request: StubRequest) => StubAnswer;

/** An HTTP server in the place of a node, with the log and the end that a test gives it. */
export class StubNode implements AsyncDisposable {
  readonly requests: StubRequest[] = [];
  readonly #server: Server;
  answer: Answering;
  log = "";
  ended: string | undefined;
  launched: Launch | undefined;

  private constructor(answer: Answering) {
    this.answer = answer;
    this.#server = createServer(async (incoming, outgoing) => {
      const request = { method: incoming.method ?? "", path: incoming.url ?? "", body: await textOf(incoming) };
      this.requests.push(request);
      const given = this.answer(request);
      if (given === "silence") return;
      if (given === undefined) incoming.socket.destroy();
      else outgoing.writeHead(given.status, given.type === undefined ? {} : { "content-type": given.type }).end(given.body);
    });
  }

  static async listen(answer: Answering): Promise<StubNode> {
    const node = new StubNode(answer);
    await new Promise<void>((resolve) => node.#server.listen(0, "127.0.0.1", resolve));
    return node;
  }

  readonly handle: NodeHandle = {
    placement: placement(),
    endpoint: () => `127.0.0.1:${(this.#server.address() as AddressInfo).port}`,
    exit: () => this.ended,
    logPosition: () => ({ file: "stub.log", offset: this.log.length }),
    logTail: () => this.log.slice(-2000),
    stats: async () => ({ rssBytes: 0, cpuMs: 0 }),
    kill: async () => {},
    stop: async () => {},
  };

  readonly runtime: Runtime = {
    name: "process",
    features: [],
    harnessHost: "127.0.0.1",
    launch: async (launch) => {
      this.launched = launch;
      return this.handle;
    },
    close: async () => {},
  };

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of incoming) text += chunk;
  return text;
}

const names = ["rest", "metrics", "tcp", "ws", "wss"];

/** Port of a name: 1000, 2000 and so on. */
export const placement = (announceHost = "127.0.0.1"): Placement => ({
  listenHost: "127.0.0.1",
  announceHost,
  port: (name) => 1000 * (names.indexOf(name) + 1),
  file: (name) => `/run/${name}`,
});

export const spec = (changes: Partial<NodeSpec> = {}): NodeSpec => ({
  name: "stub",
  clusterId: 66,
  shards: [0, 1],
  relay: true,
  filterService: true,
  lightpushService: false,
  privateKey: "11".repeat(32),
  ...changes,
});
