import { expect } from "chai";
import { CouldNotRun, NotApplicable } from "../../harness/definition.ts";
import { expect as hold } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { type Mutant, selfTest } from "../../harness/self-test.ts";
import { pair } from "../../topologies/index.ts";
import { definition } from "./support/fakes.ts";
import { players, sessionOf } from "./support/run.ts";

const [rule, other] = ["51-SHARD-01", "51-SHARD-02"];
const mutantNames = ["mutant-one", "mutant-two"] as const;

/** A judging check that fails for those, and cites one rule. */
const judging = (id: string, ...failing: string[]) =>
  definition({
    id,
    requirements: [rule],
    observe: async ({ subject }: Scene<unknown>) => subject.participant,
    judge: (seen) => hold(failing, "accepted-invalid", "").not.to.include(seen),
  });

async function run(
  checks: ReturnType<typeof definition>[],
  negates: readonly string[][] = [[rule], [other]],
  options: Parameters<typeof selfTest>[3] = {},
) {
  const names = ["reference", ...mutantNames];
  const field = players(names, Object.fromEntries(mutantNames.map((name) => [name, { further: true }])));
  const mutants = mutantNames.map(
    (name, index): Mutant => ({
      name: name.replace("mutant-", ""),
      negates: negates[index] as string[],
      participant: field.ready[index + 1] as Mutant["participant"],
    }),
  );
  return selfTest(sessionOf(field), checks, mutants, options);
}

