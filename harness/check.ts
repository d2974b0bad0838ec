import type { CheckDefinition } from "./definition.ts";
import type { AnyDefinition } from "./expansion.ts";
import type { Session } from "./session.ts";

let session: Session | undefined;
const keys = new WeakMap<Mocha.Runnable, string>();

/** Checks declared from now on belong to this session. */
export function useSession(current: Session): void {
  session = current;
}

/** The result key of a mocha test, where it is a check. */
export const keyOfTest = (test: Mocha.Runnable): string | undefined => keys.get(test);

/** Declares a check: one mocha test for each participant that has the roles, each ordered pair, and each variant. */
export function check<Observation, Variant = undefined>(definition: CheckDefinition<Observation, Variant>): void {
  if (!session) throw new Error("checks run through `npm test`, not through mocha alone");
  const current = session;
  for (const { key, title } of current.register(definition as unknown as AnyDefinition)) {
    // What it came to is told by the result; mocha only waits for it.
    const test = it(title, async () => void (await current.result(key)));
    test.timeout(0);
    keys.set(test, key);
  }
}
