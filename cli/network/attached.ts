import type Docker from "dockerode";
import type { NodeHandle, Runtime } from "../../fixtures/contract/runtime.ts";
import { containerPorts } from "../../fixtures/runtimes/docker/container-ports.ts";
import { addressOf, published } from "./containers.ts";

const nothing = async (): Promise<void> => {};

/** A runtime whose nodes run already: adapters ask them as they ask their own, and stop nothing. */
export function attachedTo(service: string, container: Docker.ContainerInspectInfo): Runtime {
  return {
    name: "docker",
    features: [],
    harnessHost: "127.0.0.1",
    async launch({ ports: names }): Promise<NodeHandle> {
      const ports = containerPorts(names);
      const port = (name: string): number => {
        const found = ports.get(name);
        if (found === undefined) throw new Error(`${service} has no port "${name}"`);
        return found;
      };
      const { Running, ExitCode } = container.State;
      return {
        placement: { listenHost: "0.0.0.0", announceHost: service, port, file: (name) => `/conformance/${name}` },
        endpoint: (name) => published(container, port(name)) ?? `${addressOf(container)}:${port(name)}`,
        exit: () => (Running ? undefined : `exit code ${ExitCode}`),
        logPosition: () => ({ file: "", offset: 0 }),
        logTail: () => `docker logs ${container.Name.slice(1)}`,
        stats: async () => ({ rssBytes: 0, cpuMs: 0 }),
        kill: nothing,
        stop: nothing,
      };
    },
    close: nothing,
  };
}
