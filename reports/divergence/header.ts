/** The top of the page: which run this is, and who took part in it. */
import type { RunResults } from "../../harness/results/read.ts";
import type { Header, ParticipantRow } from "../../harness/results/schema.ts";
import { type Html, html } from "../pages/html.ts";
import { durationText, outcomeOf, outcomeSigns, outcomes, outcomeWords } from "../words.ts";

export function pageHeader({ header, checks, footer }: RunResults, rows: number, differing: number): Html {
  const { machine } = header;
  const roles = knownRoles(header);
  const counts = Map.groupBy(checks, outcomeOf);
  return html`<header>
<h1>Waku conformance</h1>
<p class="run"><b>${header.run}</b> <time datetime="${header.startedAt}">${dateText(header.startedAt)}</time>
<span>${header.selection === "full" ? "full run" : header.selection}</span> <span>${durationText(footer.durationMs)}</span></p>
<nav><a href="slots.html">Slots</a> · <a href="shards.html">Shards</a> · <a href="protected-shards.html">Protected shards</a> · <a href="allure/index.html">Allure report</a></nav>
${footer.interrupted && html`<p class="warning">This run was stopped before its last check: what is missing below was not asked.</p>`}
<p class="figures"><strong>${differing}</strong> of ${rows} checks differ between participants.
${outcomes.filter((outcome) => counts.has(outcome)).map((outcome) => html`<span class="verdict ${outcome}"><span aria-hidden="true">${outcomeSigns[outcome]}</span> ${counts.get(outcome)?.length} ${outcomeWords[outcome]}</span> `)}</p>
<details class="about"><summary>About this run</summary><dl>
<dt>command</dt><dd><code>${header.command}</code></dd>
<dt>machine</dt><dd>${machine.os} ${machine.arch}, ${machine.cpus} CPUs, ${Math.round(machine.memoryBytes / 2 ** 30)} GiB, Node ${machine.node}</dd></dl></details>
<h2>Participants</h2>
<ul class="participants">${header.participants.map((participant) => participantCard(participant, roles))}</ul>
</header>`;
}

/** The roles that at least one participant of the run has. */
export function knownRoles({ participants }: Header): string[] {
  return [...new Set(participants.flatMap(({ capabilities }) => capabilities))].sort();
}

function participantCard(row: ParticipantRow, roles: readonly string[]): Html {
  if (row.state === "could-not-run") {
    return html`<li class="absent"><h3>${row.participant}</h3><p>took no part: ${row.reason ?? "no reason was given"}</p></li>`;
  }
  const missing = roles.filter((role) => !row.capabilities.includes(role));
  return html`<li><h3>${row.participant} <small>${row.version ?? "version unknown"}</small></h3>
<p>${row.runtime}${row.artifact !== undefined && html` · <code>${row.artifact}</code>`}</p>
${row.emulated && html`<p class="note">Emulated: rebuilt by the harness, never a verdict on the implementation itself.</p>`}
${missing.length > 0 && html`<p class="note">Lacks: ${missing.join(", ")}</p>`}
${
  row.overrides.length > 0 &&
  list(
    "Differs from its shipped defaults",
    row.overrides.map(({ what, why }) => html`<b>${what}</b>: ${why}`),
  )
}
${
  row.traffic.length > 0 &&
  list(
    "Cannot be kept from leaving the machine",
    row.traffic.map((what) => html`${what}`),
  )
}</li>`;
}

function list(title: string, entries: readonly Html[]): Html {
  return html`<details class="note"><summary>${title} (${entries.length})</summary><ul>${entries.map((entry) => html`<li>${entry}</li>`)}</ul></details>`;
}

function dateText(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
