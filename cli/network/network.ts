import { Command, Option } from "commander";

interface Flags {
  readonly profile: readonly string[];
}

const withProfile = (command: Command): Command =>
  command.addOption(
    new Option("--profile <name>", "also the services that the compose file keeps in this profile; repeatable")
      .argParser((name: string, previous: readonly string[]) => [...previous, name])
      .default([], "none"),
  );

/** Loaded when a command runs: a wrong flag is answered at once. */
const actions = () => import("./actions.ts");

/** `network build|up|status|down`: the standing network of docker-compose.interop.yml, without compose. */
export function networkCommand(): Command {
  const network = new Command("network").description("A standing network of all implementations in containers, to look at by hand.");
  withProfile(network.command("build"))
    .description("Makes the images that are made here, and the certificates.")
    .action(async ({ profile }: Flags) => (await actions()).build(profile));
  withProfile(network.command("up"))
    .description("Brings it up, making images that are missing, waits until it is healthy, and says where to look in.")
    .action(async ({ profile }: Flags) => (await actions()).up(profile));
  network
    .command("status")
    .description("Who is connected to whom, by each node's own word.")
    .action(async () => (await actions()).status());
  network
    .command("down")
    .description("Removes it, whoever brought it up.")
    .action(async () => (await actions()).down());
  for (const command of network.commands)
    command.exitOverride().showHelpAfterError(`(see waku-conformance network ${command.name()} --help)`);
  return network;
}
