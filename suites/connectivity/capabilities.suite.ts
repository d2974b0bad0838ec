import type { StartedWakuNode } from "../../fixtures/contract/node.ts";
import { poll } from "../../fixtures/waiting.ts";
import { must } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { set } from "../../harness/observation.ts";
import { observed } from "../../topologies/index.ts";

const waku = /^\/(vac\/waku|rendezvous)\//;

describe("connectivity: what is declared is what is served", () => {
  check({
    id: "connectivity/declared-protocols",
    title: "identify lists the Waku protocols of the roles that the participant declares, and no other",
    requirements: ["CONN-04", "10-WAKU2-02"],
    subject: "node",
    topology: observed,
    mutates: "nothing",
    tags: ["#smoke"],
    async observe({ nodes }) {
      const { node, observer } = nodes as unknown as Record<"node" | "observer", StartedWakuNode>;
      const listed = await poll(
        async () => (await must("listing peers", observer.peers()))?.find(({ peerId }) => peerId === node.peerId)?.protocols ?? [],
        (protocols) => protocols.length > 0,
        observer.capabilities.timings.settledMs,
      );
      const served = listed.filter((protocol) => waku.test(protocol));
      const declared = Object.values(node.capabilities.protocols).flat();
      return {
        served: set(served),
        undeclared: set(served.filter((protocol) => !declared.includes(protocol))),
        absent: set(declared.filter((protocol) => !served.includes(protocol))),
      };
    },
    judge({ undeclared, absent }) {
      expect(undeclared, "capability-mismatch", "undeclared").to.deep.equal([]);
      expect(absent, "protocol-missing", "absent").to.deep.equal([]);
    },
  });
});
