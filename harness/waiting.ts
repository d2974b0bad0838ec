import { setTimeout as sleep } from "node:timers/promises";

const firstMs = 10;
const longestMs = 150;

/**
 * Asks until the answer will do, or the bound has passed; the last answer is returned either way.
 * @param boundMs a multiple of a protocol period or of a participant's declared timing
 */
export async function poll<T>(ask: () => Promise<T>, done: (answer: T) => boolean, boundMs: number): Promise<T> {
  const end = performance.now() + boundMs;
  for (let pauseMs = firstMs; ; pauseMs = Math.min(pauseMs * 1.5, longestMs)) {
    const answer = await ask();
    if (done(answer) || performance.now() + pauseMs > end) return answer;
    await sleep(pauseMs);
  }
}

/** Waits for something to have happened. @returns after how many ms it had, or null when it has not within the bound */
export async function happened(holds: () => boolean, boundMs: number): Promise<number | null> {
  const begun = performance.now();
  const held = await poll(async () => holds(), Boolean, boundMs);
  return held ? Math.round(performance.now() - begun) : null;
}
