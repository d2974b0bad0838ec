import type { Capabilities } from "../fixtures/contract/capabilities.ts";
import type { PublishedFunction } from "../fixtures/contract/rules.ts";
import { anyoneAlone } from "../topologies/index.ts";

/** Of rules as functions: whoever publishes this one is asked. */
export const publishes = (name: PublishedFunction) =>
  ({
    subject: "node",
    topology: anyoneAlone,
    mutates: "nothing",
    meaningful: ({ node }: Readonly<Record<string, Capabilities>>) => node?.functions.includes(name) === true,
  }) as const;
