import { type Removed, removeLabelled } from "../../fixtures/runtimes/docker/clean-up.ts";
import { networkLabel } from "../../fixtures/runtimes/docker/labels.ts";

/** Removes all that stands, whoever brought it up. */
export const down = (): Promise<Removed> => removeLabelled(networkLabel, () => true);
