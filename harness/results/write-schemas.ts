/** Writes the published schemas: `npm run schemas`. */
import { writeFileSync } from "node:fs";
import { published } from "./published.ts";

for (const [name, schema] of Object.entries(published))
  writeFileSync(new URL(`./${name}.schema.json`, import.meta.url), `${JSON.stringify(schema, null, 2)}\n`);
