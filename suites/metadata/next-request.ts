import type { Probe } from "../../fixtures/contract/probe.ts";
import { poll } from "../../fixtures/waiting.ts";
import type { Scene } from "../../harness/scene.ts";
import { metadataProtocol } from "../../rfc-checks/wire/metadata.ts";
import { requestsTo } from "../requests.ts";

/** The next metadata request that comes of itself, after so many; none once the bound has passed. */
export const nextRequest = async ({ subject }: Pick<Scene<unknown>, "subject">, probe: Probe, after = 0): Promise<Uint8Array | undefined> =>
  poll(
    async () => requestsTo(probe, metadataProtocol)[after],
    (bytes) => bytes !== undefined,
    subject.capabilities.timings.settledMs,
  );
