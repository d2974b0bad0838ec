/**
 * The questions by which the self-test noticed each mutant and proved each check, `rfc-checks/kept-questions.yaml`, the longest at
 * the front. They are put in the first round.
 */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseDocument, stringify } from "yaml";
import { z } from "zod";
import type { Kill } from "./results/self-test.ts";

const keptFile = fileURLToPath(new URL("../rfc-checks/kept-questions.yaml", import.meta.url));

/**
 * @returns keys; none when nothing was written down yet
 * @throws when the file is no list of keys
 */
export async function readKeptQuestions(file = keptFile): Promise<readonly string[]> {
  const text = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return "[]";
    throw cause;
  });
  const { errors, contents } = parseDocument(text);
  const keys = z.array(z.string()).safeParse(errors.length > 0 ? undefined : contents?.toJSON());
  if (!keys.success) throw new Error(`${file}: not a list of keys; npm run selftest -- --remember writes it anew`);
  return keys.data;
}

/** @returns the path of the file */
export async function writeKeptQuestions(keys: readonly string[]): Promise<string> {
  await writeFile(keptFile, stringify(keys));
  return keptFile;
}

/** Few and short ones of the questions by which each mutant was noticed and each check was proven, by key, the longest first. */
export function kept(kills: readonly Kill[]): string[] {
  const [noticed, proven] = [new Set<string>(), new Set<string>()];
  const chosen: Kill[] = [];
  const shortest = [...kills].sort((left, right) => left.durationMs - right.durationMs);
  // First those that do for both a mutant and a check, then those that do for the one that is left.
  for (const wanted of [2, 1])
    for (const kill of shortest) {
      const { mutant, check, proves } = kill;
      const news = Number(!noticed.has(mutant)) + Number(proves && !proven.has(check));
      if (news < wanted) continue;
      chosen.push(kill);
      noticed.add(mutant);
      if (proves) proven.add(check);
    }
  return chosen.sort((left, right) => right.durationMs - left.durationMs).map(({ key }) => key);
}
