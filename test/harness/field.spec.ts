import { expect } from "chai";
import { type Answer, ok, unsupported } from "../../fixtures/contract/answer.ts";
import type { NodeSpec } from "../../fixtures/contract/node.ts";
import type { Runtime } from "../../fixtures/contract/runtime.ts";
import { Field } from "../../harness/field.ts";
import { Seeded } from "../../harness/random.ts";
import { fieldOf, player, World } from "./support/fakes.ts";

const spec = (name: string): NodeSpec => ({
  name,
  clusterId: 66,
  shards: [],
  relay: true,
  filterService: false,
  lightpushService: false,
  privateKey: "11".repeat(32),
});

describe("the made-up request by which an adapter is believed", () => {
  /** What became of the starts of nodes that answer so, in turn; and how many were asked. */
  const starts = async (...answers: readonly Answer<never>[]) => {
    let asked = 0;
    const world = new World();
    const alpha = player("alpha", {
      world,
      spoil: (node) => {
        const answer = answers[world.started.length - 1] as Answer<never>;
        Object.assign(node, {
          async madeUp() {
            asked += 1;
            return answer;
          },
        });
      },
    });
    const field = fieldOf([alpha]);
    const came: string[] = [];
    for (const [index] of answers.entries())
      came.push(
        await field.start(alpha, spec(`n${index}`)).then(
          ({ name }) => name,
          (error: Error) => error.message,
        ),
      );
    return { came, asked, stopped: world.stopped };
  };
  const known = unsupported<never>("made-up");

  it("is put to the first node alone", async () => {
    expect(await starts(known, known)).to.eql({ came: ["n0", "n1"], asked: 1, stopped: [] });
  });

  it("condemns an adapter that takes it for understood, for all its nodes", async () => {
    const { came, asked, stopped } = await starts(ok("done"), known);
    expect(came[0]).to.contain("reports a made-up request as ok").and.to.equal(came[1]);
    expect([asked, stopped]).to.eql([1, ["n0", "n1"]]);
  });

  it("is put to the next node where one died of it or said nothing in time", async () => {
    const silent = { outcome: "timeout", raw: "" } as const;
    const dead = { outcome: "died", raw: "" } as const;
    expect(await starts(silent, dead, known, known)).to.eql({ came: ["n0", "n1", "n2", "n3"], asked: 3, stopped: [] });
  });
});

describe("a field that is closed", () => {
  const closing = (close: () => Promise<void>): Field => {
    const runtime = { name: "in-process", features: [], harnessHost: "127.0.0.1", close } as unknown as Runtime;
    return new Field({ ready: [], absent: [], seeded: new Seeded(1), open: async () => runtime });
  };

  it("says what could not be ended", async () => {
    const field = closing(() => Promise.reject(new Error("the engine hung up")));
    await field.harnessHost(player("alpha"));
    expect(await field.close().catch(String)).to.equal("AggregateError: the engine hung up");
  });

  it("says nothing of a runtime that never opened", async () => {
    const open = () => Promise.reject(new Error("no engine"));
    const field = new Field({ ready: [], absent: [], seeded: new Seeded(1), open });
    expect(await field.harnessHost(player("alpha")).catch(String)).to.equal("Error: no engine");
    await field.close();
  });
});
