/** Node logs that belong to a check: `logs/node-1.log#1024-4096`, relative to the run's folder. */
import { open } from "node:fs/promises";
import { resolve, sep } from "node:path";

interface LogRange {
  /** relative to the run's folder */
  readonly file: string;
  /** from the first byte to the one after the last; undefined for the whole file */
  readonly bytes: { readonly first: number; readonly end: number } | undefined;
}

/** Takes an evidence reference apart; undefined when it does not name a file inside the run's folder. */
export function logRange(evidence: string): LogRange | undefined {
  const parts = /^([^#]+)(?:#(\d+)-(\d+))?$/.exec(evidence);
  const file = parts?.[1];
  if (file === undefined || !isInside(file)) return undefined;
  const bytes = parts?.[2] === undefined ? undefined : { first: Number(parts[2]), end: Number(parts[3]) };
  return { file, bytes };
}

/** The reference as a relative address, each segment escaped; undefined when it must not become a link. */
export function logHref(evidence: string, runFolder: string): string | undefined {
  const range = logRange(evidence);
  if (range === undefined) return undefined;
  return [runFolder, ...range.file.split("/").map(encodeURIComponent)].join("/");
}

/**
 * Reads the bytes of a log that a check points at, at most `limit` of them: the first half and the last half of a longer range.
 * Returns undefined when the log is gone or the reference leaves the run's folder.
 */
export async function readLogRange(runFolder: string, evidence: string, limit: number): Promise<string | undefined> {
  const range = logRange(evidence);
  if (range === undefined) return undefined;
  const path = resolve(runFolder, range.file);
  if (!path.startsWith(resolve(runFolder) + sep)) return undefined;
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const { size } = await file.stat();
    const first = Math.min(range.bytes?.first ?? 0, size);
    const end = Math.min(range.bytes?.end ?? size, size);
    const read = async (from: number, length: number): Promise<string> => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, from);
      return buffer.toString("utf8", 0, bytesRead);
    };
    if (end - first <= limit) return await read(first, Math.max(0, end - first));
    const half = Math.floor(limit / 2);
    return `${await read(first, half)}\n… ${end - first - 2 * half} bytes left out …\n${await read(end - half, half)}`;
  } finally {
    await file.close();
  }
}

function isInside(file: string): boolean {
  if (file.startsWith("/") || /[\\:]/.test(file)) return false;
  return !file.split("/").some((segment) => segment === ".." || segment === "");
}
