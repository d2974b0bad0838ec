/**
 * The questions by which the self-test noticed each mutant and proved each check, `rfc-checks/kept-questions.yaml`. They are put
 * first, the longest at the front.
 */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parse, stringify } from "yaml";
import { z } from "zod";

const keptFile = fileURLToPath(new URL("../rfc-checks/kept-questions.yaml", import.meta.url));

/**
 * @returns keys; none when nothing was written down yet
 * @throws when the file is no list of keys
 */
export async function readKeptQuestions(): Promise<readonly string[]> {
  const text = await readFile(keptFile, "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return "[]";
    throw cause;
  });
  const keys = z.array(z.string()).safeParse(parse(text));
  if (!keys.success) throw new Error(`${keptFile}: not a list of keys; npm run selftest -- --remember writes it anew`);
  return keys.data;
}

/** @returns the path of the file */
export async function writeKeptQuestions(keys: readonly string[]): Promise<string> {
  await writeFile(keptFile, stringify(keys));
  return keptFile;
}
