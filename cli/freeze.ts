/** `npm run freeze`: writes down what this version of the harness asks, once, when it is released. */
import harness from "../package.json" with { type: "json" };
import { freeze } from "../reports/requirements/releases.ts";
import { ledger } from "../rfc-checks/ledger.ts";
import { declaredChecks } from "./suites.ts";

const declared = await declaredChecks();
const release = {
  release: harness.version,
  requirements: [...ledger.keys()],
  checks: Object.fromEntries(declared.map(({ id, revision }) => [id, revision])),
};
try {
  console.log(await freeze(release));
} catch (error) {
  if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  console.error(`${harness.version} is frozen already; raise the version in package.json`);
  process.exitCode = 1;
}
