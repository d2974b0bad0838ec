import { UsageError } from "./usage.ts";

/** What a pattern that selects nothing is refused with. */
export const nothingMatches = (grep: string | undefined): UsageError =>
  new UsageError(`--grep ${grep}: no check matches; \`npx waku-conformance list\` names them all`);

/** @throws UsageError when it is not a regular expression */
export function grepPattern(grep: string | undefined): RegExp | undefined {
  if (grep === undefined) return undefined;
  try {
    return new RegExp(grep);
  } catch (error) {
    throw new UsageError(`--grep ${grep}: ${(error as Error).message}`);
  }
}
