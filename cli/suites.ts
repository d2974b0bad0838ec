import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Mocha from "mocha";
import { parse } from "yaml";
import { keyOfTest, useSession } from "../harness/check.ts";
import type { AnyDefinition } from "../harness/expansion.ts";
import type { Session } from "../harness/session.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Loads every suite that .mocharc.yml names, with its checks expanded over the participants of a session. */
export async function loadSuites(session: Session, grep: RegExp | undefined): Promise<Mocha> {
  useSession(session);
  const { spec, ...options } = parse(readFileSync(join(root, ".mocharc.yml"), "utf8")) as { spec: string[] } & Mocha.MochaOptions;
  // Lines are printed as checks end, not in mocha's order.
  const mocha = new Mocha({ ...options, ...(grep && { grep }), reporter: class {} as unknown as string });
  for (const file of globSync(spec, { cwd: root }).sort()) mocha.addFile(join(root, file));
  await mocha.loadFilesAsync();
  return mocha;
}

/** What waits for a protocol time-out or takes fifty nodes is run only when it is asked for by its tag. */
const tiers = /#(?:slow|scale)\b/;

export interface Selection {
  /** Result keys of the tests that mocha would run, in its order. */
  readonly keys: readonly string[];
  /** Tags of those that match and wait for them, by result key. */
  readonly deferred: ReadonlyMap<string, string>;
}

export function selectionOf(mocha: Mocha, grep: RegExp | undefined): Selection {
  const askedFor = grep !== undefined && tiers.test(grep.source);
  const keys: string[] = [];
  const deferred = new Map<string, string>();
  mocha.suite.eachTest((test) => {
    const key = keyOfTest(test);
    const title = test.fullTitle();
    if (key === undefined || !(grep?.test(title) ?? true)) return;
    const [tag] = tiers.exec(title) ?? [];
    if (askedFor || tag === undefined) return void keys.push(key);
    deferred.set(key, tag);
    test.pending = true;
  });
  return { keys, deferred };
}

/** Every check that the suites declare, put to nobody. */
export async function declaredDefinitions(): Promise<AnyDefinition[]> {
  const declared: AnyDefinition[] = [];
  const collecting: Pick<Session, "register"> = {
    register(definition) {
      declared.push(definition);
      return [];
    },
  };
  await loadSuites(collecting as Session, undefined);
  return declared;
}

/** The tag for which a check waits, where a full run leaves it out. */
export const deferredBy = ({ tags = [] }: AnyDefinition): string | undefined => tags.find((tag) => tiers.test(tag));

/** What the ledger is held against. */
export const declaredChecks = async (): Promise<{ id: string; revision: number; deferred: boolean }[]> =>
  (await declaredDefinitions()).map((definition) => ({
    id: definition.id,
    revision: definition.revision ?? 1,
    deferred: deferredBy(definition) !== undefined,
  }));
