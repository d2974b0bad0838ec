import { Command, CommanderError } from "commander";
import { exitCodes } from "./exit-codes.ts";
import { networkCommand } from "./network/network.ts";
import { type FieldFlags, withFieldFlags } from "./options.ts";
import type { SelfTestFlags } from "./self-test.ts";
import { UsageError } from "./usage.ts";

const grep = [
  "-g, --grep <pattern>",
  "only checks whose title matches: an area, a #tag, a participant, a requirement, a result key",
] as const;

const program = new Command("waku-conformance")
  .description("Puts the Waku RFCs to nwaku, go-waku and js-waku in one topology, and reports where they diverge.")
  .addHelpText(
    "after",
    `\nExit codes:\n${Object.entries(exitCodes)
      .map(([code, meaning]) => `  ${code.padStart(3)}  ${meaning}`)
      .join("\n")}`,
  )
  .showHelpAfterError("(see --help)");

// What a command needs is loaded when it runs: a wrong flag is answered at once.
withFieldFlags(program.command("test"))
  .description("Runs the suites against every participant and pair, and judges them against the baselines.")
  .option(...grep)
  .option("--report", "write the pages and the Allure report when done")
  .action(async (flags: FieldFlags & { grep?: string; report?: boolean }) => {
    process.exitCode = await (await import("./test.ts")).runSuites(flags);
  });
withFieldFlags(program.command("list"))
  .description("Names the checks and their requirements, and says what a run of them would cost. Starts and builds nothing.")
  .option(...grep)
  .option("--count", "only the numbers")
  .action(async (flags: FieldFlags & { grep?: string; count?: boolean }) => (await import("./list.ts")).list(flags));
withFieldFlags(program.command("doctor"))
  .description("Says what can run here, and what is missing with the command or variable that would change it. Builds nothing.")
  .action(async (flags: FieldFlags) => (await import("./doctor.ts")).doctor(flags));
program
  .command("report")
  .description(
    "Renders the divergence page, the pages of slots, shards and protected shards and the Allure report of a run, as files that open without a server.",
  )
  .argument("[run]", "folder of a run; the newest when left out")
  .action(async (run: string | undefined) => {
    process.exitCode = await (await import("./report.ts")).report(run);
  });
program
  .command("requirements")
  .description("Says which rules a run tested, and each participant's verdict on them.")
  .argument("[runs...]", "folders of runs, the newest full run when left out; those after the first add the checks that it left out")
  .option("--spec <number>", "one specification, row by row: 12, 19-LPV3, P2PREL")
  .option("--participant <name>", "what one participant was asked, row by row")
  .option("--untested", "only the rules that nothing tested, row by row")
  .action(async (runs: readonly string[], flags: { spec?: string; participant?: string; untested?: boolean }) => {
    process.exitCode = await (await import("./requirements.ts")).requirements(runs, flags);
  });
program
  .command("shards")
  .description("Shows how many mesh links each node of a run had on each of its shards, and which shard is thin.")
  .argument("[run]", "folder of a run; the newest that looked at meshes when left out")
  .option("--json", "the same as JSON, with how each mesh changed over time")
  .action(async (run: string | undefined, flags: { json?: boolean }) => (await import("./shards.ts")).shards(run, flags));
program
  .command("recommendations")
  .description("Prints what implementations should agree on where the RFCs are silent, with what they do today (docs/recommendations.md).")
  .argument("[runs...]", "folders of runs, the newest first; the newest full run when left out")
  .action(async (runs: readonly string[]) => (await import("./recommendations.ts")).recommendations(runs));
program
  .command("self-test")
  .description("Proves the checks: each must notice a reference node that breaks a rule which it cites, and pass the reference as it is.")
  .option("-g, --grep <pattern>", "only checks whose id or requirements match; others' mutants survive")
  .option("--kills", "print which check killed which mutant, by requirement")
  .option("--remember", "write down which questions noticed a mutant, to be put first from then on")
  .action(async (flags: SelfTestFlags) => {
    process.exitCode = await (await import("./self-test.ts")).runSelfTest(flags);
  });
program.addCommand(networkCommand());

for (const command of program.commands) command.exitOverride().showHelpAfterError(`(see waku-conformance ${command.name()} --help)`);

try {
  await program.exitOverride().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (error instanceof UsageError) {
    console.error(`waku-conformance: ${error.message}`);
    process.exitCode = 2;
  } else {
    console.error(`waku-conformance: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    process.exitCode = 3;
  }
}
// A node that would not end must not keep the command alive.
process.exit();
