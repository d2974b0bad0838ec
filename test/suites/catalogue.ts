import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { useSession } from "../../harness/check.ts";
import type { AnyDefinition } from "../../harness/expansion.ts";
import type { Session } from "../../harness/session.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface Declared {
  readonly definition: AnyDefinition;
  /** Where it stands, such as `suites/relay/delivery.suite.ts`. */
  readonly file: string;
}

/** Every check that the suites declare, put to nobody. */
export const catalogue: readonly Declared[] = await (async () => {
  const declared: Declared[] = [];
  for (const file of globSync("suites/**/*.suite.ts", { cwd: root }).sort()) {
    const collecting: Pick<Session, "register"> = {
      register(definition) {
        declared.push({ definition, file });
        return [];
      },
    };
    useSession(collecting as Session);
    await import(new URL(file, `file://${root}`).href);
  }
  return declared;
})();

export const check = (id: string): AnyDefinition =>
  catalogue.find(({ definition }) => definition.id === id)?.definition ?? fail(`no check has the id ${id}`);

function fail(message: string): never {
  throw new Error(message);
}
