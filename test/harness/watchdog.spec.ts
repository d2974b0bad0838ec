import { expect } from "chai";
import { NodeLost, untilLost } from "../../harness/watchdog.ts";
import { fakeNode } from "./support/fakes.ts";

describe("the watchdog of a check", () => {
  const pace = { every: 5, grace: 30 };
  const later = (ms: number, act: () => void) => setTimeout(act, ms);
  const ended = (pending: Promise<never>) => pending.catch((error: Error) => error);

  it("barks when a node has ended and is not replaced, and not before", async () => {
    const node = fakeNode("alpha-1", "alpha");
    const waiting = ended(untilLost(() => [node], new AbortController().signal, pace));
    expect(await Promise.race([waiting, new Promise((quiet) => later(40, () => quiet("quiet")))])).to.equal("quiet");
    node.sign = { outcome: "died", raw: "exit code 2" };
    expect(await waiting).to.be.instanceOf(NodeLost);
  });

  it("lets a check renew its nodes, and ends with the check", async () => {
    const dead = fakeNode("alpha-1", "alpha");
    dead.sign = { outcome: "died", raw: "exit code 2" };
    let nodes = [dead];
    const over = new AbortController();
    const waiting = ended(untilLost(() => nodes, over.signal, pace));
    later(15, () => (nodes = [fakeNode("alpha-2", "alpha")]));
    later(80, () => over.abort());
    expect(await waiting).to.not.be.instanceOf(NodeLost);
  });
});
