import { setTimeout as sleep } from "node:timers/promises";
import type { StartedWakuNode } from "../fixtures/contract/node.ts";

/** A node of the check has ended and was not replaced: what is still asked of it can only be waited for in vain. */
export class NodeLost extends Error {
  override readonly name = "NodeLost";
}

/** A check that breaks nodes needs the grace to see it and have them renewed. */
const paceMs = { every: 1_000, grace: 5_000 };

/**
 * Rejects once one of the nodes has been dead for a while.
 * @param nodes those that the check has now
 */
export async function untilLost(nodes: () => readonly StartedWakuNode[], signal: AbortSignal, { every, grace } = paceMs): Promise<never> {
  const dead = new Map<StartedWakuNode, number>();
  for (;;) {
    // Nodes are what keeps a run going, not that they are watched.
    await sleep(every, undefined, { signal, ref: false });
    for (const node of nodes()) {
      if ((await node.alive()).outcome !== "died") continue;
      const since = dead.get(node) ?? performance.now();
      dead.set(node, since);
      if (performance.now() - since >= grace && nodes().includes(node)) throw new NodeLost(`${node.name} has ended`);
    }
  }
}
