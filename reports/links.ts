/** Where a requirement is written down: the text that the ledger was made from, at its commit. */

import { ledger } from "../rfc-checks/ledger.ts";

/** What the ledger calls the part of a document before its first heading. */
const documentItself = "top";

/** The section behind a requirement id such as `51-SHARD-01`, or undefined for a rule that no document has. */
export function requirementLink(id: string): string | undefined {
  const { source, document, section } = ledger.get(id) ?? {};
  if (source === undefined || document === undefined) return undefined;
  const page = `https://github.com/${source.replace("@", "/blob/")}/${document}`;
  return section === undefined || section === documentItself ? page : `${page}#${headingAnchor(section)}`;
}

/** The fragment that GitHub gives a heading: lower case, words joined by hyphens, no punctuation. */
function headingAnchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");
}
