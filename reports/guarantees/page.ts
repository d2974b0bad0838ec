/** What a protected shard guarantees, as a page. */
import type { RunResults } from "../../harness/results/read.ts";
import type { CheckResult } from "../../harness/results/schema.ts";
import { asset, subjectPage } from "../pages/document.ts";
import { type Html, html } from "../pages/html.ts";
import { plural } from "../words.ts";
import { evidenceOf, guarantees, type Standing } from "./guarantees.ts";

const signs: Readonly<Record<Standing, string>> = { holds: "✓", "holds as far as seen": "✓", "does not hold": "✗", "not seen": "–" };
const classes: Readonly<Record<Standing, string>> = {
  holds: "holds",
  "holds as far as seen": "partly",
  "does not hold": "broken",
  "not seen": "unseen",
};

const style = asset(new URL("assets/guarantees.css", import.meta.url));

export function renderGuaranteesPage({ header, checks }: RunResults): string {
  const asked = checks.filter(({ area }) => area === "protected-shards");
  const tells = (name: string) => guarantees.some((guarantee) => evidenceOf(guarantee, asked, name).standing !== "not seen");
  const present = header.participants.map(({ participant }) => participant).filter(tells);
  return subjectPage({
    title: `Protected shards: ${header.run}`,
    style,
    header: html`<h1>What a protected shard guarantees</h1>
<p>Publishers of a protected shard share a private key, and its relays drop what is not signed with it. Whoever has the key can publish
anything in anybody's name: a signature says that a message comes from the community, not from whom. Nothing is made secret. A claim holds
where each question about it that the participant can be asked was answered, and nothing spoke against it. Run
<b>${header.run}</b>, <a href="index.html">all its checks</a>.</p>`,
    main: html`${present.length === 0 && html`<p>No check of protected shards was in this run.</p>`}
${present.length > 0 && table(asked, present)}`,
  });
}

const table = (checks: readonly CheckResult[], present: readonly string[]): Html => html`<div class="scroll"><table>
<thead><tr><th scope="col">Claim</th>${present.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${guarantees.map(
  (guarantee) =>
    html`<tr><th scope="row">${guarantee.claim}<p>${guarantee.meaning}</p></th>${present.map((name) => {
      const { standing, keys, asked, answered } = evidenceOf(guarantee, checks, name);
      const seen = standing === "holds as far as seen" && ` (${answered} of ${plural(asked, "question")})`;
      return html`<td class="${classes[standing]}">${signs[standing]} ${standing}${seen}${keys.length > 0 && evidence(standing, keys)}</td>`;
    })}</tr>
`,
)}</tbody>
</table></div>`;

const evidence = (standing: Standing, keys: readonly string[]): Html =>
  html`<details><summary>${plural(keys.length, "result")} ${standing === "does not hold" ? "against it" : "for it"}</summary>${keys.map((key) => html`<div><code>${key}</code></div>`)}</details>`;
