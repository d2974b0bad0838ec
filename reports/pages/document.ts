/** What every page is in: one HTML file that needs neither a server nor anything beside it. */
import { readFileSync } from "node:fs";
import { Html, html } from "./html.ts";

/** The text of a file as it is, such as a style sheet. */
export const asset = (url: URL): Html => new Html(readFileSync(url, "utf8"));

export const palette = asset(new URL("assets/palette.css", import.meta.url));
const tables = asset(new URL("assets/tables.css", import.meta.url));

interface Document {
  readonly title: string;
  /** In this order: later sheets refine earlier ones. */
  readonly styles: readonly Html[];
  /** May it run the scripts that stand in it? */
  readonly scripts?: true;
  readonly body: Html;
}

/** Loads nothing from anywhere, and says so in its policy. */
export function document({ title, styles, scripts, body }: Document): string {
  const policy = `default-src 'none'; style-src 'unsafe-inline'; ${scripts ? "script-src 'unsafe-inline'; " : ""}base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Html(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${styles}</style>
</head>
<body>
${body}
</body>
</html>
`.text;
}

/** A page about one subject, beside the page of all checks. @param style of its own, after that of tables */
export const subjectPage = ({ title, style, header, main }: { title: string; style: Html; header: Html; main: Html }): string =>
  document({
    title,
    styles: [palette, tables, style],
    body: html`<header>${header}</header>
<main>
${main}
</main>`,
  });
