import type { Probe } from "../../fixtures/contract/probe.ts";
import { poll } from "../../fixtures/waiting.ts";
import type { Scene } from "../../harness/scene.ts";
import { metadataProtocol } from "../../rfc-checks/wire/metadata.ts";

/** The metadata requests that a probe was sent, oldest first: some open streams ahead of time, on which nothing is asked. */
export const metadataRequests = (probe: Probe): readonly Uint8Array[] => probe.recorded(metadataProtocol).flatMap(({ frames }) => frames);

/** The next request that comes of itself, after so many; none once the bound has passed. */
export const nextRequest = async ({ subject }: Pick<Scene<unknown>, "subject">, probe: Probe, after = 0): Promise<Uint8Array | undefined> =>
  poll(
    async () => metadataRequests(probe)[after],
    (bytes) => bytes !== undefined,
    subject.capabilities.timings.settledMs,
  );
