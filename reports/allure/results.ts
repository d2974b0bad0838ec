/** Writes the folder of results that Allure reads, from a run's result file. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Attachment, ContentType } from "allure-js-commons";
import { FileSystemWriter } from "allure-js-commons/sdk/reporter";
import type { RunResults } from "../../harness/results/read.ts";
import type { CheckResult } from "../../harness/results/schema.ts";
import { environmentInfo, executorInfo } from "./environment.ts";
import { digest, testResult } from "./test-result.ts";

/**
 * Replaces `folder` by Allure results for the run.
 * @param excerpts what node logs say at an evidence reference; what is there is attached
 */
export async function writeAllureResults(results: RunResults, folder: string, excerpts: ReadonlyMap<string, string>): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const writer = new FileSystemWriter({ resultsDir: folder });
  for (const check of results.checks) {
    const attach = (name: string, content: string, type: ContentType): Attachment => {
      const body = Buffer.from(content);
      // Allure gives a file to one test only: the same log attached to two checks has to be two files.
      const source = `${digest(`${check.key}\n${name}`)}-attachment.${type === ContentType.JSON ? "json" : "txt"}`;
      writer.writeAttachment(source, body);
      return { name, type, source, size: body.length };
    };
    writer.writeResult(testResult(check, results.header, attachments(check, excerpts, attach)));
  }
  writer.writeEnvironmentInfo(environmentInfo(results));
  await writeFile(join(folder, "executor.json"), JSON.stringify(executorInfo(results)));
}

type Attach = (name: string, content: string, type: ContentType) => Attachment;

function attachments(check: CheckResult, excerpts: ReadonlyMap<string, string>, attach: Attach): Attachment[] {
  const logs = check.evidence.flatMap((evidence) => {
    const excerpt = excerpts.get(evidence);
    return excerpt === undefined ? [] : [attach(evidence, excerpt, ContentType.TEXT)];
  });
  const json = (value: unknown): string => JSON.stringify(value, undefined, 2) ?? "null";
  return [
    ...(check.reasons.length > 0 ? [attach("reasons", json(check.reasons), ContentType.JSON)] : []),
    attach("observation", json(check.observation), ContentType.JSON),
    ...logs,
  ];
}
