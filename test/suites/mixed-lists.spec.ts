import { expect } from "chai";
import type { StartedWakuNode } from "../../fixtures/contract/node.ts";
import { holding, listsOf, oneSided, thin } from "../../suites/peer-management/mixed-lists.ts";

const all = (...peers: string[]) => ({ announced: peers, mesh: peers });
const whole = { a: all("b", "c"), b: all("a", "c"), c: all("a", "b") };

describe("lists of a mesh of several relays", () => {
  it("a mesh is thin below D_low and below those that are on the shard", () => {
    expect(thin(whole)).to.eql([]);
    expect(thin({ ...whole, a: { announced: ["b", "c"], mesh: ["b"] } })).to.eql(["a has 1 of 2"]);
    const five = ["b", "c", "d", "e", "f"];
    expect(thin({ a: { announced: five, mesh: five.slice(1) } })).to.eql([]);
    expect(thin({ a: { announced: five, mesh: five.slice(2) } })).to.eql(["a has 3 of 5"]);
  });

  it("a relay that lists nobody is thin where others list it", () => {
    expect(thin({ ...whole, a: { announced: [], mesh: [] } })).to.eql(["a has 0 of 2"]);
    expect(thin({ a: { announced: [], mesh: [] } })).to.eql([]);
  });

  it("what is not listed is neither thin nor one-sided", () => {
    const silent = { ...whole, a: {}, b: { announced: ["a", "c"] } };
    expect([thin(silent), oneSided(silent)]).to.eql([[], []]);
  });

  it("a link is one-sided where the other end knows of the peer, and has it not in its mesh", () => {
    expect(oneSided(whole)).to.eql([]);
    expect(oneSided({ ...whole, b: { announced: ["a", "c"], mesh: ["c"] } })).to.eql(["a has b"]);
    expect(oneSided({ ...whole, b: all("c") })).to.eql([]);
  });

  it("a peer is held by who lists it on the shard or in its mesh", () => {
    expect(holding(whole, "a")).to.eql(["b", "c"]);
    expect(holding({ b: { announced: ["a"] }, c: { announced: [], mesh: ["a"] }, d: {} }, "a")).to.eql(["b", "c"]);
  });

  it("are asked of each relay on a shard; peers are told by place, once, and strangers by id", async () => {
    const node = (peerId: string, peers?: object) =>
      ({ peerId, relay: peers && { peers: async () => peers } }) as unknown as StartedWakuNode;
    const value = { announced: ["2", "2", "9"], mesh: ["2"] };
    const a = node("1", { outcome: "ok", value });
    const [b, c] = [node("2", { outcome: "ok", value: { announced: ["1"] } }), node("3", { outcome: "unsupported" })];
    expect(await listsOf({ a, b, c }, { a, b, c }, "/0")).to.eql({
      a: { announced: ["9", "b"], mesh: ["b"] },
      b: { announced: ["a"] },
      c: {},
    });
    expect(await listsOf({ a, b, c }, { b }, "/1")).to.eql({ b: { announced: ["a"] } });
    const dumb = node("4", { outcome: "timeout", raw: null });
    const failure = await listsOf({ dumb }, { dumb }, "/0").catch((error: Error) => error.name);
    expect(failure).to.equal("CouldNotRun");
  });
});
