import { setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";
import type { StartedWakuNode } from "../fixtures/contract/node.ts";

interface Pace {
  readonly requests: number;
  readonly perMs: number;
}

/**
 * Lets calls through one at a time, each once the service may have forgotten enough of those before it.
 * @param settled false for a call that returns before its request was answered
 */
export function pacer({ requests, perMs }: Pace): <T>(call: () => Promise<T>, settled?: boolean) => Promise<T> {
  const oneAtATime = pLimit(1);
  const sent: number[] = [];
  return (call, settled = true) =>
    oneAtATime(async () => {
      const oldest = sent.length >= requests ? sent.shift() : undefined;
      if (oldest !== undefined) await sleep(Math.max(0, oldest + perMs - performance.now()));
      try {
        return await call();
      } finally {
        // Counted from the answer: a service may count from when it had read the request.
        sent.push(performance.now() + (settled ? 0 : perMs));
      }
    });
}

/** A client whose requests keep to the pace of the service node it is linked to: rates are not what most checks ask about. */
export function paced(client: StartedWakuNode, service: StartedWakuNode): StartedWakuNode {
  const pace = service.capabilities.pacing;
  if (!pace) return client;
  const [ofFilter, ofLightpush] = [pacer(pace), pacer(pace)];
  const { filter, lightpush } = client;
  const settles = (call: string): boolean => !client.capabilities.lacks.includes(`${call} result`);
  return {
    ...client,
    ...(filter && {
      filter: {
        subscribe: (...args) => ofFilter(() => filter.subscribe(...args)),
        unsubscribe: (...args) => ofFilter(() => filter.unsubscribe(...args), settles("filter.unsubscribe")),
        unsubscribeAll: () => ofFilter(() => filter.unsubscribeAll(), settles("filter.unsubscribeAll")),
        ping: () => ofFilter(() => filter.ping()),
        received: (...args) => filter.received(...args),
      },
    }),
    ...(lightpush && { lightpush: { push: (...args) => ofLightpush(() => lightpush.push(...args)) } }),
  };
}
