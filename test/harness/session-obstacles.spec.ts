import { expect } from "chai";
import { ok } from "../../fixtures/contract/answer.ts";
import { StartFailure } from "../../fixtures/contract/runtime.ts";
import type { CheckResult } from "../../harness/results/schema.ts";
import { pair } from "../../topologies/index.ts";
import { fieldOf, until } from "./support/fakes.ts";
import { one, play, players } from "./support/run.ts";

describe("obstacles of a session", () => {
  const ask = { id: "connectivity/connects", topology: { ...pair, name: "strangers", links: [], paths: [] } } as const;
  const twoPlaces = { dialler: pair.places.publisher, listener: pair.places.subscriber } as never;
  const connects = { ...ask, topology: { ...ask.topology, places: twoPlaces }, subject: "dialler", mutates: "connections" } as const;

  it("keep every check of a topology from running, and name the check that asks about it", async () => {
    const field = players(["alpha", "beta"], { beta: { spoil: (node) => (node.connect = async () => ({ outcome: "refused", raw: "" })) } });
    const checks = [connects, { id: "a/one", topology: pair }, { id: "a/two", topology: pair }];
    const { results, world } = await play(field, checks);
    const of = (key: string) => results.find((result) => result.key === key) as CheckResult;
    for (const id of ["a/one", "a/two"]) {
      const blocked = of(`${id}@publisher=beta,subscriber=alpha`);
      expect(blocked).to.include({ verdict: "could-not-run", blockedBy: "connectivity/connects@dialler=beta,listener=alpha", blame: null });
      expect(blocked.reasons[0]).to.deep.include({ code: "blocked-by-connectivity" });
      expect(of(`${id}@publisher=alpha,subscriber=beta`).verdict).to.equal("observed");
    }
    await until(() => world.standing.length === 0);
  });

  it("are not put down to a check that passes", async () => {
    const field = players(["alpha", "beta"], { beta: { spoil: (node) => (node.connect = async () => ({ outcome: "refused", raw: "" })) } });
    const { results } = await play(field, [
      { ...connects, judge: () => {} },
      { id: "a/one", topology: pair },
    ]);
    const of = (key: string) => results.find((result) => result.key === key);
    expect(of("connectivity/connects@dialler=beta,listener=alpha")?.verdict).to.equal("pass");
    expect(of("a/one@publisher=beta,subscriber=alpha")).to.include({ verdict: "could-not-run", blockedBy: null });
  });

  it("are not blamed on a check that was not registered", async () => {
    const refusing = players(["alpha"], { alpha: { spoil: (node) => (node.connect = async () => ({ outcome: "timeout", raw: "" })) } });
    const { results } = await play(refusing, [{ topology: pair }]);
    expect(one(results)).to.include({ verdict: "could-not-run", blockedBy: null });
    expect(one(results).reasons[0]?.observed).to.equal("alpha cannot connect to alpha: timeout");
  });

  it("say when two did not stay connected, or no message came", async () => {
    const lonely = players(["alpha"], { alpha: { spoil: (node) => (node.peers = async () => ok("", [])) } });
    expect(one((await play(lonely, [{ topology: pair }])).results).reasons[0]?.observed).to.contain("did not stay connected");
    const deaf = players(["alpha"], {
      alpha: { spoil: (node) => Object.assign(node, { relay: { ...node.relay, received: async () => ok("", []) } }) },
    });
    expect(one((await play(deaf, [{ topology: pair }])).results).reasons[0]?.observed).to.contain("no message came from alpha to alpha");
  });

  it("say who did not start, and at which place, and the harness's error when ours throws", async () => {
    const failing = (error: Error) => players(["alpha", "beta"], { alpha: { start: () => Promise.reject(error) } });
    const check = { topology: { ...pair, links: [], paths: [] } };
    const absent = await play(failing(new StartFailure("exit code 1")), [check]);
    for (const { key, cast, verdict, reasons } of absent.results) {
      expect(verdict, key).to.equal(key.includes("alpha") ? "could-not-run" : "observed");
      if (!key.includes("alpha")) continue;
      expect(reasons[0]).to.include({ code: "did-not-start", observed: "exit code 1" });
      expect(cast[/^nodes\.(.*)$/.exec(reasons[0]?.path ?? "")?.[1] ?? ""], "who takes the place").to.eql(["alpha"]);
    }
    await until(() => absent.world.standing.length === 0);
    const slip = await play(failing(new TypeError("a slip")), [check]);
    expect(one(slip.results).verdict).to.equal("harness-error");
  });

  it("are the harness's error when an adapter takes a made-up request for a real one, and nothing of it is left", async () => {
    const gullible = players(["alpha"], { alpha: { spoil: (node) => (node.madeUp = async () => ok("")) } });
    const { results, world } = await play(gullible, [{}]);
    expect(one(results).verdict).to.equal("harness-error");
    expect(one(results).reasons[0]?.observed).to.contain("made-up request as ok");
    expect(world.standing).to.eql([]);
  });

  it("are the runtime's when it lacks what the check needs, also before any node was started", async () => {
    const field = players(["alpha"]);
    const check = { needs: ["pause"] as const };
    const { results } = await play(field, [check], { field: fieldOf(field.ready, []) });
    expect(one(results).verdict).to.equal("could-not-run");
    expect(one(results).reasons[0]?.code).to.equal("runtime-lacks");
    const able = players(["alpha"]);
    expect(one((await play(able, [check], { field: fieldOf(able.ready, ["pause"]) })).results).verdict).to.equal("observed");
  });
});
