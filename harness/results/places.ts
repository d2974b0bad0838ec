import type { Reason } from "./schema.ts";

/** The path of a reason that is about the node of a place. */
export const nodePath = (place: string): string => `nodes.${place}`;

/** The place that such a path names. */
export const placeOf = ({ path }: Pick<Reason, "path">): string => path.replace(/^nodes\./, "");
