/** The matrix: checks down, participants across, one group of rows an area. */

import { comparedValues } from "../../harness/results/compared.ts";
import type { Header } from "../../harness/results/schema.ts";
import { type Html, html } from "../pages/html.ts";
import { outcomeOf, outcomeSigns, outcomeWords, short } from "../words.ts";
import type { Cell, CheckRow, Difference } from "./divergences.ts";
import { knownRoles } from "./header.ts";

/** Rows must be in the order of the page's data: `data-row` is an index into it. */
export function matrix(header: Header, rows: readonly CheckRow[]): Html {
  const participants = header.participants.map(({ participant }) => participant);
  const width = participants.length + 1;
  const groups = Map.groupBy(
    rows.map((row, index) => ({ row, index })),
    ({ row }) => row.area,
  );
  return html`<table id="matrix">
<caption class="hidden">Checks by participant</caption>
<thead><tr><th scope="col">Check</th>${header.participants.map(({ participant, version, state }) => html`<th scope="col">${participant}<small>${state === "ready" ? (version ?? "") : "took no part"}</small></th>`)}</tr></thead>
${roleRows(header, width)}
${[...groups].map(
  ([
    area,
    members,
  ]) => html`<tbody data-area="${area}"><tr class="group"><th colspan="${width}" scope="rowgroup"><span>${area}</span></th></tr>
${members.map(({ row, index }) => checkLine(row, index, participants))}</tbody>
`,
)}</table>`;
}

function checkLine(row: CheckRow, index: number, participants: readonly string[]): Html {
  return html`<tr data-row="${index}"${row.differs !== undefined && html` class="differs"`}><th scope="row"><button type="button" aria-expanded="false">${row.title}</button>
<span class="name">${row.name}</span>${row.differs !== undefined && html` <span class="mark">≠ ${differenceText(row.differs)}</span>`}</th>${participants.map((participant) => cellBox(participant, row.cells.get(participant), row.differs))}</tr>
`;
}

function differenceText({ verdict, paths }: Difference): string {
  return [...(verdict ? ["verdict"] : []), ...(paths.length > 0 ? ["values"] : [])].join(", ");
}

function cellBox(participant: string, cell: Cell | undefined, differs: Difference | undefined): Html {
  if (cell === undefined)
    return html`<td class="none" data-participant="${participant}"><span aria-hidden="true">·</span><span class="hidden">not asked</span></td>`;
  const { worst, casts } = cell;
  const alike = casts.filter((cast) => outcomeOf(cast) === worst).length;
  const share = alike === casts.length ? "" : ` ${alike} of ${casts.length}`;
  const path = differs?.paths[0];
  const seen =
    path === undefined
      ? []
      : [
          ...new Set(
            casts
              .map((cast) => comparedValues(cast.observation).get(path))
              .filter((value) => value !== undefined)
              .map(({ value }) => short(value, 28)),
          ),
        ];
  return html`<td class="${worst}" data-participant="${participant}"><span aria-hidden="true">${outcomeSigns[worst]}</span> ${outcomeWords[worst]}${share}${seen.length > 0 && html`<small>${seen.slice(0, 2).join(" or ")}${seen.length > 2 && " …"}</small>`}</td>`;
}

/** A role that not every participant has is a difference of its own, although no check can be put to it. */
function roleRows(header: Header, width: number): Html {
  const ready = header.participants.filter(({ state }) => state === "ready");
  const uneven = knownRoles(header).filter((role) => ready.some(({ capabilities }) => !capabilities.includes(role)));
  if (uneven.length === 0) return html``;
  return html`<tbody data-area="roles"><tr class="group"><th colspan="${width}" scope="rowgroup"><span>roles</span></th></tr>
${uneven.map(
  (
    role,
  ) => html`<tr class="differs" data-role="${role}"><th scope="row"><span class="role">${role}</span> <span class="mark">≠ role</span></th>${header.participants.map(({ participant, state, capabilities }) => roleBox(participant, state === "ready" ? capabilities.includes(role) : undefined))}</tr>
`,
)}</tbody>
`;
}

function roleBox(participant: string, has: boolean | undefined): Html {
  if (has === undefined)
    return html`<td class="none" data-participant="${participant}"><span aria-hidden="true">·</span><span class="hidden">took no part</span></td>`;
  return has
    ? html`<td data-participant="${participant}"><span aria-hidden="true">✓</span> has it</td>`
    : html`<td class="missing" data-participant="${participant}"><span aria-hidden="true">–</span> missing</td>`;
}
