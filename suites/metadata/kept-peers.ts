import type { Probe } from "../../fixtures/contract/probe.ts";
import { poll } from "../../fixtures/waiting.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { meet } from "../../harness/meeting.ts";
import type { Scene } from "../../harness/scene.ts";

type Subject = Pick<Scene<unknown>, "subject">;

/**
 * Brings a peer and the subject together, who may part at once: not to be let in is another matter.
 * @param meets how they come together
 * @throws CouldNotRun
 */
export async function comes({ subject }: Subject, probe: Probe, meets = meet): Promise<void> {
  const met = await meets(probe, subject);
  if (met.outcome !== "ok" && met.reason !== "connection-closed") throw new CouldNotRun(`a peer was not let in: ${JSON.stringify(met)}`);
}

/** Is the connection still there once the time is over in which it may be ended? */
export const stays = async ({ subject }: Subject, probe: Probe): Promise<boolean> =>
  !(await poll(
    async () => !probe.connected(subject.peerId),
    (gone) => gone,
    subject.capabilities.timings.settledMs,
  ));

/** Has a peer part from the subject, and waits until that has noticed: who is back before then is not one that comes. */
export async function leaves({ subject }: Subject, probe: Probe): Promise<void> {
  await probe.disconnect(subject.peerId);
  await poll(
    async () => (await subject.peers()).value?.some(({ peerId }) => peerId === probe.peerId) === true,
    (listed) => !listed,
    subject.capabilities.timings.settledMs,
  );
}
