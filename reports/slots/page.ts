/** The page of slots, as a page. */
import type { RunResults } from "../../harness/results/read.ts";
import { asset, subjectPage } from "../pages/document.ts";
import { type Html, html } from "../pages/html.ts";
import { durationText } from "../words.ts";
import { type Refusals, refusals } from "./refusals.ts";
import { slotRows } from "./rows.ts";

const style = asset(new URL("assets/slots.css", import.meta.url));

export function renderSlotsPage({ header, checks }: RunResults): string {
  const present = header.participants.filter(({ state }) => state === "ready").map(({ participant }) => participant);
  const tables = present.map((participant) => [participant, slotRows(checks, participant)] as const).filter(([, rows]) => rows.length > 0);
  return subjectPage({
    title: `Slots: ${header.run}`,
    style,
    header: html`<h1>Slots</h1>
<p>How many peers, clients, criteria and requests each participant takes under which limit, what the one too many gets, and how soon a
slot that is given back can be had again. Run <b>${header.run}</b>, <a href="index.html">all its checks</a>.</p>`,
    main: html`${tables.length === 0 && html`<p>No check of slots was in this run.</p>`}
${tables.map(([participant, rows]) => participantTable(participant, rows))}
${refusals(checks).map((one) => refusalTable(one, present))}`,
  });
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
