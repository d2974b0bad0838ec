import { createHash } from "node:crypto";

/** Bytes that a run's seed and a label decide: unlike those of other runs, and of each other. */
export class Seeded {
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** @returns 64 hex digits */
  hex(label: string): string {
    return createHash("sha256").update(`${this.#seed}/${label}`).digest("hex");
  }
}
