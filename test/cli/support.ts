import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../../cli/bin.mjs", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  readonly stdout: () => string;
  readonly ended: Promise<Ended>;
}

/** A folder for the runs and the caches of one suite, removed after it. */
export function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "cli-"));
  after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/**
 * Starts the command as on a machine that has nothing but Node, no Go, no container engine, nothing built: only what
 * comes with the packages takes part.
 */
export function start(folder: string, args: readonly string[], env: Record<string, string> = {}): Running {
  const bare = { PATH: dirname(process.execPath), HOME: folder, XDG_CACHE_HOME: folder, DOCKER_HOST: `unix://${folder}/no-engine.sock` };
  const child = spawn(process.execPath, [bin, ...args], {
    env: { ...bare, TMPDIR: tmpdir(), WAKU_RUNS: join(folder, "runs"), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<Ended>((resolve) => child.once("close", (code) => resolve({ code, stdout, stderr })));
  return { child, stdout: () => stdout, ended };
}

/** Commands that end by themselves, begun two at a time before the first test; each test awaits its own. */
export function runs(of: Readonly<Record<string, () => Running>>): (name: string) => Promise<Ended> {
  const begun = new Map<string, PromiseWithResolvers<Ended>>();
  for (const name of Object.keys(of)) begun.set(name, Promise.withResolvers());
  const waiting = Object.entries(of);
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) begun.get(next[0])?.resolve(await next[1]().ended);
  };
  before(() => {
    void lane();
    void lane();
  });
  return (name) => (begun.get(name) as PromiseWithResolvers<Ended>).promise;
}
