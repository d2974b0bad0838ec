import { expect } from "chai";
import { mutants } from "../../fixtures/reference-node/mutants/index.ts";
import { ledger } from "../../rfc-checks/ledger.ts";
import { catalogue } from "./catalogue.ts";

const judging = new Set(catalogue.filter(({ definition }) => definition.judge).map(({ definition }) => definition.id));
const negated = new Set(mutants.flatMap(({ negates }) => negates));

/** Rules that no mutant breaks, and why. */
const unbroken: Readonly<Record<string, string>> = {
  "31-ENR-04": "the library that signs the reference's record puts the key into it",
  "31-ENR-09": "the same library makes no larger record",
  "66-META-11": "it is about nodes without relay, and the reference has relay",
};

describe("what the self-test rests on", () => {
  it("a mutant of every binding rule that a judging check is claimed for", () => {
    const claiming = [...ledger.values()].filter(({ level, checks }) => level !== "MAY" && checks?.some((id) => judging.has(id)));
    const lacking = claiming.map(({ id }) => id).filter((id) => !negated.has(id));
    expect(lacking.sort()).to.eql(Object.keys(unbroken).sort());
  });

  it("hostile checks that ask for what comes after: they cite CONN-05 or CONN-06, and those that cite one judge", () => {
    const cites = ({ requirements }: { readonly requirements: readonly string[] }) =>
      requirements.some((id) => id === "CONN-05" || id === "CONN-06");
    const definitions = catalogue.map(({ definition }) => definition);
    expect(definitions.filter((one) => one.tags?.includes("#hostile") && !cites(one)).map(({ id }) => id)).to.eql([]);
    expect(definitions.filter((one) => cites(one) && !one.judge).map(({ id }) => id)).to.eql([]);
  });
});
