import { cpus } from "node:os";

/** Below this share of the processors' time they have nothing to do, as checks wait. */
const idleShare = 0.75;
const windowMs = 500;
/** Those that are begun while all wait may come to work at the same time. */
const most = 1.5;

/**
 * How many lanes keep the processors at work: while these are idle, one more in each window, up to half as many again.
 * @param times of the processors since the machine has started, in ms
 */
export function laneCount(
  usual: number,
  times: () => { readonly busy: number; readonly all: number } = processorTimes,
  now: () => number = () => performance.now(),
): () => number {
  let [count, since, before] = [usual, now(), times()];
  return () => {
    if (now() - since < windowMs) return count;
    const after = times();
    const share = (after.busy - before.busy) / Math.max(1, after.all - before.all);
    count = share < idleShare ? Math.min(count + 1, Math.floor(usual * most)) : usual;
    [since, before] = [now(), after];
    return count;
  };
}

function processorTimes() {
  const each = cpus().map(({ times: { idle, ...busy } }) => ({ idle, busy: Object.values(busy).reduce((sum, ms) => sum + ms, 0) }));
  const busy = each.reduce((sum, one) => sum + one.busy, 0);
  return { busy, all: each.reduce((sum, one) => sum + one.idle, busy) };
}
