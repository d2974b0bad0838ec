import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, symlinkSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import {
  type CheckResult,
  checkResultSchema,
  type Footer,
  footerSchema,
  type Header,
  headerSchema,
  type Line,
  type Verdict,
  verdicts,
} from "./schema.ts";

/** The result file cannot be written: a full disk, a folder without permission. */
export class Unwritable extends Error {
  override readonly name = "Unwritable";
}

/** Writes `results.jsonl` as the run goes; the only writer of it. */
export class Recorder {
  readonly folder: string;
  readonly #descriptor: number;
  readonly #started = performance.now();
  #finished = false;
  readonly #counts = Object.fromEntries(verdicts.map((verdict) => [verdict, 0])) as Record<Verdict, number>;

  /** @throws Unwritable */
  constructor(folder: string, header: Header) {
    this.folder = folder;
    this.#descriptor = writing(folder, () => {
      mkdirSync(folder, { recursive: true });
      return openSync(join(folder, "results.jsonl"), "wx");
    });
    this.#write(headerSchema.parse(header));
  }

  /** Results that come after the footer are dropped: their nodes were taken away. */
  record(result: CheckResult): void {
    if (this.#finished) return;
    this.#write(checkResultSchema.parse(result));
    this.#counts[result.verdict] += 1;
  }

  /** Writes the footer and points `latest`, and after a full run `latest-full`, at this run. */
  finish(interrupted: boolean, full: boolean): Footer {
    this.#finished = true;
    const footer = footerSchema.parse({
      kind: "footer",
      counts: this.#counts,
      durationMs: Math.round(performance.now() - this.#started),
      interrupted,
    });
    try {
      this.#write(footer);
      writing(this.folder, () => fsyncSync(this.#descriptor));
    } finally {
      closeSync(this.#descriptor);
    }
    for (const name of full && !interrupted ? ["latest", "latest-full"] : ["latest"])
      writing(this.folder, () => pointAt(this.folder, name));
    return footer;
  }

  #write(line: Line): void {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    writing(this.folder, () => {
      // A disk that is nearly full takes a part.
      for (let written = 0; written < bytes.length; ) written += writeSync(this.#descriptor, bytes, written);
    });
  }
}

function pointAt(folder: string, name: string): void {
  const link = join(dirname(folder), name);
  const partial = `${link}.${process.pid}`;
  rmSync(partial, { force: true });
  symlinkSync(basename(folder), partial);
  renameSync(partial, link);
}

function writing<T>(folder: string, write: () => T): T {
  try {
    return write();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === "ENOSPC" ? "the disk is full" : message;
    throw new Unwritable(`results cannot be written to ${folder}: ${why}; free room, or name another folder in WAKU_RUNS`);
  }
}
