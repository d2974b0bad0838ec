import type { Probe } from "../fixtures/contract/probe.ts";

/** Every request or push that a probe was sent by a protocol, oldest first: some open streams ahead of time, on which nothing is asked. */
export const requestsTo = (probe: Probe, protocol: string): readonly Uint8Array[] =>
  probe.recorded(protocol).flatMap(({ frames }) => frames);
