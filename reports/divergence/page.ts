/** The divergence page: nothing is beside it but the logs it points at. */
import type { RunResults } from "../../harness/results/read.ts";
import { mixChanges } from "../mixes.ts";
import { asset, document, palette } from "../pages/document.ts";
import { type Html, html, scriptJson } from "../pages/html.ts";
import { outcomeSigns, outcomes, outcomeWords } from "../words.ts";
import { pageData } from "./data.ts";
import { divergences } from "./divergences.ts";
import { pageHeader } from "./header.ts";
import { matrix } from "./table.ts";

interface PageOptions {
  /** address of the run's folder, relative to the page, such as `..` */
  readonly logsHref: string;
  /** what logs say at an evidence reference, where the page is to hold it itself */
  readonly excerpts?: ReadonlyMap<string, string>;
}

const own = (name: string): Html => asset(new URL(`assets/${name}`, import.meta.url));
/** In this order: later sheets refine earlier ones, and the page's script uses what the panel's declares. */
const styles = ["page.css", "matrix.css", "panel.css", "narrow.css"];
const scripts = ["panel.js", "page.js"];

export function renderDivergencePage(results: RunResults, { logsHref, excerpts = new Map() }: PageOptions): string {
  const rows = divergences(results);
  const areas = [...new Set(rows.map(({ area }) => area))].sort();
  const ordered = areas.flatMap((area) => rows.filter((row) => row.area === area));
  const { header } = results;
  return document({
    title: `Waku conformance: ${header.run}`,
    styles: [palette, ...styles.map(own)],
    scripts: true,
    body: html`${pageHeader(results, rows.length, rows.filter(({ differs }) => differs !== undefined).length)}
<main>
<search class="tools" aria-label="Filter the checks">
<label class="grow"><span>Filter</span><input type="search" id="filter" placeholder="check, requirement or tag" autocomplete="off" spellcheck="false"></label>
<label class="tick"><input type="checkbox" id="differing"> Only what differs</label>
<label><span>Verdict</span><select id="verdict"><option value="">any</option>${outcomes.map((outcome) => html`<option value="${outcome}">${outcomeSigns[outcome]} ${outcomeWords[outcome]}</option>`)}</select></label>
<label><span>Area</span><select id="area"><option value="">all</option>${areas.map((area) => html`<option>${area}</option>`)}</select></label>
<label><span>Participant</span><select id="participant"><option value="">any</option>${header.participants.map(({ participant }) => html`<option>${participant}</option>`)}</select></label>
<button type="button" id="clear" hidden>Clear</button>
<output id="shown" for="filter differing verdict area participant"></output>
</search>
<div class="scroll">
${matrix(header, ordered)}
<p id="nothing" hidden>No check matches these filters.</p>
</div>
${mixes(results.checks)}
<p class="keys"><kbd>/</kbd> filter · <kbd>j</kbd> <kbd>k</kbd> or arrows: next and previous row · <kbd>Enter</kbd> opens it · <kbd>Esc</kbd> closes it or clears the filter</p>
<noscript><p class="warning">Filters, observed values and evidence need JavaScript; the table itself does not.</p></noscript>
</main>
<script type="application/json" id="data">${scriptJson(pageData(ordered, logsHref, excerpts))}</script>
<script>${scripts.map(own)}</script>`,
  });
}

/** Where it matters who else is in a mesh. */
function mixes(checks: RunResults["checks"]): Html | false {
  const changes = mixChanges(checks);
  if (changes.length === 0) return false;
  return html`<h2>Where the mix of a mesh changes the outcome</h2>
<ul>${changes.map(({ check, subject, outcomes: of }) => html`<li>${check} of ${subject}: ${[...of].map(([members, outcome]) => html`<span class="verdict ${outcome}">${outcomeSigns[outcome]} ${members}</span> `)}</li>`)}</ul>`;
}
