import { randomInt } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { StartFailure } from "../fixtures/contract/runtime.ts";
import { adapters } from "../fixtures/implementations/index.ts";
import { dockerAvailable } from "../fixtures/runtimes/docker/engine.ts";
import { inProcessRuntime } from "../fixtures/runtimes/in-process/in-process-runtime.ts";
import { Nursery } from "../fixtures/runtimes/nursery/nursery.ts";
import { processRuntime } from "../fixtures/runtimes/process/process-runtime.ts";
import { Field } from "../harness/field.ts";
import { Seeded } from "../harness/random.ts";
import { type Participants, resolveParticipants } from "../harness/resolve.ts";
import type { FieldFlags } from "./options.ts";
import { progress } from "./progress.ts";
import { namedSources } from "./sources.ts";
import { UsageError } from "./usage.ts";

/** An engine that hangs must not keep a run from its end, in ms. */
const closeMs = 30_000;

/** @throws UsageError when a node that the user named is unusable, or Docker is asked for and not there */
export async function participantsFor(flags: FieldFlags, build: boolean): Promise<Participants> {
  const sources = namedSources(flags.node);
  const engine = await dockerAvailable();
  if (flags.runtime === "docker" && !engine.available) throw new UsageError(`--runtime docker: ${engine.reason}`);
  try {
    return await resolveParticipants(adapters, sources, { runtime: flags.runtime, docker: engine.available, progress, build });
  } catch (error) {
    if (error instanceof StartFailure) throw new UsageError(error.message);
    throw error;
  }
}

export interface OpenField {
  readonly field: Field;
  readonly seed: number;
  close(): Promise<void>;
}

/** The field of one run: participants, runtimes, and a nursery that ends every process with the harness. */
export function openField(participants: Participants, run: { id: string; folder: string }): OpenField {
  const scratchFolder = mkdtempSync(join(tmpdir(), "waku-conformance-"));
  const nursery = new Nursery();
  nursery.adoptFolder(scratchFolder);
  const seed = randomInt(2 ** 47);
  const local = { runFolder: run.folder, scratchFolder, nursery };
  const field = new Field({
    ...participants,
    seeded: new Seeded(seed),
    open: async (name) => {
      // Loaded late: the library of containers costs a second, and most runs need none.
      if (name === "docker")
        return (await import("../fixtures/runtimes/docker/docker-runtime.ts")).dockerRuntime({
          runFolder: run.folder,
          scratchFolder,
          runId: run.id,
        });
      return name === "process" ? processRuntime(local) : inProcessRuntime(local);
    },
  });
  return {
    field,
    seed,
    async close() {
      const closing = field
        .close()
        .catch((error: Error) => progress(`nodes could not be ended: ${error.message}; the next run removes containers that are left`));
      const closed = await Promise.race([closing.then(() => true), sleep(closeMs, false, { ref: false })]);
      if (!closed) progress(`a runtime did not end its nodes within ${closeMs / 1000} s; the next run removes containers that are left`);
      nursery.close();
      rmSync(scratchFolder, { recursive: true, force: true });
    },
  };
}
