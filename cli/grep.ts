import { UsageError } from "./usage.ts";

/**
 * What a pattern that selects nothing is refused with.
 * @param waiting tags of the checks that match and wait for them
 */
export function nothingMatches(grep: string | undefined, waiting: Iterable<string> = []): UsageError {
  const [tag, ...others] = [...new Set(waiting)];
  if (tag === undefined) return new UsageError(`--grep ${grep}: no check matches; \`npx waku-conformance list\` names them all`);
  const tagged = `${/[|]/.test(grep ?? "") ? `(${grep})` : (grep ?? "")}.*${tag}`;
  return new UsageError(
    `--grep ${grep}: only checks of ${[tag, ...others].join(" and ")} match, which run when the pattern says so: --grep '${tagged}'`,
  );
}

/** @throws UsageError when it is not a regular expression */
export function grepPattern(grep: string | undefined): RegExp | undefined {
  if (grep === undefined) return undefined;
  try {
    return new RegExp(grep);
  } catch (error) {
    throw new UsageError(`--grep ${grep}: ${(error as Error).message}`);
  }
}
