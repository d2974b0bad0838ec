/** What each release of the harness asked: `rfc-checks/releases/<version>.yaml`, written once and never changed. */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rcompare } from "semver";
import { parse, stringify } from "yaml";
import { z } from "zod";

const releasesFolder = fileURLToPath(new URL("../../rfc-checks/releases", import.meta.url));

const releaseSchema = z.strictObject({
  release: z.string(),
  /** Ids of the ledger's rows. */
  requirements: z.array(z.string()),
  /** Check id → its revision. */
  checks: z.record(z.string(), z.int().positive()),
});

export type Release = z.infer<typeof releaseSchema>;

/** The release with the highest version, or undefined before the first. */
export async function newestRelease(folder: string = releasesFolder): Promise<Release | undefined> {
  const files = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return [];
    throw cause;
  });
  const [newest] = files.map((file) => file.replace(/\.yaml$/, "")).sort(rcompare);
  return newest === undefined ? undefined : releaseSchema.parse(parse(await readFile(join(folder, `${newest}.yaml`), "utf8")));
}

/**
 * @returns the path of the file
 * @throws EEXIST when the release is frozen already
 */
export async function freeze(release: Release, folder: string = releasesFolder): Promise<string> {
  const path = join(folder, `${release.release}.yaml`);
  await mkdir(folder, { recursive: true });
  await writeFile(path, stringify({ ...release, checks: Object.fromEntries(Object.entries(release.checks).sort()) }), { flag: "wx" });
  return path;
}
