/** The picture of shards, as a page. */
import type { RunResults } from "../../harness/results/read.ts";
import { asset, subjectPage } from "../pages/document.ts";
import { type Html, html } from "../pages/html.ts";
import { plural } from "../words.ts";
import { counted, healths, type NodePicture, type ShardHealth, shardPicture, shownShards } from "./picture.ts";
import { plot } from "./plot.ts";
import { healthSigns, healthWords } from "./text.ts";

const style = asset(new URL("assets/shards.css", import.meta.url));

export function renderShardsPage({ header, checks }: RunResults): string {
  const nodes = [...Map.groupBy(shardPicture(checks), ({ participant }) => participant)];
  return subjectPage({
    title: `Shards: ${header.run}`,
    style,
    header: html`<h1>Shards</h1>
<p>How many mesh links each node has on each of its shards, as its peers saw it, and how that changed while a check looked; the band is
what 29/WAKU2-CONFIG has a mesh keep to. Run <b>${header.run}</b>, <a href="index.html">all its checks</a>.</p>
<p>${healths.map((health) => html`<span class="${health} key">${healthSigns[health]} ${healthWords[health]}</span> `)}</p>`,
    main: html`${nodes.length === 0 && html`<p>No check of this run looked at the meshes of shards.</p>`}
${nodes.length > 0 && glance(nodes.flatMap(([, pictures]) => pictures))}
${nodes.map(([participant, pictures]) => html`<section><h2>${participant}</h2>${pictures.map(nodeTable)}</section>`)}`,
  });
}

/** All nodes and all shards on one sheet, each cell a way to what is behind it. */
function glance(pictures: readonly NodePicture[]): Html {
  const columns = [...new Set(pictures.flatMap(({ shards }) => shards.map(({ shard }) => shard)))].sort((one, other) => one - other);
  const row = ({ participant, check, key, shards }: NodePicture) => {
    const of = new Map(shards.map((one) => [one.shard, one]));
    return html`<tr><th scope="row">${participant}</th><th scope="row"><a href="#${key}">${check}</a></th>${columns.map((shard) => glanceCell(of.get(shard)))}</tr>`;
  };
  return html`<section><h2>At a glance</h2><div class="glance"><table><thead><tr><th scope="col">node</th><th scope="col">in</th>${columns.map(
    (shard) => html`<th scope="col">${shard}</th>`,
  )}</tr></thead><tbody>${pictures.map(row)}</tbody></table></div></section>`;
}

const glanceCell = (one: ShardHealth | undefined): Html =>
  one === undefined
    ? html`<td></td>`
    : html`<td class="${one.health}" title="shard ${one.shard}: ${healthSigns[one.health]} ${plural(one.mesh, "mesh link")} of ${plural(one.peers, "peer")}">${one.mesh}</td>`;

function nodeTable({ check, key, shards }: NodePicture): Html {
  const endMs = Math.max(...shards.flatMap(({ history }) => history.map(([ms]) => ms)), 1_000);
  const thin = shards.filter(({ health }) => health === "thin" || health === "crowded");
  const shown = shards.length <= shownShards ? shards : [...new Set([...thin, ...shards.slice(0, shownShards)])];
  return html`<h3 id="${key}">${check}</h3>${shown.length < shards.length && html`<p>${counts(shards)}; ${shown.length} of them:</p>`}
<div class="shards">${shown.map((one) => shardCell(one, endMs))}</div>
`;
}

const counts = (shards: readonly ShardHealth[]): string =>
  counted(shards)
    .map(([health, count]) => `${plural(count, "shard")} ${health}`)
    .join(", ");

const shardCell = (one: ShardHealth, endMs: number): Html =>
  html`<figure class="${one.health}"><figcaption>shard ${one.shard}<b>${healthSigns[one.health]} ${one.mesh}</b> of ${plural(one.peers, "peer")}</figcaption>${plot(one, endMs)}</figure>`;
