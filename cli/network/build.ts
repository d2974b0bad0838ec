import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isReady } from "../../fixtures/contract/adapter.ts";
import { StartFailure } from "../../fixtures/contract/runtime.ts";
import { engine } from "../../fixtures/runtimes/docker/engine.ts";
import { Images } from "../../fixtures/runtimes/docker/images.ts";
import { imageId, pullIfAbsent } from "../../fixtures/runtimes/docker/pull.ts";
import { progress } from "../progress.ts";
import { ensureCertificates } from "./certificates.ts";
import type { Service } from "./compose-file.ts";
import { NetworkFailure } from "./failure.ts";
import { bareSpec, launchOf, participant, participantLabel } from "./participants.ts";

/** Images of this name are made here; all others are somebody else's. */
const own = /^waku-conformance\//;

/** Images that are made here, and the participant that each is made from. */
function ownImages(services: readonly Service[]): ReadonlyMap<string, string> {
  const images = new Map<string, string>();
  for (const { image, labels } of services) {
    const name = labels[participantLabel];
    if (own.test(image) && name !== undefined) images.set(image, name);
  }
  return images;
}

const isHere = async (image: string): Promise<boolean> => (await imageId(await engine(), image)) !== undefined;

async function make(images: Images, reference: string, name: string): Promise<void> {
  const found = await participant(name, { build: true, progress });
  if (!isReady(found)) throw new NetworkFailure(`${reference} cannot be made: ${found.reason}`);
  const made = await images.of((await launchOf(found, bareSpec(name))).artifact);
  const colon = reference.lastIndexOf(":");
  await (await engine()).getImage(made).tag({ repo: reference.slice(0, colon), tag: reference.slice(colon + 1) });
  console.log(`${reference}  ${name} ${found.version}`);
}

/** Makes every image of our own, also where one of this name is there already: what it is made from may have changed. */
export async function build(services: readonly Service[], onlyMissing = false): Promise<void> {
  await ensureCertificates(services.map(({ name }) => name));
  const scratch = await mkdtemp(join(tmpdir(), "waku-conformance-images-"));
  const images = new Images(await engine(), scratch);
  try {
    for (const [reference, name] of ownImages(services)) {
      if (onlyMissing && (await isHere(reference))) continue;
      progress(`making ${reference}`);
      await make(images, reference, name);
    }
    for (const image of new Set(services.map((service) => service.image))) {
      if (own.test(image) || (await isHere(image))) continue;
      progress(`pulling ${image}`);
      await pullIfAbsent(await engine(), image, "the variable in docker-compose.interop.yml");
    }
  } catch (error) {
    if (error instanceof StartFailure) throw new NetworkFailure(error.message);
    throw error;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
