/** The picture of shards: one HTML file that needs neither a server nor anything beside it. */
import { readFileSync } from "node:fs";
import type { RunResults } from "../../harness/results/read.ts";
import { Html, html } from "../divergence/html.ts";
import { plural } from "../words.ts";
import { type Health, healths, type NodePicture, type ShardHealth, shardPicture } from "./picture.ts";
import { plot } from "./plot.ts";
import { healthSigns, healthWords } from "./text.ts";

const asset = (path: string): Html => new Html(readFileSync(new URL(path, import.meta.url), "utf8"));
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
/** Of a node on more shards, those that are not well, and these. */
const shownShards = 10;

export function renderShardsPage({ header, checks }: RunResults): string {
  const nodes = [...Map.groupBy(shardPicture(checks), ({ participant }) => participant)];
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Html(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Shards: ${header.run}</title>
<style>${asset("../divergence/assets/palette.css")}${asset("../slots/assets/slots.css")}${asset("assets/shards.css")}</style>
</head>
<body>
<header><h1>Shards</h1>
<p>How many mesh links each node has on each of its shards, as its peers saw it, and how that changed while a check looked; the band is
what 29/WAKU2-CONFIG has a mesh keep to. Run <b>${header.run}</b>, <a href="index.html">all its checks</a>.</p>
<p>${healths.map((health) => html`<span class="${health} key">${healthSigns[health]} ${healthWords[health]}</span> `)}</p></header>
<main>
${nodes.length === 0 && html`<p>No check of this run looked at the meshes of shards.</p>`}
${nodes.map(([participant, pictures]) => html`<section><h2>${participant}</h2>${pictures.map(nodeTable)}</section>`)}
</main>
</body>
</html>
`;
  return page.text;
}

function nodeTable({ check, key, shards }: NodePicture): Html {
  const endMs = Math.max(...shards.flatMap(({ history }) => history.map(([ms]) => ms)), 1_000);
  const thin = shards.filter(({ health }) => health === "thin" || health === "crowded");
  const shown = shards.length <= shownShards ? shards : [...new Set([...thin, ...shards.slice(0, shownShards)])];
  return html`<h3 id="${key}">${check}</h3>${shown.length < shards.length && html`<p>${counts(shards)}; ${shown.length} of them:</p>`}
<div class="shards">${shown.map((one) => shardCell(one, endMs))}</div>
`;
}

const counts = (shards: readonly ShardHealth[]): string =>
  healths
    .map((health: Health) => [health, shards.filter((one) => one.health === health).length] as const)
    .flatMap(([health, count]) => (count === 0 ? [] : [`${plural(count, "shard")} ${health}`]))
    .join(", ");

const shardCell = (one: ShardHealth, endMs: number): Html =>
  html`<figure class="${one.health}"><figcaption>shard ${one.shard}<b>${healthSigns[one.health]} ${one.mesh}</b> of ${plural(one.peers, "peer")}</figcaption>${plot(one, endMs)}</figure>`;
