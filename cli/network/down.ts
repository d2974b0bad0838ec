import { type Removed, removeLabelled } from "../../fixtures/runtimes/docker/clean-up.ts";
import { engine } from "../../fixtures/runtimes/docker/engine.ts";
import { networkLabel } from "../../fixtures/runtimes/docker/labels.ts";
import { NetworkFailure } from "./failure.ts";

/** Removes all that stands, whoever brought it up. @throws NetworkFailure when somebody else's container holds the network */
export async function down(): Promise<Removed> {
  const removed = await removeLabelled(networkLabel, () => true);
  const docker = await engine();
  for (const { Id, Name } of await docker.listNetworks({ filters: { label: [networkLabel] } })) {
    const { Containers = {} } = (await docker.getNetwork(Id).inspect()) as { Containers?: Record<string, { Name: string }> };
    const names = Object.values(Containers).map((one) => one.Name);
    throw new NetworkFailure(`the network ${Name} is still used by ${names.join(", ")}; disconnect or remove them, and try again`);
  }
  return removed;
}
