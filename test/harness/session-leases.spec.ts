import { expect } from "chai";
import type { Scene } from "../../harness/scene.ts";
import { pair } from "../../topologies/index.ts";
import { until } from "./support/fakes.ts";
import { play, players } from "./support/run.ts";

describe("leases of a session", () => {
  const checks = (...mutations: ("nothing" | "subscriptions" | "connections" | "node")[]) =>
    mutations.map((mutates, index) => ({ id: `a/${index}`, mutates }));

  it("let checks share one topology, one after another", async () => {
    let inside = 0;
    const observe = async () => {
      inside += 1;
      expect(inside).to.equal(1);
      await Promise.resolve();
      inside -= 1;
    };
    const { world, results, order } = await play(
      players(["alpha"]),
      checks("nothing", "subscriptions", "nothing").map((check) => ({ ...check, observe })),
    );
    expect(world.started).to.have.length(1);
    expect(results.map(({ verdict }) => verdict)).to.eql(["observed", "observed", "observed"]);
    expect(order).to.eql(["a/0@node=alpha", "a/1@node=alpha", "a/2@node=alpha"]);
    await until(() => world.standing.length === 0);
  });

  it("give nodes of its own to each check that changes connections or nodes", async () => {
    const { world } = await play(players(["alpha"]), checks("nothing", "connections", "node", "nothing"));
    expect(world.started).to.have.length(3);
    await until(() => world.standing.length === 0);
  });

  it("give every cast a topology of its own", async () => {
    const { world } = await play(
      players(["alpha", "beta"]),
      checks("nothing", "nothing").map((check) => ({ ...check, topology: pair })),
    );
    expect(world.started).to.have.length(8);
    expect(new Set(world.started.map(({ name }) => name))).to.have.property("size", 8);
  });

  it("replace the nodes that a check broke", async () => {
    const field = players(["alpha"]);
    const observe = async () => {
      if (field.world.started.length === 1) (field.world.started[0] as { sign: unknown }).sign = { outcome: "died", raw: null };
      return {};
    };
    const { world, results } = await play(
      field,
      checks("nothing", "nothing").map((check) => ({ ...check, observe })),
    );
    expect(results.map(({ verdict }) => verdict)).to.eql(["fail", "observed"]);
    expect(world.started).to.have.length(2);
    await until(() => world.standing.length === 0);
  });

  it("replace the nodes of a check that threw, which may still be at them", async () => {
    const failing = { id: "a/0", observe: () => Promise.reject(new TypeError("a slip")) };
    const { world, results } = await play(players(["alpha"]), [failing, { id: "a/1", observe: async () => ({}) }]);
    expect(results.map(({ verdict }) => verdict)).to.eql(["harness-error", "observed"]);
    expect(world.started).to.have.length(2);
    await until(() => world.standing.length === 0);
  });

  it("replace nodes that let a call pass its bound, though they give a sign of life", async () => {
    const relay = { subscribe: async () => ({ outcome: "timeout", raw: null }) as const };
    const field = players(["alpha"], { alpha: { spoil: (node) => Object.assign(node, { relay: { ...node.relay, ...relay } }) } });
    const observe = async ({ subject }: Scene<unknown>) => ({ outcome: (await subject.relay?.subscribe("a"))?.outcome });
    const { world, results } = await play(
      field,
      checks("nothing", "nothing").map((check) => ({ ...check, observe })),
    );
    expect(results.map(({ observation }) => observation)).to.eql([{ outcome: "timeout" }, { outcome: "timeout" }]);
    expect(world.started).to.have.length(2);
    await until(() => world.standing.length === 0);
  });

  it("replace nodes that have become too old", async () => {
    const timings = { meshMs: 100, deliveryMs: 100, settledMs: 100, callMs: 100, startMs: 100, freshMs: 0.001 };
    const { world } = await play(players(["alpha"], { alpha: { capabilities: { timings } } }), checks("nothing", "nothing"));
    expect(world.started).to.have.length(2);
  });

  it("end although a node's stop fails, for the checks after it and for the run", async () => {
    const field = players(["alpha"], {
      alpha: {
        spoil: (node) => {
          node.sign = { outcome: "died", raw: null };
          node.stop = () => Promise.reject(new Error("cannot stop"));
        },
      },
    });
    // Left alone it would end the process.
    const unhandled: unknown[] = [];
    const note = (error: unknown) => void unhandled.push(error);
    const others = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection").on("unhandledRejection", note);
    try {
      const results = play(field, checks("nothing", "nothing")).then(({ results }) => results.map(({ verdict }) => verdict));
      const bound = new Promise((resolve) => setTimeout(() => resolve("no result"), 1_000).unref());
      expect(await Promise.race([results, bound])).to.eql(["fail", "fail"]);
      await new Promise((resolve) => setImmediate(resolve));
      expect(unhandled).to.eql([]);
    } finally {
      process.removeAllListeners("unhandledRejection");
      for (const listener of others) process.on("unhandledRejection", listener);
    }
  });
});
