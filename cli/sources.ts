import { adapters } from "../fixtures/implementations/index.ts";
import { BadNode, type NamedSource, parseNode, sourcesFromEnvironment } from "../harness/sources.ts";
import { UsageError } from "./usage.ts";

/**
 * What the environment names, then what `--node` does, which wins over it.
 * @throws UsageError
 */
export function namedSources(nodes: readonly string[] = []): NamedSource[] {
  try {
    return [...sourcesFromEnvironment(process.env, adapters), ...nodes.map((text) => parseNode(text, adapters))];
  } catch (error) {
    throw error instanceof BadNode ? new UsageError(error.message) : error;
  }
}
