import type { CheckResult } from "../../../harness/results/schema.ts";
import { Session, type SessionOptions } from "../../../harness/session.ts";
import { type Changes, definition, fieldOf, player, World } from "./fakes.ts";

type Check = Parameters<typeof definition>[0];
type Options = Partial<SessionOptions> & { readonly select?: (key: string) => boolean };

export interface Played {
  readonly world: World;
  readonly session: Session;
  readonly keys: readonly string[];
  /** Results in the order of the keys. */
  readonly results: readonly CheckResult[];
  /** Keys in the order in which they ended. */
  readonly order: readonly string[];
}

/** Players whose nodes live in one world. */
export function players(names: readonly string[], changes: Record<string, Changes> = {}) {
  const world = new World();
  const ready = names.map((name) =>
    player(name, { world, ...(name === "reference" && { referee: true }), ...changes[name.split("@")[0] as string] }),
  );
  return { world, ready };
}

export function sessionOf({ ready }: Pick<ReturnType<typeof players>, "ready">, options: Options = {}): Session {
  const nothing: SessionOptions = {
    field: fieldOf(ready),
    folder: "",
    known: () => false,
    replay: ({ key }) => `npm test -- --grep ${key}`,
    onResult: () => {},
    ...options,
  };
  return new Session(nothing, 1);
}

/** The first of them. */
export const one = (results: readonly CheckResult[]): CheckResult => results[0] as CheckResult;

/** Runs checks to their end. */
export async function play(field: ReturnType<typeof players>, checks: readonly Check[], options: Options = {}): Promise<Played> {
  const order: string[] = [];
  const session = sessionOf(field, { ...options, onResult: ({ key }) => void order.push(key) });
  for (const check of checks) session.register(definition(check));
  const keys = session.expansions.map(({ key }) => key).filter(options.select ?? (() => true));
  session.run(keys);
  const results = await Promise.all(keys.map((key) => session.result(key)));
  return { world: field.world, session, keys, results, order };
}
