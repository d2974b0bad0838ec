import type { AbsentParticipant, ReadyParticipant, Source } from "../../fixtures/contract/adapter.ts";
import type { NodeSpec } from "../../fixtures/contract/node.ts";
import type { Launch, Runtime } from "../../fixtures/contract/runtime.ts";
import { adapters } from "../../fixtures/implementations/index.ts";
import { namedSources } from "../sources.ts";

export const participantLabel = "waku-conformance.participant";

/** The spec by which a node is asked, not started: nothing that an adapter would subscribe at the start. */
export const bareSpec = (name: string): NodeSpec => ({
  name,
  clusterId: 66,
  shards: [],
  relay: false,
  filterService: false,
  lightpushService: false,
  privateKey: "66".repeat(32),
});

interface ProvisionFlags {
  readonly build: boolean;
  /** Taken instead of what the environment names or the adapter provisions. */
  readonly image?: string;
  readonly progress: (sentence: string) => void;
}

/** A participant that cannot be had, and why. */
type Missing = Pick<AbsentParticipant, "name" | "reason">;

/** A participant by its name, as its adapter provisions it for containers. */
export async function participant(name: string, { build, image, progress }: ProvisionFlags): Promise<ReadyParticipant | Missing> {
  const [implementation = name] = name.split("@");
  const absent = (reason: string): Missing => ({ name, reason });
  const adapter = adapters.find((one) => one.implementation === implementation);
  if (!adapter) return absent(`no adapter for "${implementation}"`);
  const binary = namedSources().find(
    (source) => source.implementation === implementation && source.label === undefined && source.artifact?.kind === "binary",
  );
  const source: Source =
    image === undefined ? { ...(binary?.artifact && { artifact: binary.artifact }) } : { artifact: { kind: "image", reference: image } };
  const found = await adapter.provision(source, { runtime: "docker", docker: true, build, progress });
  return found.find((one) => one.name === name) ?? absent(`the adapter of ${implementation} provisions no "${name}"`);
}

/** What an adapter would launch, without launching it. */
export async function launchOf(ready: ReadyParticipant, spec: NodeSpec): Promise<Launch> {
  let caught: Launch | undefined;
  const runtime: Runtime = {
    name: "docker",
    features: [],
    harnessHost: "127.0.0.1",
    async launch(launch) {
      caught = launch;
      throw new Error("not launched");
    },
    close: async () => {},
  };
  await ready.start(spec, runtime).catch(() => {});
  if (!caught) throw new Error(`the adapter of ${ready.name} launched nothing`);
  return caught;
}
