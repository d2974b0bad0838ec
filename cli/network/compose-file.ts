import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { z } from "zod";
import { UsageError } from "../usage.ts";

/** The one description of the standing network, for compose and for this command. */
const composeFile = new URL("../../docker-compose.interop.yml", import.meta.url);
export const projectFolder = fileURLToPath(new URL(".", composeFile));

const seconds = z
  .string()
  .regex(/^\d+s$/)
  .transform((text) => Number.parseInt(text, 10));

/** As much of compose as the file uses; anything else is refused, so that both ways bring up the same. */
const serviceSchema = z.strictObject({
  image: z.string(),
  entrypoint: z.array(z.string()).optional(),
  command: z.array(z.string()),
  labels: z.record(z.string(), z.string()),
  networks: z.tuple([z.string()]),
  dns: z.string(),
  ports: z.array(z.string().regex(/^127\.0\.0\.1:\d+:\d+$/)),
  volumes: z.array(z.string().regex(/^\.\/.+:\/.+:ro$/)),
  profiles: z.array(z.string()).default([]),
  healthcheck: z.strictObject({ test: z.array(z.string()), interval: seconds, timeout: seconds, retries: z.int() }).optional(),
});
export type Service = z.infer<typeof serviceSchema> & { readonly name: string };

const networkSchema = z.strictObject({
  driver: z.string(),
  driver_opts: z.record(z.string(), z.string()),
  labels: z.record(z.string(), z.string()),
});

const fileSchema = z.looseObject({ services: z.record(z.string(), serviceSchema), networks: z.strictObject({ waku: networkSchema }) });

export interface ComposeFile {
  readonly services: readonly Service[];
  readonly network: z.infer<typeof networkSchema>;
}

/** `${NAME:-default}` and `$$`, as compose reads them. */
const interpolate = (text: string, environment: NodeJS.ProcessEnv): string =>
  text.replace(/\$\$|\$\{(\w+):-([^}]*)\}/g, (found, name: string | undefined, fallback: string) =>
    name === undefined ? found.slice(1) : environment[name] || fallback,
  );

/** Services of no profile and those of the profiles asked for. @throws UsageError for a profile that is none, Error naming what else is not understood */
export async function readComposeFile(profiles: readonly string[], environment = process.env): Promise<ComposeFile> {
  const text = interpolate(await readFile(composeFile, "utf8"), environment);
  const { services, networks } = fileSchema.parse(parse(text, { merge: true }));
  const known = new Set(Object.values(services).flatMap((service) => service.profiles));
  const unknown = profiles.find((profile) => !known.has(profile));
  if (unknown !== undefined)
    throw new UsageError(`--profile ${unknown}: the compose file has no such profile; known: ${[...known].join(", ")}`);
  const wanted = Object.entries(services).filter(
    ([, service]) => service.profiles.length === 0 || service.profiles.some((profile) => profiles.includes(profile)),
  );
  return { services: wanted.map(([name, service]) => ({ name, ...service })), network: networks.waku };
}
