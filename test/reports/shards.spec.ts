import { expect } from "chai";
import { renderShardsPage } from "../../reports/shards/page.ts";
import { healthOf, shardPicture } from "../../reports/shards/picture.ts";
import { renderShards } from "../../reports/shards/text.ts";
import { check, participant, run } from "./support/rows.ts";

const row = (shard: number, mesh: number, peers: number) => ({
  topic: `/waku/2/rs/66/${shard}`,
  peers,
  mesh,
  history: [
    [0, 0],
    [1_200, mesh],
  ],
});
const seen = (subject: string, ...shards: unknown[]) => check("peer-management/mesh", subject, { observation: { shards } });
const plain = (_style: string, text: string) => text;

describe("picture of shards #peer-management", () => {
  it("tells a thin mesh from one that has all the peers there are", () => {
    expect(healthOf({ mesh: 3, peers: 6 })).to.equal("thin");
    expect(healthOf({ mesh: 3, peers: 3 })).to.equal("scarce");
    expect(healthOf({ mesh: 0, peers: 0 }), "a shard that nobody was let in for").to.equal("thin");
    expect(healthOf({ mesh: 4, peers: 6 })).to.equal("good");
    expect(healthOf({ mesh: 8, peers: 12 })).to.equal("good");
    expect(healthOf({ mesh: 9, peers: 12 })).to.equal("crowded");
  });

  it("gathers the shards of each node, and leaves out who recorded none, or something else of that name", () => {
    const checks = [seen("alpha", row(0, 6, 6), row(5, 1, 4)), check("relay/other", "beta"), seen("beta", 0, 1)];
    const [node, ...rest] = shardPicture(checks);
    expect(rest).to.eql([]);
    expect(node).to.include({ participant: "alpha", check: "peer-management/mesh" });
    expect(node?.shards.map(({ shard, health }) => [shard, health])).to.eql([
      [0, "good"],
      [5, "thin"],
    ]);
  });

  it("names each shard on the terminal, and sums up many", () => {
    expect(renderShards(shardPicture([seen("alpha", row(0, 6, 6), row(5, 1, 4))]), plain)).to.contain("shard 5: ✗ 1 of 4");
    const many = Array.from({ length: 50 }, (_, shard) => row(shard, shard === 7 ? 2 : 6, 8));
    expect(renderShards(shardPicture([seen("alpha", ...many)]), plain)).to.contain("✗ 1 shard thin: 7   ✓ 49 shards good");
    expect(renderShards([], plain)).to.contain("no check");
  });

  it("is a page that loads nothing, plots each shard and shows the thin one of many", () => {
    const many = Array.from({ length: 50 }, (_, shard) => row(shard, shard === 33 ? 2 : 6, 8));
    const page = renderShardsPage(run([participant("alpha")], [seen("alpha", ...many)]));
    expect(page).to.contain("default-src 'none'").and.to.contain("<figcaption>shard 33<").and.not.to.contain("<figcaption>shard 32<");
    expect(page).to.match(/<svg role="img" aria-label="mesh links of shard 33 over 1.2 s, 2 in the end"/);
    expect(page, "at a glance").to.match(/<td class="thin" title="shard 33: ✗ 2 mesh links of 8 peers">2<\/td>/);
    expect(renderShardsPage(run([participant("alpha")], []))).to.contain("No check of this run");
  });
});
