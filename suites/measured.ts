import type { CheckDefinition } from "../harness/definition.ts";
import type { Scene } from "../harness/scene.ts";

/** Bytes of memory; a node that shares its process with others has theirs too. */
export const memory = async <V>({ subject }: Scene<V>): Promise<number> => (await subject.stats()).rssBytes;

/** The same check, which also records how much memory the subject has before and after: what is much, no document says. */
export const measured = <Observation extends object, Variant = undefined>(
  definition: CheckDefinition<Observation, Variant>,
): CheckDefinition<Observation, Variant> => ({
  ...definition,
  async observe(scene) {
    const before = await memory(scene);
    const seen = await definition.observe(scene);
    return { ...seen, rssBytes: [before, await memory(scene)] };
  },
});
