import { setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";
import { said } from "../../fixtures/runtimes/docker/engine.ts";
import { progress } from "../progress.ts";
import { build } from "./build.ts";
import type { ComposeFile } from "./compose-file.ts";
import { createNetwork, published, type Standing, standing, startContainer } from "./containers.ts";
import { down } from "./down.ts";
import { NetworkFailure } from "./failure.ts";
import { participantLabel } from "./participants.ts";
import { table } from "./table.ts";

const healthyMs = 60_000;
const everyMs = 500;
const startsAtOnce = 4;

/** The port by which a user looks into a node. */
const doors = [
  { port: 9000, name: "control" },
  { port: 8645, name: "REST" },
  { port: 8008, name: "metrics" },
];

export async function up(file: ComposeFile): Promise<void> {
  if ((await standing()).length > 0) progress("already running; to start afresh: waku-conformance network down");
  else {
    await build(file.services, true);
    await create(file).catch(async (error: unknown) => {
      await down();
      throw new NetworkFailure(`the network cannot be brought up: ${said(error)}`);
    });
  }
  const all = await untilHealthy();
  console.log(doorsOf(all));
}

/** Settles when nothing is under way any more, so that what there is can be removed. */
async function create(file: ComposeFile): Promise<void> {
  await createNetwork(file);
  progress(`starting ${file.services.map(({ name }) => name).join(", ")}`);
  const limit = pLimit(startsAtOnce);
  const started = await Promise.allSettled(file.services.map((service) => limit(() => startContainer(service))));
  const failed = started.find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}

type State = "healthy" | "starting" | "unhealthy" | "ended";

function stateOf({ container: { State } }: Standing): State {
  if (!State.Running) return "ended";
  const health = State.Health?.Status ?? "none";
  if (health === "none" || health === "healthy") return "healthy";
  return health === "unhealthy" ? "unhealthy" : "starting";
}

/** Until every container runs and every health check passes. */
async function untilHealthy(): Promise<Standing[]> {
  const told = new Map<string, State>();
  for (const end = Date.now() + healthyMs; ; await sleep(everyMs)) {
    const all = await standing();
    for (const one of all) {
      const state = stateOf(one);
      if (told.get(one.service) !== state)
        progress(`${one.service}: ${state === "healthy" && !one.container.State.Health ? "runs" : state}`);
      told.set(one.service, state);
    }
    const ended = all.filter((one) => stateOf(one) === "ended");
    if (ended.length > 0)
      throw new NetworkFailure(
        ended
          .map(
            ({ container: { Name, State } }) =>
              `${Name.slice(1)} ended with exit code ${State.ExitCode}; see: docker logs ${Name.slice(1)}`,
          )
          .join("\n"),
      );
    if (all.every((one) => stateOf(one) === "healthy")) return all;
    if (Date.now() > end) {
      const late = all.filter((one) => stateOf(one) !== "healthy").map(({ container }) => container.Name.slice(1));
      throw new NetworkFailure(`not healthy after ${healthyMs / 1000} s: ${late.join(", ")}; see: docker logs ${late[0]}`);
    }
  }
}

function doorsOf(all: readonly Standing[]): string {
  const at = (container: Standing["container"], port: number): string => {
    const address = published(container, port);
    return address === undefined ? "" : `http://${address}`;
  };
  return table(
    ["node", "participant", ...doors.map(({ name }) => name)],
    all.map(({ service, container }) => [
      service,
      container.Config.Labels[participantLabel] ?? "(dials the links)",
      ...doors.map(({ port }) => at(container, port)),
    ]),
  );
}
