/** Runs Allure over a folder of results and makes one static file of it. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import type { AllureConfig } from "allure";
import { categories } from "./categories.ts";
import { sealed } from "./sealed.ts";

/** Thousands of results take a minute. */
const generateMs = 600_000;

interface GenerateOptions {
  readonly resultsFolder: string;
  /** the HTML file to write */
  readonly page: string;
  readonly name: string;
  /** JSON lines, one a report; this run is added */
  readonly history: string;
  readonly stopping?: AbortSignal | undefined;
}

/** Says what Allure printed, or what of its report was refused. */
export class NoAllureReport extends Error {
  override readonly name = "NoAllureReport";
}

/**
 * @throws NoAllureReport
 * @throws the reason of `stopping`
 */
export async function generateAllureReport({ resultsFolder, page, name, history, stopping }: GenerateOptions): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), "waku-conformance-allure-"));
  try {
    await forget(history, name);
    const config: AllureConfig = {
      name,
      output: join(work, "report"),
      historyPath: history,
      historyLimit: 20,
      categories,
      plugins: {
        awesome: { options: { reportName: name, singleFile: true, reportLanguage: "en", groupBy: ["epic", "feature", "story"] } },
      },
    };
    const configFile = join(work, "allurerc.json");
    await writeFile(configFile, JSON.stringify(config));
    await allure(["generate", resultsFolder, "--config", configFile, "--cwd", work], stopping);
    const report = await readFile(join(work, "report", "index.html"), "utf8");
    await mkdir(dirname(page), { recursive: true });
    await writeFile(page, sealed(report));
  } catch (cause) {
    if (stopping?.aborted) throw cause;
    throw new NoAllureReport(`no Allure report: ${(cause as Error).message}`, { cause });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function allure(args: readonly string[], stopping: AbortSignal | undefined): Promise<void> {
  stopping?.throwIfAborted();
  // The package names its command in no export; it lies beside the folder of its entry.
  const command = resolve(dirname(createRequire(import.meta.url).resolve("allure")), "../cli.js");
  const options = { maxBuffer: 2 ** 26, timeout: generateMs, killSignal: "SIGKILL" } as const;
  const running = promisify(execFile)(process.execPath, [command, ...args], options);
  // Waited for, unlike what execFile aborts itself: it may still be writing to its folder.
  const kill = () => void running.child.kill("SIGKILL");
  stopping?.addEventListener("abort", kill);
  try {
    await running;
  } catch (cause) {
    stopping?.throwIfAborted();
    const { stdout = "", stderr = "", killed } = cause as { stdout?: string; stderr?: string; killed?: boolean };
    const said = stripVTControlCharacters(`${stdout}${stderr}`).trim() || (cause as Error).message;
    throw new Error(`${killed ? `it was not made within ${generateMs / 1000} s: ` : ""}${said}`, { cause });
  } finally {
    stopping?.removeEventListener("abort", kill);
  }
}

/**
 * Takes a report of the same name out of the history, so that writing it twice does not look like two runs; and lines that
 * were cut short, which Allure would fail for.
 */
async function forget(history: string, name: string): Promise<void> {
  const text = await readFile(history, "utf8").catch(() => "");
  const lines = text.split("\n").filter((line) => line !== "");
  const kept = lines.filter((line) => ![undefined, name].includes(nameIn(line)));
  if (kept.length < lines.length) await writeFile(history, kept.map((line) => `${line}\n`).join(""));
}

/** Of the report that a line of the history tells of; undefined when it cannot be read. */
function nameIn(line: string): string | undefined {
  try {
    return (JSON.parse(line) as { name?: string }).name ?? "";
  } catch {
    return undefined;
  }
}
