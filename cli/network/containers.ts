import { join } from "node:path";
import type Docker from "dockerode";
import { engine } from "../../fixtures/runtimes/docker/engine.ts";
import { networkLabel } from "../../fixtures/runtimes/docker/labels.ts";
import { type ComposeFile, projectFolder, type Service } from "./compose-file.ts";

const networkName = "waku-interop";
const nanoseconds = 1e9;

/** On the containers that this command makes, as compose does on its own. */
const serviceLabel = "waku-conformance.service";
const composeServiceLabel = "com.docker.compose.service";

export interface Standing {
  readonly service: string;
  readonly container: Docker.ContainerInspectInfo;
}

/** What stands of the network, whoever brought it up. */
export async function standing(): Promise<Standing[]> {
  const docker = await engine();
  const listed = await docker.listContainers({ all: true, filters: { label: [networkLabel] } });
  const found = await Promise.all(
    listed.map(async ({ Id, Labels }) => ({
      service: Labels[serviceLabel] ?? Labels[composeServiceLabel] ?? Id.slice(0, 12),
      container: await docker.getContainer(Id).inspect(),
    })),
  );
  return found.sort((a, b) => a.service.localeCompare(b.service));
}

/** `127.0.0.1:port` under which a port of a container is published. */
export const published = ({ NetworkSettings }: Docker.ContainerInspectInfo, port: number): string | undefined => {
  const [binding] = NetworkSettings.Ports[`${port}/tcp`] ?? [];
  return binding && `${binding.HostIp}:${binding.HostPort}`;
};

/** The one address of a container, reached from this machine where the engine runs on it. */
export const addressOf = ({ NetworkSettings }: Docker.ContainerInspectInfo): string | undefined =>
  Object.values(NetworkSettings.Networks)[0]?.IPAddress;

export async function createNetwork({ network }: ComposeFile): Promise<void> {
  await (await engine()).createNetwork({
    Name: networkName,
    CheckDuplicate: true,
    Driver: network.driver,
    Options: network.driver_opts,
    Labels: network.labels,
  });
}

export async function startContainer(service: Service): Promise<void> {
  const docker = await engine();
  const ports = service.ports.map((text) => text.split(":") as [string, string, string]);
  const container = await docker.createContainer({
    name: `${networkName}-${service.name}`,
    Image: service.image,
    Cmd: service.command,
    ...(service.entrypoint && { Entrypoint: service.entrypoint }),
    Labels: { ...service.labels, [serviceLabel]: service.name },
    ExposedPorts: Object.fromEntries(ports.map(([, , inside]) => [`${inside}/tcp`, {}])),
    ...(service.healthcheck && {
      Healthcheck: {
        Test: service.healthcheck.test,
        Interval: service.healthcheck.interval * nanoseconds,
        Timeout: service.healthcheck.timeout * nanoseconds,
        Retries: service.healthcheck.retries,
      },
    }),
    HostConfig: {
      NetworkMode: networkName,
      Dns: [service.dns],
      Binds: service.volumes.map((volume) => join(projectFolder, volume)),
      PortBindings: Object.fromEntries(ports.map(([HostIp, HostPort, inside]) => [`${inside}/tcp`, [{ HostIp, HostPort }]])),
    },
    NetworkingConfig: { EndpointsConfig: { [networkName]: { Aliases: [service.name] } } },
  });
  await container.start();
}
