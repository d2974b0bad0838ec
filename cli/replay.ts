import type { RuntimeName } from "../fixtures/contract/runtime.ts";
import type { Expansion } from "../harness/expansion.ts";
import { type NamedSource, written } from "../harness/sources.ts";

/** What a shell would take apart is quoted. */
const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/**
 * The command that runs just this check again, with the same nodes.
 * @param sources also those that the environment named: who reads a report has another one
 */
export function replayCommand(
  { key, tags }: Pick<Expansion, "key" | "tags">,
  sources: readonly NamedSource[],
  runtime: RuntimeName | undefined,
): string {
  const escaped = key.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  // The last of a name wins.
  const named = new Map(sources.map((source) => [`${source.implementation}@${source.label ?? ""}`, written(source)]));
  const flags = [...(runtime === undefined ? [] : ["--runtime", runtime]), ...[...named.values()].flatMap((text) => ["--node", text])];
  return ["npm test -- --grep", `'${escaped} ${tags.join(" ")}'`, ...flags.map(quoted)].join(" ");
}
