import { expect } from "chai";
import { adapters } from "../../fixtures/implementations/index.ts";
import { expand, networkOf, variantsOf } from "../../harness/expansion.ts";
import { bindingLevel, ledger } from "../../rfc-checks/ledger.ts";
import * as topologies from "../../topologies/index.ts";
import { catalogue } from "./catalogue.ts";

/** Every participant in the version that takes part unless another is named. */
const known = (
  await Promise.all(adapters.map((adapter) => adapter.provision({}, { docker: false, build: false, progress: () => {} })))
).flat();

const names = (found: typeof catalogue): string[] => found.map(({ definition: { id } }) => id);

describe("checks of the suites", () => {
  it("have an id each", () => {
    const ids = names(catalogue);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).to.eql([]);
    expect(ids).not.to.eql([]);
  });

  it("have ids and variants that a key can be made of, and stand in the folder of their area", () => {
    for (const { definition, file } of catalogue) {
      expect(definition.id, file).to.match(/^[a-z][a-z-]*\/[a-z0-9][a-z0-9-]*$/);
      expect(file.split("/")[1], definition.id).to.equal(definition.id.split("/")[0]);
      for (const variant of Object.keys(definition.variants ?? {})) expect(variant, definition.id).to.match(/^[\w.-]+$/);
    }
  });

  it("cite rules of the ledger, once each", () => {
    for (const { definition } of catalogue) {
      expect(
        definition.requirements.filter((id) => !ledger.has(id)),
        definition.id,
      ).to.eql([]);
      expect(new Set(definition.requirements), definition.id).to.have.property("size", definition.requirements.length);
    }
  });

  it("judge only what binds in the cluster: a MAY is observed", () => {
    const judgingMay = catalogue.filter(
      ({ definition }) =>
        definition.judge &&
        variantsOf(definition).some(([, input]) => bindingLevel(definition.requirements, networkOf(definition, input).clusterId) === "MAY"),
    );
    expect(names(judgingMay)).to.eql([]);
  });

  it("ask about a place that varies", () => {
    for (const { definition } of catalogue) expect(definition.topology.places[definition.subject]?.cast, definition.id).to.equal("varies");
  });

  it("can be asked, each of somebody that is known, whether or not it is there", () => {
    const nobody = catalogue.filter(({ definition }) => expand(definition, known).length === 0);
    expect(names(nobody)).to.eql([]);
  });

  it("are tagged by tier and no other way than the rest", () => {
    for (const { definition } of catalogue) for (const tag of definition.tags ?? []) expect(tag, definition.id).to.match(/^#[a-z-]+$/);
  });
});

describe("topologies", () => {
  for (const topology of Object.values(topologies))
    it(`${topology.name} links and passes messages between places that it has`, () => {
      const places = Object.keys(topology.places);
      expect(places).to.include.members([...topology.links, ...topology.paths].flat());
      for (const [from, to] of topology.paths) {
        expect(topology.places[from]?.relay, from).to.equal(true);
        expect(topology.places[to]?.relay, to).to.equal(true);
      }
      for (const [from, to] of topology.links) expect(from).not.to.equal(to);
    });

  it("have a name each: nodes are shared by it", () => {
    const all = Object.values(topologies).map(({ name }) => name);
    expect(new Set(all)).to.have.property("size", all.length);
  });
});
