import { existsSync, statSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { issueCertificate, runAuthority } from "../../fixtures/keys/certificates.ts";
import { projectFolder } from "./compose-file.ts";

/** Mounted into every node. */
const folder = join(projectFolder, ".cache/network");
const lifeMs = 30 * 24 * 3600 * 1000;

/** One certificate for all nodes of the standing network, by their names, and the authority that they trust. Renewed after a month. */
export async function ensureCertificates(hosts: readonly string[]): Promise<void> {
  // Written last, so that it stands for all, and with it for whom they are.
  const last = join(folder, "hosts.json");
  const named = JSON.stringify(hosts);
  if (existsSync(last) && Date.now() - statSync(last).mtimeMs < lifeMs && (await readFile(last, "utf8")) === named) return;
  await mkdir(folder, { recursive: true });
  const { cert, key } = await issueCertificate([...hosts, "localhost"]);
  await writeFile(join(folder, "authority.pem"), (await runAuthority()).cert);
  await writeFile(join(folder, "cert.pem"), cert);
  await writeFile(join(folder, "key.pem"), key);
  await writeFile(last, named);
}
