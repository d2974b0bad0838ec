/** JSON schemas of what the files of a run keep to, by the name of their `*.schema.json`. */
import { z } from "zod";
import { checkResultSchema, footerSchema, headerSchema } from "./schema.ts";
import { shardRowSchema } from "./shard-row.ts";
import { slotRowSchema } from "./slot-row.ts";

export const published = {
  ...each({ header: headerSchema, check: checkResultSchema, footer: footerSchema }, "output"),
  // Checks record the rows of the reports as they are, without what a reader fills in.
  ...each({ "shard-row": shardRowSchema, "slot-row": slotRowSchema }, "input"),
};

function each(schemas: Readonly<Record<string, z.ZodType>>, io: "input" | "output"): Record<string, unknown> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, z.toJSONSchema(schema, { io })]));
}
