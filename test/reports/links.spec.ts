import { expect } from "chai";
import { requirementLink } from "../../reports/links.ts";
import { ledger } from "../../rfc-checks/ledger.ts";

describe("requirement links #reports", () => {
  it("lead to the section that the ledger names, at the commit that it was made from", () => {
    expect(requirementLink("51-SHARD-01")).to.match(
      /^https:\/\/github\.com\/waku-org\/specs\/blob\/c5fe03e[0-9a-f]{33}\/standards\/core\/relay-sharding\.md#named-sharding$/,
    );
    expect(requirementLink("12-FILTER-01")).to.match(/\/core\/12\/filter\.md#filter-subscribe$/);
  });

  it("lead to the document when the rule stands above its first heading", () => {
    expect(requirementLink("11-RELAY-01")).to.match(/\/core\/11\/relay\.md$/);
  });

  it("tell the two texts of 19 apart", () => {
    expect(requirementLink("19-LPV2-01")).to.contain("/19/lightpush.md");
    expect(requirementLink("19-LPV3-01")).to.contain("core/lightpush.md");
  });

  it("exist for every rule that a document has and for nothing else", () => {
    const unlinked = [...ledger.values()].filter(({ id }) => requirementLink(id) === undefined);
    expect(unlinked.filter(({ own }) => !own)).to.deep.equal([]);
    expect(unlinked).not.to.deep.equal([]);
    expect(requirementLink("99-NONE-01")).to.equal(undefined);
    expect(requirementLink("")).to.equal(undefined);
  });
});
