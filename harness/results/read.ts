import { readFile } from "node:fs/promises";
import { type CheckResult, type Footer, type Header, lineSchema } from "./schema.ts";

export interface RunResults {
  readonly header: Header;
  readonly checks: readonly CheckResult[];
  readonly footer: Footer;
}

/** A result file that cannot be trusted: malformed, or without its footer. */
export class BadResultFile extends Error {
  override readonly name = "BadResultFile";
}

/**
 * Reads a run's `results.jsonl`.
 * @throws BadResultFile with the line at fault when the file is malformed or was cut short
 */
export async function readResults(path: string): Promise<RunResults> {
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new BadResultFile(cause.code === "ENOENT" ? `${path}: no such result file; run \`npm test\` first` : `${path}: ${cause.message}`);
  });
  const lines = text.split("\n").filter((line) => line !== "");
  const parsed = lines.map((line, index) => {
    try {
      return lineSchema.parse(JSON.parse(line));
    } catch (cause) {
      throw new BadResultFile(`${path}:${index + 1}: not a result line: ${(cause as Error).message}`);
    }
  });
  const [header] = parsed;
  const footer = parsed.at(-1);
  if (header?.kind !== "header") throw new BadResultFile(`${path}: the first line is not a header`);
  if (footer?.kind !== "footer") throw new BadResultFile(`${path}: no footer: the run was cut short, its results are incomplete`);
  const checks = parsed.slice(1, -1);
  const stray = checks.findIndex((line) => line.kind !== "check");
  if (stray !== -1) throw new BadResultFile(`${path}:${stray + 2}: a ${checks[stray]?.kind} in the middle of the file`);
  return { header, checks: checks as CheckResult[], footer };
}
