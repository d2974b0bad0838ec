import { poll } from "../../fixtures/waiting.ts";
import { exact } from "../../harness/observation.ts";
import { pacer } from "../../harness/pacing.ts";
import type { SlotRow } from "../../harness/results/slot-row.ts";
import type { Scene } from "../../harness/scene.ts";
import { unreachableClientSeconds } from "../../rfc-checks/rules/limits.ts";
import { type FilterClient, filled, filterLimit } from "./filter-clients.ts";

/** 12/WAKU2-FILTER, Filter-Push: a client that cannot be reached is forgotten after this long. */
export const unreachableMs = unreachableClientSeconds * 1_000;

export type Leaving = (client: FilterClient, scene: Scene<unknown>) => Promise<unknown>;

/** How one client gives its slot back. */
export interface Way {
  readonly how: string;
  readonly leave: Leaving;
}

/** Fills a service, has the first client give its slot back, and waits until the one too many gets it. */
export async function passOn(scene: Scene<unknown>, { how, leave }: Way, boundMs: number, coming?: readonly FilterClient[]) {
  const { clients, late, refusal } = await filled(scene, coming);
  const leaving = clients[0] as FilterClient;
  await leave(leaving, scene);
  const left = performance.now();
  const pace = pacer({ requests: 4, perMs: 1_000 });
  const answer = await poll(
    () => pace(() => late.subscribe(late.topic)),
    ({ success }) => success,
    boundMs,
  );
  const freedMs = answer.success ? Math.round(performance.now() - left) : null;
  const slot: SlotRow = {
    kind: "filter client",
    limit: filterLimit(scene),
    tried: clients.length + 1,
    accepted: clients.length,
    refused: `${refusal.statusCode ?? refusal.outcome}`,
    freed: { [how]: freedMs },
  };
  return { freed: exact(answer.success), answer, slots: [slot], late, leaving };
}
