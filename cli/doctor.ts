import { dockerAvailable } from "../fixtures/runtimes/docker/engine.ts";
import { participantsFor } from "./field.ts";
import type { FieldFlags } from "./options.ts";

export async function doctor(flags: FieldFlags): Promise<void> {
  console.log(`ok       node ${process.versions.node}`);
  const engine = await dockerAvailable();
  console.log(engine.available ? `ok       docker ${engine.version}` : `missing  docker: ${engine.reason}`);
  const { ready, absent } = await participantsFor(flags, false);
  for (const { name, version, artifact, runtimes, capabilities } of ready) {
    console.log(`ok       ${name} ${version} (${artifact}), by ${runtimes.join(", ")}`);
    for (const { what, why } of capabilities.overrides) console.log(`           changed: ${what}: ${why}`);
    for (const traffic of capabilities.traffic) console.log(`           leaves the machine: ${traffic}`);
  }
  for (const { name, reason } of absent) console.log(`missing  ${name}: ${reason}`);
}
