/** Where and with whom a run was made, as Allure shows it beside the results. */
import type { RunResults } from "../../harness/results/read.ts";

export function environmentInfo({ header }: RunResults): Record<string, string> {
  const { machine, participants } = header;
  const members = participants.map(({ participant, state, version, runtime, artifact, emulated, overrides, reason }) => {
    if (state === "could-not-run") return [participant, `took no part: ${reason ?? "no reason was given"}`];
    const traits = [
      version ?? "version unknown",
      runtime,
      artifact,
      emulated ? "emulated" : undefined,
      ...overrides.map(({ what }) => what),
    ];
    return [participant, traits.filter((trait) => trait !== undefined).join(", ")];
  });
  return {
    Run: header.run,
    Started: header.startedAt,
    Selection: header.selection,
    Command: header.command,
    Machine: `${machine.os} ${machine.arch}, ${machine.cpus} CPUs, ${Math.round(machine.memoryBytes / 2 ** 30)} GiB`,
    Node: machine.node,
    ...Object.fromEntries(members),
  };
}

export function executorInfo({ header }: RunResults): Record<string, string> {
  return { name: "waku-conformance", type: "local", buildName: header.run, reportName: reportName(header.run) };
}

export function reportName(run: string): string {
  return `Waku conformance ${run}`;
}
