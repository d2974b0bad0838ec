import fc from "fast-check";

/** The same for every participant and in every run, so that what is compared was asked alike. */
const seed = 66;

/** So many different inputs, odd ones among them. */
export const sampled = <T>(arbitrary: fc.Arbitrary<T>, count: number): readonly T[] => fc.sample(arbitrary, { seed, numRuns: count });
