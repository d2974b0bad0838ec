/** Writes the published schemas: `npm run schemas`. */
import { writeFileSync } from "node:fs";
import { z } from "zod";
import { checkResultSchema, footerSchema, headerSchema } from "./schema.ts";

for (const [name, schema] of Object.entries({ header: headerSchema, check: checkResultSchema, footer: footerSchema })) {
  writeFileSync(
    new URL(`./${name}.schema.json`, import.meta.url),
    `${JSON.stringify(z.toJSONSchema(schema, { io: "output" }), null, 2)}\n`,
  );
}
