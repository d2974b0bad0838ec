/** The page of slots: one HTML file that needs neither a server nor anything beside it. */
import { readFileSync } from "node:fs";
import type { RunResults } from "../../harness/results/read.ts";
import { Html, html } from "../divergence/html.ts";
import { durationText } from "../words.ts";
import { type Refusals, refusals } from "./refusals.ts";
import { slotRows } from "./rows.ts";

const asset = (path: string): Html => new Html(readFileSync(new URL(path, import.meta.url), "utf8"));
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

export function renderSlotsPage({ header, checks }: RunResults): string {
  const present = header.participants.filter(({ state }) => state === "ready").map(({ participant }) => participant);
  const tables = present.map((participant) => [participant, slotRows(checks, participant)] as const).filter(([, rows]) => rows.length > 0);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Html(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Slots: ${header.run}</title>
<style>${asset("../divergence/assets/palette.css")}${asset("assets/slots.css")}</style>
</head>
<body>
<header><h1>Slots</h1>
<p>How many peers, clients, criteria and requests each participant takes under which limit, what the one too many gets, and how soon a
slot that is given back can be had again. Run <b>${header.run}</b>, <a href="index.html">all its checks</a>.</p></header>
<main>
${tables.length === 0 && html`<p>No check of slots was in this run.</p>`}
${tables.map(([participant, rows]) => participantTable(participant, rows))}
${refusals(checks).map((one) => refusalTable(one, present))}
</main>
</body>
</html>
`;
  return page.text;
}

function participantTable(participant: string, rows: ReturnType<typeof slotRows>): Html {
  return html`<section><h2>${participant}</h2><div class="scroll"><table>
<thead><tr><th scope="col">Kind</th><th scope="col">Limit</th><th scope="col" class="number">Came</th><th scope="col" class="number">Accepted</th><th scope="col">One too many</th><th scope="col" class="number">After</th><th scope="col">Given back</th></tr></thead>
<tbody>${rows.map(
    ({
      kind,
      direction,
      limit,
      tried,
      accepted,
      refused,
      refusedAfterMs,
      freed,
    }) => html`<tr><th scope="row">${kind}${direction === "out" && " (outbound)"}</th><td>${limit}</td><td class="number">${tried}</td><td class="number">${accepted}</td><td>${refused ?? "none was"}</td><td class="number">${refused !== null && time(refusedAfterMs)}</td><td>${Object.entries(freed).map(([how, ms]) => html`<div${ms === null && html` class="never"`}>${how}: ${ms === null ? "not within the time waited" : time(ms)}</div>`)}</td></tr>
`,
  )}</tbody>
</table></div></section>
`;
}

const time = (ms: number | null): string => (ms === null ? "" : durationText(ms));

function refusalTable({ protocol, codes }: Refusals, participants: readonly string[]): Html {
  const asked = participants.filter((participant) => [...codes.values()].some((bySubject) => bySubject.has(participant)));
  return html`<section><h2>What is answered to what: ${protocol}</h2>
<p>A code that stands for several causes does not tell a client which it was.</p><div class="scroll"><table>
<thead><tr><th scope="col">Answer</th>${asked.map((participant) => html`<th scope="col">${participant}</th>`)}</tr></thead>
<tbody>${[...codes].map(
    ([code, bySubject]) => html`<tr><th scope="row">${code}</th>${asked.map((participant) => {
      const causes = bySubject.get(participant) ?? [];
      return html`<td${causes.length > 1 && code !== "success" && html` class="ambiguous"`}>${causes.map((cause) => html`<div>${cause}</div>`)}</td>`;
    })}</tr>
`,
  )}</tbody>
</table></div></section>
`;
}
