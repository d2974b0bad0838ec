/**
 * The largest size that a trial accepts, by bisection; sizes are assumed accepted below the limit and refused above.
 * Both ends are tried first.
 * @returns undefined when `low` is refused already, Infinity when `high` is accepted
 */
export async function largestAccepted(low: number, high: number, accepts: (size: number) => Promise<boolean>): Promise<number | undefined> {
  if (!(await accepts(low))) return undefined;
  if (await accepts(high)) return Number.POSITIVE_INFINITY;
  let [accepted, refused] = [low, high];
  while (refused - accepted > 1) {
    const middle = Math.floor((accepted + refused) / 2);
    if (await accepts(middle)) accepted = middle;
    else refused = middle;
  }
  return accepted;
}
