import { type Command, Option } from "commander";
import { type RuntimeName, runtimeNames } from "../fixtures/contract/runtime.ts";

export interface FieldFlags {
  /** NAME=IMAGE|BINARY, as given */
  readonly node: readonly string[];
  readonly runtime?: RuntimeName;
}

/** The flags that say who takes part and how. */
export function withFieldFlags(command: Command): Command {
  return command
    .addOption(
      new Option("--node <NAME=IMAGE|BINARY>", "put this binary or image under test; NAME@label=… adds one more version; repeatable")
        .argParser((text: string, previous: readonly string[]) => [...previous, text])
        .default([], "what each adapter provisions, or <NAME>_BIN, <NAME>_IMAGE, WAKU_NODES of the environment"),
    )
    .addOption(
      new Option("--runtime <name>", "how nodes are started").choices(runtimeNames).default(undefined, "what each participant prefers"),
    );
}
