/** Takes out of an Allure report what would call home, and forbids the rest of it to load anything. */

/** Allure holds its own scripts and styles as data: addresses and shows attachments from blobs; nothing else may load. */
const policy = [
  "default-src 'none'",
  "script-src 'unsafe-inline' 'unsafe-eval' data: blob:",
  "style-src 'unsafe-inline' data:",
  "img-src data: blob:",
  "font-src data:",
  "media-src data: blob:",
  "connect-src data: blob:",
  "frame-src data: blob:",
  "worker-src data: blob:",
].join("; ");

const analytics = /<script\b[^>]*googletagmanager[^>]*>\s*<\/script>\s*<script>(?:(?!<\/script>)[\s\S])*?<\/script>/g;
const external = /<(?:script|link|img|iframe)\b[^>]*\s(?:src|href)\s*=\s*["']?(?:https?:)?\/\/[^>]*>/i;

/** @throws Error when the page would still load something from outside */
export function sealed(page: string): string {
  const clean = page.replace(analytics, "");
  const loads = external.exec(clean)?.[0] ?? (clean.includes("googletagmanager") ? "googletagmanager" : undefined);
  if (loads !== undefined) throw new Error(`the Allure report would load from outside: ${loads.slice(0, 200)}`);
  return clean.replace(/<meta charset="utf-8">/, `$&\n    <meta http-equiv="Content-Security-Policy" content="${policy}">`);
}
