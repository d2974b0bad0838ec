import { expect } from "chai";
import { expect as hold } from "../../harness/expect.ts";
import type { Scene } from "../../harness/scene.ts";
import { chain, pair } from "../../topologies/index.ts";
import { play, players } from "./support/run.ts";

/** A check on pairs that fails for these, written `publisher subscriber`. */
const failingFor = (...pairs: string[]) => ({
  id: "relay/x",
  topology: pair,
  observe: async ({ nodes }: Scene<unknown>) => `${nodes.publisher?.participant} ${nodes.subscriber?.participant}`,
  judge: (seen: unknown) => hold(pairs, "not-delivered", "").not.to.include(seen),
});
const asked = "relay/x@publisher=alpha,subscriber=beta";

async function blameOf(key: string, pairs: string[], options: Parameters<typeof play>[2] = {}, names = ["alpha", "beta", "reference"]) {
  const { results, order } = await play(players(names), [failingFor(...pairs)], options);
  return { blame: results.find((result) => result.key === key)?.blame, order };
}

describe("blame", () => {
  it("is the subject's when it fails with the reference too, and the peer does not", async () => {
    expect((await blameOf(asked, ["alpha beta", "alpha reference"])).blame).to.equal("subject");
  });

  it("is the peer's when that fails with the reference too, and the subject does not", async () => {
    expect((await blameOf(asked, ["alpha beta", "reference beta"])).blame).to.equal("peer");
  });

  it("is the pair's when each does well with the reference", async () => {
    expect((await blameOf(asked, ["alpha beta"])).blame).to.equal("pair");
  });

  it("is undetermined when both fail with the reference", async () => {
    expect((await blameOf(asked, ["alpha beta", "alpha reference", "reference beta"])).blame).to.equal("undetermined");
  });

  it("is the other's when the reference itself is of the pair", async () => {
    const pairs = ["alpha reference", "reference beta"];
    expect((await blameOf("relay/x@publisher=alpha,subscriber=reference", pairs)).blame).to.equal("subject");
    expect((await blameOf("relay/x@publisher=reference,subscriber=beta", pairs)).blame).to.equal("peer");
  });

  it("is undetermined for a pair when there is no reference", async () => {
    expect((await blameOf(asked, ["alpha beta"], {}, ["alpha", "beta"])).blame).to.equal("undetermined");
  });

  it("puts the question to the reference also when only the pair was selected, and reports the pair only", async () => {
    const { blame, order } = await blameOf(asked, ["alpha beta", "alpha reference"], { select: (key) => key === asked });
    expect(blame).to.equal("subject");
    expect(order).to.eql([asked]);
  });

  it("is whose node is gone, subject or not, in whatever topology", async () => {
    const lost = (who: string, topology: typeof pair, cast: string) =>
      play(
        players(["alpha", "beta", "reference"], { [who]: { spoil: (node) => (node.sign = { outcome: "died", raw: "" }) } }),
        [{ topology, judge: () => {} }],
        {
          select: (key) => key.endsWith(cast),
        },
      ).then(({ results: [result] }) => result?.blame);
    expect(await lost("alpha", pair, "publisher=alpha,subscriber=beta")).to.equal("subject");
    expect(await lost("beta", pair, "publisher=alpha,subscriber=beta")).to.equal("peer");
    expect(await lost("reference", pair, "publisher=alpha,subscriber=reference")).to.equal("peer");
    const three = { ...chain, paths: [], places: { ...chain.places, subscriber: pair.places.subscriber } } as typeof chain;
    expect(await lost("beta", three, "publisher=alpha,middle=alpha,subscriber=beta")).to.equal("peer");
  });

  it("is nobody's unless the verdict is fail", async () => {
    expect((await blameOf(asked, [])).blame).to.equal(null);
  });

  it("is the subject's when it stands alone, and undetermined among more than two", async () => {
    const judge = (seen: unknown) => hold(seen, "wrong-value", "").to.equal("right");
    const observe = async () => "wrong";
    const { results } = await play(players(["alpha"]), [{ judge, observe }]);
    expect(results[0]?.blame).to.equal("subject");
    const three = { ...chain, paths: [], places: { ...chain.places, subscriber: pair.places.subscriber } } as typeof chain;
    const many = await play(players(["alpha", "reference"]), [{ topology: three, judge, observe }], {
      select: (key) => key.endsWith("publisher=alpha,middle=alpha,subscriber=alpha"),
    });
    expect(many.results[0]?.blame).to.equal("undetermined");
  });
});
