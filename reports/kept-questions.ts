/**
 * The questions by which the self-test noticed each mutant and proved each check, `rfc-checks/kept-questions.yaml`, the longest at
 * the front. They are put in the first round.
 */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseDocument, stringify } from "yaml";
import { z } from "zod";

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
