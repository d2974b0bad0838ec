import { globSync } from "node:fs";

type Bad = readonly [code: string, changes: object];

/** What a check sees of a right node, and of wrong ones: the reason code, and what differs. */
export type Judged = readonly [good: object, ...bad: Bad[]];

export const ok = { outcome: "ok", reason: null, raw: "" };
export const refused = (reason: string) => ({ outcome: "refused", reason, raw: "" });

/** By id of the check; each area has a file of its own in the folder `judged`. */
export async function everyJudged(): Promise<Readonly<Record<string, Judged>>> {
  const folder = new URL("./judged/", import.meta.url);
  const files = globSync("*.ts", { cwd: folder.pathname }).sort();
  const areas = await Promise.all(files.map((file) => import(new URL(file, folder).href) as Promise<{ judged: Record<string, Judged> }>));
  return Object.assign({}, ...areas.map(({ judged }) => judged));
}
