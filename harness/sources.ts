import { accessSync, constants, existsSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { Adapter, Source } from "../fixtures/contract/adapter.ts";
import type { Artifact } from "../fixtures/contract/runtime.ts";

/** A `--node` or an environment variable that names nothing usable. */
export class BadNode extends Error {
  override readonly name = "BadNode";
}

export interface NamedSource extends Source {
  readonly artifact: Artifact;
  readonly implementation: string;
}

const named = /^([a-z][\w-]*?)(?:@([\w.-]+))?=(.+)$/;

/**
 * `NAME=IMAGE|BINARY`, where NAME is an implementation, or `implementation@label` for one more version of it.
 * @throws BadNode
 */
export function parseNode(text: string, adapters: readonly Adapter[], from = "--node"): NamedSource {
  const match = named.exec(text);
  const known = adapters.filter(({ replaceable }) => replaceable).map(({ implementation }) => implementation);
  if (!match)
    throw new BadNode(
      `${from} ${text}: not NAME=IMAGE|BINARY, such as ${known[0]}=./${known[0]} or ${known[0]}@old=registry/${known[0]}:v1`,
    );
  const [, implementation = "", label, value = ""] = match;
  if (!known.includes(implementation))
    throw new BadNode(
      `${from} ${text}: no implementation "${implementation}" can be put in place of the usual one; --node takes ${known.join(", ")}`,
    );
  return { implementation, artifact: artifactOf(value, `${from} ${text}`), ...(label !== undefined && { label }) };
}

/** @throws BadNode when it looks like a path and is no program */
function artifactOf(value: string, asked: string): Artifact {
  const looksLikePath = value.startsWith("/") || value.startsWith(".");
  if (!looksLikePath && !existsSync(value)) return { kind: "image", reference: value };
  const path = resolve(value);
  if (!existsSync(path)) throw new BadNode(`${asked}: ${path} does not exist`);
  if (!statSync(path).isFile()) throw new BadNode(`${asked}: ${path} is not a program`);
  try {
    accessSync(path, constants.X_OK);
  } catch {
    throw new BadNode(`${asked}: ${path} may not be executed; try: chmod +x ${path}`);
  }
  return { kind: "binary", path };
}

/** As it is written after `NAME=`. */
export const writtenValue = (artifact: Artifact): string =>
  artifact.kind === "image" ? artifact.reference : artifact.kind === "binary" ? artifact.path : artifact.entry;

/** As `parseNode` takes it. */
export const written = ({ implementation, label, artifact }: NamedSource): string =>
  `${implementation}${label === undefined ? "" : `@${label}`}=${writtenValue(artifact)}`;

/** What to add of an image that cannot be had and whose name may be a path that was mistyped; most images are named with a tag. */
export const orProgram = (reference: string): string =>
  /[:@]/.test(reference)
    ? ""
    : `; nor does the file ${resolve(reference)} exist: a program is named by its path, such as ./${basename(reference)}`;

/** What the environment names: `<NAME>_BIN`, `<NAME>_IMAGE`, and `WAKU_NODES` with `--node` values separated by commas. */
export function sourcesFromEnvironment(environment: NodeJS.ProcessEnv, adapters: readonly Adapter[]): NamedSource[] {
  const single = adapters
    .filter(({ replaceable }) => replaceable)
    .flatMap(({ implementation }) => {
      const prefix = implementation.toUpperCase().replaceAll("-", "_");
      const binary = environment[`${prefix}_BIN`];
      const image = environment[`${prefix}_IMAGE`];
      if (binary) return [{ implementation, artifact: artifactOf(resolve(binary), `${prefix}_BIN=${binary}`) }];
      return image ? [{ implementation, artifact: { kind: "image", reference: image } as const }] : [];
    });
  const listed = (environment.WAKU_NODES ?? "").split(",").filter((text) => text.trim() !== "");
  return [...single, ...listed.map((text) => parseNode(text.trim(), adapters, "WAKU_NODES:"))];
}

/** What to provision of an implementation: its default unless another was named, and every label; the last of a name wins. */
export function sourcesOf(implementation: string, sources: readonly NamedSource[]): Source[] {
  const own = sources.filter((source) => source.implementation === implementation);
  return [...new Map<string | undefined, Source>([[undefined, {}], ...own.map((source) => [source.label, source] as const)]).values()];
}
