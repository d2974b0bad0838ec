import { StartFailure } from "../../fixtures/contract/runtime.ts";
import { dockerAvailable } from "../../fixtures/runtimes/docker/engine.ts";
import { plural } from "../../reports/words.ts";
import { build as buildImages } from "./build.ts";
import { readComposeFile } from "./compose-file.ts";
import { down as takeDown } from "./down.ts";
import { NetworkFailure } from "./failure.ts";
import { status as showStatus } from "./status.ts";
import { up as bringUp } from "./up.ts";

export async function build(profile: readonly string[]): Promise<void> {
  const { services } = await readComposeFile(profile);
  await guarded(() => buildImages(services));
}
export async function up(profile: readonly string[]): Promise<void> {
  const file = await readComposeFile(profile);
  await guarded(() => bringUp(file));
}
export const status = () => guarded(showStatus);
export const down = () =>
  guarded(async () => {
    const { containers, networks } = await takeDown();
    console.log(
      containers + networks === 0
        ? "no network is running"
        : `removed ${plural(containers, "container")} and ${plural(networks, "network")}`,
    );
  });

/** Exit code 1 with one sentence for what is not ours to mend. */
async function guarded(action: () => Promise<void>): Promise<void> {
  try {
    const state = await dockerAvailable();
    if (!state.available) throw new NetworkFailure(state.reason);
    await action();
  } catch (error) {
    if (!(error instanceof NetworkFailure || error instanceof StartFailure)) throw error;
    console.error(`waku-conformance network: ${error.message}`);
    process.exitCode = 1;
  }
}
