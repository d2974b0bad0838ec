import { expect } from "chai";
import fc from "fast-check";
import { exact, plain, range, set } from "../../harness/observation.ts";

fc.configureGlobal({ seed: 66 });
const stored = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
/** JSON in which nothing looks like a mark of comparison. */
const json = fc
  .jsonValue({ maxDepth: 3 })
  .filter((value) => !JSON.stringify(value).includes('"compare"'))
  .map(stored);

describe("observations", () => {
  it("are to a judge what they were, stored or not, compared or not", () => {
    fc.assert(
      fc.property(json, json, fc.array(fc.string()), fc.double({ noNaN: true, noDefaultInfinity: true }), (one, other, list, number) => {
        const seen = { one: exact(one), nested: { other, list: [exact(other)] }, set: set(list), range: range(number, 1) };
        const asked = stored({ one, nested: { other, list: [other] }, set: [...list].sort(), range: number });
        expect(plain(stored(seen))).to.eql(asked);
        expect(stored(plain(seen))).to.eql(asked);
      }),
    );
  });

  it("say how a value is compared", () => {
    expect(stored({ a: exact(1), b: set(["y", "x"]), c: range(5, 2) })).to.eql({
      a: { compare: "exact", value: 1 },
      b: { compare: "set", value: ["x", "y"] },
      c: { compare: "range", value: 5, tolerance: 2 },
    });
  });

  it("of a set are the same in any order", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (list) => {
        expect(set([...list].reverse())).to.eql(set(list));
      }),
    );
  });

  it("strip marks inside marks", () => {
    expect(plain(exact({ list: set(["a"]), size: exact(1) }))).to.eql({ list: ["a"], size: 1 });
  });
});
