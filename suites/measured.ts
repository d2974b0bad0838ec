import type { CheckDefinition } from "../harness/definition.ts";
import { gauge } from "../harness/gauges.ts";
import type { Scene } from "../harness/scene.ts";

/** What a node takes up. */
export interface Load {
  /** A node that shares its process with others has theirs too. */
  readonly rssBytes: number;
  /** As its metrics count them, some of which count one in several scopes; absent where none do. */
  readonly openStreams: number | undefined;
}

export const load = async ({ subject }: Pick<Scene<unknown>, "subject">): Promise<Load> => ({
  rssBytes: (await subject.stats()).rssBytes,
  openStreams: await gauge(subject, "openStreams"),
});

/** Loads in the order in which they were taken; not compared, as no document says what is much. */
export interface Loads {
  readonly rssBytes: readonly number[];
  readonly openStreams?: readonly (number | null)[];
}

export const loads = (...taken: readonly Load[]): Loads => ({
  rssBytes: taken.map(({ rssBytes }) => rssBytes),
  ...(taken.some(({ openStreams }) => openStreams !== undefined) && { openStreams: taken.map(({ openStreams }) => openStreams ?? null) }),
});

/** The same check, which also records what the subject takes up before and after. */
export const measured = <Observation extends object, Variant = undefined>(
  definition: CheckDefinition<Observation, Variant>,
): CheckDefinition<Observation, Variant> => ({
  ...definition,
  async observe(scene) {
    const before = await load(scene);
    const seen = await definition.observe(scene);
    return { ...seen, ...loads(before, await load(scene)) };
  },
});
