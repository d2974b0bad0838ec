import { expect } from "chai";
import { StartFailure } from "../../fixtures/contract/runtime.ts";
import type { Scene } from "../../harness/scene.ts";
import { until } from "./support/fakes.ts";
import { one, play, players } from "./support/run.ts";

describe("a check that has its nodes renewed", () => {
  const renewing = (mutates: "node" | "nothing", after: (scene: Scene<unknown>) => Promise<unknown>) => ({
    mutates,
    observe: async (scene: Scene<unknown>) => {
      const before = scene.nodes.node?.name;
      const renewed = (await scene.renew()).node;
      return { before, renewed: renewed?.name, after: await after(scene) };
    },
  });

  it("goes on with fresh ones, and leaves none behind", async () => {
    const field = players(["alpha"]);
    const { results, world } = await play(field, [renewing("node", async () => field.world.standing)]);
    const [before, renewed] = world.started.map(({ name }) => name);
    expect(one(results).observation).to.eql({ before, renewed, after: [renewed] });
    expect(one(results).evidence.map((range) => range.split("#")[0])).to.eql([`logs/${before}.log`, `logs/${renewed}.log`]);
    await until(() => world.standing.length === 0);
  });

  it("must not be one that shares them", async () => {
    expect(one((await play(players(["alpha"]), [renewing("nothing", async () => 0)])).results).verdict).to.equal("harness-error");
  });

  it("could not run when the fresh ones do not come up, and says that they did not start", async () => {
    let starts = 0;
    const field = players(["alpha"], {
      alpha: {
        spoil: (node) => {
          starts += 1;
          if (starts > 1) throw new StartFailure("no room");
          node.stop = async () => {
            node.sign = { outcome: "timeout", raw: "stopped" };
            field.world.stopped.push(node.name);
          };
        },
      },
    });
    const { results } = await play(field, [renewing("node", async () => 0)]);
    expect(one(results).verdict).to.equal("could-not-run");
    expect(one(results).reasons[0]).to.include({ code: "did-not-start", observed: "no room" });
  });
});
