/** Reads the baseline: one YAML file an implementation, each a list of rows. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import type { z } from "zod";
import { Baseline } from "./baseline.ts";
import { BaselineRow, rowSchema } from "./row.ts";

const knownFolder = fileURLToPath(new URL("known", import.meta.url));

/** A baseline file that does not say what it excuses, or why. */
export class BadBaseline extends Error {
  override readonly name = "BadBaseline";
}

/**
 * Reads every `<implementation>.yaml` of a folder; a folder that is absent is an empty baseline.
 * @throws BadBaseline naming each file and row at fault
 */
export async function loadBaseline(folder: string = knownFolder): Promise<Baseline> {
  const entries = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return [];
    throw cause;
  });
  const names = entries.filter((entry) => !entry.startsWith(".")).sort();
  const stray = names.filter((name) => !name.endsWith(".yaml"));
  if (stray.length > 0) throw new BadBaseline(`${folder}: ${stray.join(", ")}: only <implementation>.yaml files belong here`);
  const files = await Promise.all(names.map(async (name) => readRows(name, await readFile(join(folder, name), "utf8"))));
  const faults = files.flatMap(({ faults }) => faults);
  if (faults.length > 0) throw new BadBaseline(faults.join("\n"));
  return new Baseline(files.flatMap(({ rows }) => rows));
}

function readRows(file: string, yaml: string): { rows: BaselineRow[]; faults: string[] } {
  const implementation = file.slice(0, -".yaml".length);
  let list: unknown;
  try {
    list = parse(yaml) ?? [];
  } catch (cause) {
    return { rows: [], faults: [`${file}: not YAML: ${(cause as Error).message.trim()}`] };
  }
  if (!Array.isArray(list))
    return { rows: [], faults: [`${file}: must be a list of rows, each with match, class, reason, evidence and link`] };
  const rows: BaselineRow[] = [];
  const faults: string[] = [];
  for (const [index, entry] of list.entries()) {
    const place = `${file} row ${index + 1}`;
    const row = rowSchema.safeParse(entry);
    if (row.success) rows.push(new BaselineRow(implementation, place, row.data));
    else faults.push(...row.error.issues.map((issue) => `${place}: ${issueText(issue)}`));
  }
  return { rows, faults };
}

function issueText(issue: z.core.$ZodIssue): string {
  return issue.path.length === 0 ? issue.message : `${issue.path.join(".")}: ${issue.message}`;
}
