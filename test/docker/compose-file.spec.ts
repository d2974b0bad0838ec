import { expect } from "chai";
import { describe, it } from "mocha";
import { readComposeFile, type Service } from "../../cli/network/compose-file.ts";
import { launchOf } from "../../cli/network/participants.ts";
import type { ReadyParticipant } from "../../fixtures/contract/adapter.ts";
import { readCapabilities } from "../../fixtures/contract/capabilities.ts";
import type { NodeSpec } from "../../fixtures/contract/node.ts";
import { startControlledNode } from "../../fixtures/control/controlled-node.ts";
import { startGoWaku } from "../../fixtures/implementations/go-waku/node.ts";
import { startNwaku } from "../../fixtures/implementations/nwaku/node.ts";
import { containerPorts } from "../../fixtures/runtimes/docker/container-ports.ts";

const declared = (implementation: string, version: string) =>
  readCapabilities(new URL(`../../fixtures/implementations/${implementation}/capabilities.yaml`, import.meta.url), version);
const capabilities = declared("reference", "1");
const artifact = { kind: "image", reference: "none" } as const;

const starts: Readonly<Record<string, ReadyParticipant["start"]>> = {
  reference: (spec, runtime) => startControlledNode({ name: "reference", variant: "default", capabilities, entry: "none" }, spec, runtime),
  "js-waku": (spec, runtime) => startControlledNode({ name: "js-waku", variant: "default", capabilities, entry: "none" }, spec, runtime),
  "go-waku": (spec, runtime) => startGoWaku({ name: "go-waku", artifact, capabilities }, spec, runtime),
  nwaku: (spec, runtime) => startNwaku({ name: "nwaku", artifact, capabilities: declared("nwaku", "0.38.1") }, spec, runtime),
};

/** What the adapter would put on the command line of this service. */
async function byAdapter({ name, labels, command }: Service): Promise<readonly string[]> {
  const participant = labels["waku-conformance.participant"] ?? "";
  const light = participant === "js-waku";
  const spec: NodeSpec = {
    name,
    clusterId: 66,
    shards: [0],
    relay: !light,
    filterService: !light,
    lightpushService: !light,
    privateKey: /6{60}[0-9]+/.exec(command.join(" "))?.[0] ?? "",
  };
  const launch = await launchOf({ name: participant, start: starts[participant] } as ReadyParticipant, spec);
  const ports = containerPorts(launch.ports);
  return launch.args({
    listenHost: "0.0.0.0",
    announceHost: name,
    port: (port) => ports.get(port) ?? 0,
    file: (file) => `/conformance/${file}`,
  });
}

/** JSON is compared as a value. */
const parsed = (words: readonly string[]): unknown[] => words.map((word) => (word.startsWith("{") ? (JSON.parse(word) as unknown) : word));

describe("docker-compose.interop.yml", () => {
  it("starts every node as its adapter does", async () => {
    const { services } = await readComposeFile(["nwaku"], {});
    const nodes = services.filter(({ labels }) => labels["waku-conformance.participant"] !== undefined);
    expect(nodes.map(({ name }) => name)).to.deep.equal(["reference-1", "reference-2", "js-waku", "go-waku-1", "go-waku-2", "nwaku"]);
    for (const node of nodes) expect(parsed(node.command), node.name).to.deep.equal(parsed(await byAdapter(node)));
  });

  it("keeps profiles out until they are asked for, and takes images from the environment", async () => {
    const { services } = await readComposeFile([], { GO_WAKU_IMAGE: "mine:1" });
    expect(services.map(({ name }) => name)).not.to.include("nwaku");
    expect(services.find(({ name }) => name === "go-waku-1")?.image).to.equal("mine:1");
    expect(services.find(({ name }) => name === "js-waku")?.image).to.equal("waku-conformance/js-waku:local");
  });

  it("publishes on loopback only", async () => {
    const { services } = await readComposeFile(["nwaku"], {});
    const ports = services.flatMap((service) => service.ports);
    expect(ports.filter((port) => !port.startsWith("127.0.0.1:"))).to.deep.equal([]);
    expect(new Set(ports.map((port) => port.split(":")[1])).size).to.equal(ports.length);
  });
});
