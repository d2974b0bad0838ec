import { expect } from "chai";
import { castName, expand, reach } from "../../harness/expansion.ts";
import { chain, mixedMesh, observed, pair, serviceAndClients, star } from "../../topologies/index.ts";
import { definition, player } from "./support/fakes.ts";

const keys = (...from: Parameters<typeof expand>) => expand(...from).map(({ key }) => key);
const referee = player("reference", { referee: true });
const [alpha, beta, old] = [player("alpha"), player("beta"), player("alpha@old", { further: true })];
const onPair = definition({ id: "relay/x", topology: pair, subject: "publisher" });

describe("expansion into casts", () => {
  it("puts a check to every ordered pair", () => {
    expect(keys(onPair, [alpha, beta])).to.have.members([
      "relay/x@publisher=alpha,subscriber=alpha",
      "relay/x@publisher=alpha,subscriber=beta",
      "relay/x@publisher=beta,subscriber=alpha",
      "relay/x@publisher=beta,subscriber=beta",
    ]);
  });

  it("pairs a further version with its siblings and the reference only", () => {
    const pairs = keys(onPair, [alpha, beta, old, referee]).filter((key) => key.includes("@old"));
    expect(pairs).to.have.members([
      "relay/x@publisher=alpha,subscriber=alpha@old",
      "relay/x@publisher=alpha@old,subscriber=alpha",
      "relay/x@publisher=alpha@old,subscriber=alpha@old",
      "relay/x@publisher=alpha@old,subscriber=reference",
      "relay/x@publisher=reference,subscriber=alpha@old",
    ]);
  });

  it("casts only who declares the roles of a place, and of the subject", () => {
    const light = player("light", { capabilities: { roles: ["filter-client"] } });
    const served = player("served", { capabilities: { roles: ["relay", "store-service"] } });
    expect(keys(definition(), [alpha, light])).to.eql(["area/name@node=alpha"]);
    expect(keys(definition({ roles: ["store-service"] }), [alpha, served])).to.eql(["area/name@node=served"]);
    expect(keys(definition({ ...onPair, roles: ["store-service"] }), [alpha, served])).to.eql([
      "relay/x@publisher=served,subscriber=alpha",
      "relay/x@publisher=served,subscriber=served",
    ]);
  });

  it("fills a third place by an implementation without a part, then by one that has fewest", () => {
    const third = (...players: Parameters<typeof expand>[1]) =>
      expand(definition({ topology: chain, subject: "publisher" }), players).map(({ cast }) => cast.subscriber?.name);
    expect(third(alpha)).to.eql(["alpha"]);
    expect(third(alpha, beta)).to.eql(["beta", "alpha", "alpha", "alpha"]);
    expect(new Set(third(alpha, referee))).to.eql(new Set(["reference", "alpha"]));
    const hub = definition({ topology: star, subject: "hub" });
    expect(expand(hub, [alpha, beta, referee]).map(({ cast }) => Object.values(cast).map(({ name }) => name))).to.deep.include([
      "alpha",
      "reference",
      "beta",
      "reference",
    ]);
  });

  it("takes no further version, no adapted form and nobody out of reach for a third", () => {
    const adapted = player("beta@adapted", { adapts: "beta" });
    const afar = player("gamma", { capabilities: { muxers: ["mplex"] } });
    const casts = expand(definition({ topology: chain, subject: "publisher" }), [alpha, adapted, afar, old]);
    const ofAlpha = casts.filter(({ cast }) => cast.publisher === alpha && cast.middle === alpha);
    expect(ofAlpha.map(({ cast }) => cast.subscriber?.name)).to.eql(["alpha"]);
  });

  it("asks an adapted form alone only what its published one is not asked", () => {
    const form = player("alpha@adapted", { implementation: "alpha", adapts: "alpha", capabilities: { muxers: ["yamux", "mplex"] } });
    const alone = definition({
      variants: { yamux: "yamux", mplex: "mplex" },
      meaningful: ({ node }, muxer) => node?.muxers.includes(muxer as "yamux") ?? false,
    });
    expect(keys(alone, [alpha, form])).to.eql(["area/name/yamux@node=alpha", "area/name/mplex@node=alpha@adapted"]);
    expect(keys(definition(), [form])).to.eql(["area/name@node=alpha@adapted"]);
    expect(keys(definition({ ...onPair }), [alpha, form])).to.have.length(4);
  });

  it("leaves out a cast whose third or reference place nobody can take", () => {
    expect(keys(definition({ topology: observed, subject: "node" }), [alpha])).to.eql([]);
    expect(keys(definition({ topology: observed, subject: "node" }), [alpha, referee])).to.have.length(2);
    expect(keys(definition({ topology: serviceAndClients, subject: "service" }), [alpha])).to.eql([]);
  });

  it("leaves out a cast of which two that are to be linked cannot dial each other", () => {
    const light = player("light", { capabilities: { transports: [], dials: ["tcp"] } });
    const apart = { ...pair, links: [], paths: [] };
    expect(keys(definition({ ...onPair }), [alpha, light])).not.to.include("relay/x@publisher=light,subscriber=light");
    expect(keys(definition({ ...onPair }), [alpha, light])).to.have.length(3);
    expect(keys(definition({ ...onPair, topology: apart }), [alpha, light])).to.have.length(4);
  });

  it("makes a mixed mesh of one participant, halves of two and thirds of three of different implementations", () => {
    const onMesh = definition({ id: "relay/m", topology: mixedMesh, subject: "publisher" });
    const form = player("alpha@adapted", { implementation: "alpha", adapts: "alpha" });
    const rows = expand(onMesh, [alpha, beta, referee, form]).filter(({ cast }) => cast.publisher?.name === "alpha");
    expect(rows.map(({ key }) => key)).to.eql([
      "relay/m@publisher=alpha,mixed=alpha",
      "relay/m@publisher=alpha,mixed=alpha+beta",
      "relay/m@publisher=alpha,mixed=alpha+reference",
      "relay/m@publisher=alpha,mixed=alpha+beta+reference",
    ]);
    const counted = rows.map(({ cast }) => Object.values(cast).filter(({ name }) => name === "alpha").length);
    expect(counted).to.eql([6, 3, 3, 2]);
  });

  it("names a cast by the places that vary", () => {
    const [first] = expand(definition({ topology: chain, subject: "publisher" }), [alpha, beta]);
    expect(castName(chain, first?.cast ?? {})).to.equal("publisher=alpha,middle=alpha");
  });

  it("makes a row of every variant that has a meaning in the cast", () => {
    const check = definition({
      ...onPair,
      variants: { near: 1, far: 2 },
      meaningful: ({ publisher, subscriber }, variant) => variant === 1 || publisher !== subscriber,
    });
    const found = expand(check, [alpha, beta]);
    expect(found.filter(({ variant }) => variant === "near")).to.have.length(4);
    expect(found.filter(({ variant }) => variant === "far").map(({ key }) => key)).to.have.members([
      "relay/x/far@publisher=alpha,subscriber=beta",
      "relay/x/far@publisher=beta,subscriber=alpha",
    ]);
  });

  it("writes titles that --grep finds by participant, tag, requirement, area and key", () => {
    const [row] = expand(definition({ ...onPair, requirements: ["51-SHARD-01"], tags: ["#slow"], variants: { one: 1 } }), [alpha]);
    for (const word of ["alpha", "#slow", "#relay", "51-SHARD-01", "relay/x", "a title", "one", row?.key ?? "?"])
      expect(row?.title).to.contain(word);
    expect(row).to.include({ area: "relay", level: "SHOULD NOT", variant: "one" });
  });

  it("throws for a requirement that the ledger does not have", () => {
    expect(() => expand(definition({ requirements: ["51-SHARD-999"] }), [])).to.throw("51-SHARD-999 is not in the ledger");
  });

  it("tells whether two can reach each other, whichever dials", () => {
    const silent = player("silent", { capabilities: { transports: [] } });
    const browser = player("browser", { capabilities: { transports: [], dials: ["wss"] } });
    expect(reach(alpha, silent)).to.equal(true);
    expect(reach(silent, silent)).to.equal(false);
    expect(reach(alpha, browser)).to.equal(false);
  });
});
