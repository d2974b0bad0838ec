import { expect } from "chai";
import type { Role } from "../../fixtures/contract/capabilities.ts";
import { expect as hold } from "../../harness/expect.ts";
import { Field } from "../../harness/field.ts";
import { Seeded } from "../../harness/random.ts";
import { type CheckResult, checkResultSchema } from "../../harness/results/schema.ts";
import type { Scene } from "../../harness/scene.ts";
import { pair, star } from "../../topologies/index.ts";
import { definition, player, until } from "./support/fakes.ts";
import { one, play, players, sessionOf } from "./support/run.ts";

const fail = () => Promise.reject(new Error("nothing is started"));

describe("a session", () => {
  it("records who was asked what, and what came out, in the published form", async () => {
    const check = {
      id: "relay/x",
      revision: 3,
      requirements: ["51-SHARD-01"],
      topology: pair,
      tags: ["#smoke"],
      variants: { v: 1 },
      observe: async () => ({ seen: 1 }),
    };
    const { results } = await play(players(["alpha"]), [check]);
    const { durationMs: _, evidence, ...row } = checkResultSchema.parse(one(results));
    expect(evidence).to.have.length(2);
    expect(row).to.eql({
      kind: "check",
      key: "relay/x/v@publisher=alpha,subscriber=alpha",
      id: "relay/x",
      title: "a title",
      variant: "v",
      checkRevision: 3,
      requirements: ["51-SHARD-01"],
      level: "SHOULD NOT",
      area: "relay",
      tags: ["#relay", "#smoke"],
      subject: "alpha",
      cast: { publisher: ["alpha"], subscriber: ["alpha"] },
      verdict: "observed",
      reasons: [],
      observation: { seen: 1 },
      known: false,
      blame: null,
      blockedBy: null,
      replay: "npm test -- --grep relay/x/v@publisher=alpha,subscriber=alpha",
    });
  });

  it("knows by the baseline failures and nothing else", async () => {
    const judge = (seen: unknown) => hold(seen, "wrong-value", "").to.equal(1);
    const checks = [
      { id: "a/pass", judge, observe: async () => 1 },
      { id: "a/fail", judge, observe: async () => 2 },
    ];
    const { results } = await play(players(["alpha"]), checks, { known: () => true });
    expect(results.map(({ verdict, known }) => [verdict, known])).to.eql([
      ["pass", false],
      ["fail", true],
    ]);
  });

  it("refuses an id that is taken, whatever its topology", () => {
    const session = sessionOf(players(["alpha"]));
    session.register(definition());
    expect(() => session.register(definition())).to.throw("area/name");
    expect(() => session.register(definition({ topology: star, subject: "hub" }))).to.throw("area/name");
  });

  it("tells which checks nobody who is there can be asked, and with whom they could be", () => {
    const { capabilities } = player("beta", { capabilities: { roles: ["relay", "rest"] } });
    const absent = { name: "beta", implementation: "beta", reason: "not built", capabilities };
    const field = new Field({ ready: [player("alpha")], absent: [absent], seeded: new Seeded(1), open: fail });
    const session = sessionOf({ ready: [] }, { field });
    const withRole = (id: string, roles: readonly Role[]) => session.register(definition({ id, roles }));
    withRole("a/of-all", ["relay"]);
    withRole("a/of-absent", ["rest"]);
    withRole("a/of-nobody", ["store-service"]);
    expect(Object.fromEntries(session.unasked)).to.eql({ "a/of-absent": ["beta"], "a/of-nobody": [] });
  });

  it("refuses to tell of a check that was not selected", () => {
    const session = sessionOf(players(["alpha"]));
    const [{ key } = { key: "" }] = session.register(definition());
    expect(() => session.result(key)).to.throw("was not selected");
  });

  it("says what a selection starts", () => {
    const session = sessionOf(players(["alpha", "beta"]));
    for (const id of ["a/one", "a/two"]) session.register(definition({ id, topology: pair }));
    session.register(definition({ id: "a/own", topology: pair, mutates: "node" }));
    expect(session.cost(session.expansions.map(({ key }) => key))).to.eql({ topologies: 8, nodes: 16 });
  });
});

describe("a session that is stopped", () => {
  it("starts nothing more, and ends the nodes of what runs", async () => {
    const field = players(["alpha"]);
    const session = sessionOf(field);
    const first = Promise.withResolvers<void>();
    const asked: string[] = [];
    const stopping = (id: string, mutates: "nothing" | "node") =>
      definition({
        id,
        mutates,
        async observe() {
          asked.push(id);
          await first.promise;
          return {};
        },
      });
    for (let index = 0; index < 12; index += 1) session.register(stopping(`a/own-${index}`, "node"));
    for (const id of ["a/one", "a/two"]) session.register(stopping(id, "nothing"));
    session.run(session.expansions.map(({ key }) => key));
    await until(() => asked.length === 6);
    void session.stop();
    first.resolve();
    await until(() => field.world.standing.length === 0);
    expect(asked).to.have.length(6);
    expect(field.world.started).to.have.length(6);
  });

  it("tells of a failure whose blame was still to be found, and puts no further question for that", async () => {
    const field = players(["alpha", "beta", "reference"]);
    const results: CheckResult[] = [];
    const session = sessionOf(field, { onResult: (result) => void results.push(result) });
    const judge = () => hold(1, "wrong-value", "").to.equal(2);
    const asked: string[] = [];
    const observe = async ({ nodes }: Scene<unknown>) => {
      asked.push(
        Object.values(nodes)
          .map(({ participant }) => participant)
          .join(" "),
      );
      if (asked.length > 1) await new Promise(() => {});
    };
    session.register(definition({ topology: pair, observe, judge }));
    session.run(["area/name@publisher=alpha,subscriber=beta"]);
    await until(() => asked.length === 3);
    await session.stop();
    expect(results.map(({ verdict, blame }) => ({ verdict, blame }))).to.eql([{ verdict: "fail", blame: "undetermined" }]);
    expect(asked).to.eql(["alpha beta", "alpha reference", "reference beta"]);
  });
});