describe("self-test", () => {
  it("tells which check killed which mutant, by the rule and the reason", async () => {
    const { kills, survivors, unproven, failedByReference } = await run([judging("a/x", "mutant-one")], [[rule, other], [rule]]);
    expect(kills.map(({ durationMs: _, ...kill }) => kill)).to.eql([
      { mutant: "one", check: "a/x", key: "a/x@node=mutant-one", requirements: [rule], reason: "accepted-invalid", proves: true },
    ]);
    expect([survivors, unproven, failedByReference]).to.eql([["two"], [], []]);
  });

  it("takes no kill by a check that does not cite the rule", async () => {
    const { kills, survivors, unproven } = await run([judging("a/x", ...mutantNames)], [[other], [other]]);
    expect([kills, survivors, unproven]).to.eql([[], ["one", "two"], ["a/x"]]);
  });

  it("names what the reference itself does not pass", async () => {
    const { failedByReference } = await run([judging("a/x", "reference", "mutant-one")]);
    expect(failedByReference.map(({ key }) => key)).to.eql(["a/x@node=reference"]);
  });

  it("takes no kill where the reference was not asked the same", async () => {
    const ofMutants = definition({
      id: "a/x",
      requirements: [rule],
      observe: async ({ subject }: Scene<unknown>) => {
        if (subject.participant === "reference") throw new NotApplicable("no such call");
        return {};
      },
      judge: () => hold(1, "accepted-invalid", "").to.equal(2),
    });
    expect((await run([ofMutants], [[rule], []])).kills).to.eql([]);
  });

  it("takes a changed observation for a kill where nothing is judged, unless it is not compared", async () => {
    const observing = (id: string, of: (seen: string) => unknown) =>
      definition({ id, requirements: [rule], observe: async ({ subject }: Scene<unknown>) => ({ seen: of(subject.participant) }) });
    const { kills, unproven, unmoved } = await run([
      observing("a/exact", exact),
      observing("a/raw", (seen) => seen),
      observing("a/same", () => exact(1)),
    ]);
    expect(kills.map(({ check, reason }) => [check, reason])).to.eql([["a/exact", "changed"]]);
    expect([unproven, unmoved]).to.eql([[], ["a/raw", "a/same"]]);
  });

  it("takes a mutant for noticed where a judging check saw something else, and the check for unproven", async () => {
    const seeing = definition({
      id: "a/x",
      requirements: [rule],
      observe: async ({ subject }: Scene<unknown>) => ({ seen: exact(subject.participant) }),
      judge: () => {},
    });
    const { kills, survivors, undemanded, unproven } = await run([seeing], [[rule], []]);
    expect(kills.map(({ mutant, reason }) => [mutant, reason])).to.eql([["one", "changed"]]);
    expect([survivors, undemanded, unproven]).to.eql([["two"], ["one"], ["a/x"]]);
  });

  it("goes on with a mutant that was noticed and not demanded, though the check that demands it has another kill", async () => {
    const seen = async ({ subject }: Scene<unknown>) => ({ seen: exact(subject.participant) });
    const seeing = definition({ id: "a/x", requirements: [rule], observe: seen, judge: () => {} });
    const demanding = definition({
      id: "a/y",
      requirements: [rule],
      observe: seen,
      judge: ({ seen }) => hold(seen, "wrong-value", "seen").to.equal("reference"),
    } as Parameters<typeof definition>[0]);
    const { survivors, undemanded } = await run([seeing, demanding], [[rule], [rule]]);
    expect([survivors, undemanded]).to.eql([[], []]);
  });

  it("names checks that have nothing to ask the reference, and expects no kill of them", async () => {
    const ofOthers = definition({ id: "a/x", requirements: [rule], meaningful: () => false, observe: async () => ({}), judge: () => {} });
    const { unproven, unasked } = await run([ofOthers]);
    expect([unproven, unasked]).to.eql([[], ["a/x"]]);
  });

  it("tries the next question where one does not tell, and no more once check and mutant have their kill", async () => {
    const asked: string[] = [];
    const check = definition({
      id: "a/x",
      requirements: [rule],
      variants: { blind: 0, first: 1, second: 2, third: 3 },
      observe: async ({ subject, variant }: Scene<number>) => {
        asked.push(`${subject.participant} ${variant}`);
        return { caught: subject.participant !== "reference" && variant > 0 };
      },
      judge: ({ caught }) => hold(caught, "accepted-invalid", "").to.equal(false),
    } as Parameters<typeof definition>[0]);
    const { kills, survivors } = await run([check], [[rule], []]);
    expect(kills.map(({ key }) => key)).to.include("a/x/first@node=mutant-one");
    expect(survivors).to.eql(["two"]);
    expect(asked).not.to.include("mutant-one 3");
  });

  it("puts first what noticed a mutant before, and nothing else where that suffices", async () => {
    const rounds: number[] = [];
    const first = ["a/y@node=mutant-one", "a/x@node=mutant-two", "a/gone@node=mutant-one"];
    const checks = [judging("a/x", ...mutantNames), judging("a/y", ...mutantNames)];
    const { kills, survivors, unproven } = await run(checks, [[rule], [rule]], {
      first,
      onRound: ({ questions }) => rounds.push(questions),
    });
    expect(kills.map(({ key }) => key)).to.have.members(["a/y@node=mutant-one", "a/x@node=mutant-two"]);
    expect([survivors, unproven, rounds]).to.eql([[], [], [4]]);
  });

  it("goes on where what noticed a mutant before does not any more", async () => {
    const first = ["a/x@node=mutant-one"];
    const { kills, survivors } = await run([judging("a/x", "mutant-two"), judging("a/y", ...mutantNames)], [[rule], [rule]], { first });
    expect(kills.map(({ key }) => key)).to.include.members(["a/y@node=mutant-one", "a/x@node=mutant-two"]);
    expect(survivors).to.eql([]);
  });

  it("does not put a check that only observes, and that nothing moves, to every mutant", async () => {
    let asked = 0;
    const still = definition({
      id: "a/x",
      requirements: [rule],
      variants: Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`v${index}`, index])),
      observe: async ({ subject }: Scene<unknown>) => {
        if (subject.participant !== "reference") asked += 1;
        return { seen: exact(1) };
      },
    } as Parameters<typeof definition>[0]);
    const { unmoved } = await run([still, judging("a/y", ...mutantNames)], [[rule], [rule]]);
    expect(unmoved).to.eql(["a/x"]);
    expect(asked).to.be.within(1, 8);
  });

  for (const [what, observe] of Object.entries({
    "died of something else": async () => ({}),
    "died before the question was put": async ({ subject }: Scene<unknown>) => {
      if (subject.participant !== "reference") throw new CouldNotRun("no answer");
    },
  }))
    it(`takes a node that ${what} for no kill`, async () => {
      const dying = definition({ id: "a/x", requirements: [rule], observe, judge: () => {} });
      const names = ["reference", "mutant-one"];
      const field = players(names, {
        "mutant-one": { further: true, spoil: (node) => (node.sign = { outcome: "died", raw: "" }) },
      });
      const [, participant] = field.ready;
      const result = await selfTest(sessionOf(field), [dying], [{ name: "one", negates: [rule], participant } as Mutant]);
      expect(result).to.deep.include({ kills: [], survivors: ["one"] });
      expect(result.untold.map(({ key, reasons: [reason] }) => [key, reason?.code])).to.eql([["a/x@node=mutant-one", "node-died"]]);
    });

  it("puts once more what told nothing of the rule", async () => {
    let started = 0;
    const field = players(["reference", "mutant-one"], {
      "mutant-one": {
        further: true,
        spoil: (node) => {
          started += 1;
          if (started === 1) node.sign = { outcome: "died", raw: "" };
        },
      },
    });
    const [, participant] = field.ready;
    const seeing = definition({
      id: "a/x",
      requirements: [rule],
      observe: async ({ subject }: Scene<unknown>) => ({ seen: exact(subject.participant) }),
    });
    const result = await selfTest(sessionOf(field), [seeing], [{ name: "one", negates: [rule], participant } as Mutant]);
    expect(result.kills.map(({ mutant, reason }) => [mutant, reason])).to.eql([["one", "changed"]]);
    expect([result.survivors, result.untold, started]).to.eql([[], [], 2]);
  });

  it("puts a mutant to pairs with the reference only, as the subject", async () => {
    const seen: string[] = [];
    const watching = definition({
      id: "a/x",
      requirements: [rule],
      topology: pair,
      subject: "subscriber",
      observe: async ({ nodes }: Scene<unknown>) => void seen.push(`${nodes.publisher?.participant} ${nodes.subscriber?.participant}`),
    });
    await run([watching], [[rule], [rule]]);
    expect(seen.sort()).to.eql(["reference mutant-one", "reference mutant-two", "reference reference"]);
  });
});
