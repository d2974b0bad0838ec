import { expect } from "chai";
import { ok } from "../../fixtures/contract/answer.ts";
import { gauge } from "../../harness/gauges.ts";
import { capabilities, fakeNode } from "./support/fakes.ts";

const text = '# TYPE peers gauge\npeers{direction="in"} 2\npeers{direction="out"} 3\n# TYPE other gauge\nother 9\n';
const node = (gauges: Record<string, string>) => ({
  ...fakeNode("alpha-1", "alpha", capabilities({ gauges })),
  metrics: async () => ok("", text),
});

describe("gauges of a node", () => {
  it("are summed over their labels", async () => {
    expect(await gauge(node({ connectedPeers: "peers" }), "connectedPeers")).to.equal(5);
  });

  it("are not there where they are not declared, not printed, or there are no metrics", async () => {
    expect(await gauge(node({}), "connectedPeers")).to.equal(undefined);
    expect(await gauge(node({ filterPeers: "subscribers" }), "filterPeers")).to.equal(undefined);
    expect(await gauge(fakeNode("alpha-1", "alpha", capabilities({ gauges: { filterPeers: "other" } })), "filterPeers")).to.equal(
      undefined,
    );
  });
});
