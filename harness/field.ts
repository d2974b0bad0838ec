import { availableParallelism } from "node:os";
import { privateKeyFromRaw } from "@libp2p/crypto/keys";
import { peerIdFromPrivateKey } from "@libp2p/peer-id";
import pLimit from "p-limit";
import type { AbsentParticipant, ReadyParticipant } from "../fixtures/contract/adapter.ts";
import type { NodeSpec, StartedWakuNode } from "../fixtures/contract/node.ts";
import type { Runtime, RuntimeFeature, RuntimeName } from "../fixtures/contract/runtime.ts";
import { hostPart } from "../fixtures/host-part.ts";
import type { Seeded } from "./random.ts";

const startsPerCore = 3;

interface FieldOptions {
  readonly ready: readonly ReadyParticipant[];
  readonly absent: readonly AbsentParticipant[];
  readonly seeded: Seeded;
  /** Makes a runtime on its first use. */
  open(name: RuntimeName): Promise<Runtime>;
}

/** Who takes part in a run, and how they are started. */
export class Field {
  readonly ready: readonly ReadyParticipant[];
  readonly absent: readonly AbsentParticipant[];
  readonly seeded: Seeded;
  readonly #options: FieldOptions;
  readonly #starts = pLimit(availableParallelism() * startsPerCore);
  /** Whether an adapter can be believed, by participant; asked of its nodes until one says. */
  readonly #smoked = new Map<string, Promise<boolean>>();
  readonly #runtimes = new Map<RuntimeName, Promise<Runtime>>();

  constructor(options: FieldOptions) {
    this.ready = options.ready;
    this.absent = options.absent;
    this.seeded = options.seeded;
    this.#options = options;
  }

  /** Name of the by-the-book node, where it takes part. */
  get referee(): string | undefined {
    return this.ready.find(({ referee }) => referee)?.name;
  }

  async #runtimeOf(participant: ReadyParticipant): Promise<Runtime> {
    const name = runtimeNameOf(participant);
    const opening = this.#runtimes.get(name) ?? this.#options.open(name);
    this.#runtimes.set(name, opening);
    return opening;
  }

  /**
   * Starts no more nodes at once than the cores can bring up in good time.
   * @param placed told the address that it is going to listen on, before it does
   */
  async start(participant: ReadyParticipant, spec: NodeSpec, placed?: (address: string) => void): Promise<StartedWakuNode> {
    const runtime = tellingPlace(await this.#runtimeOf(participant), spec, placed);
    const node = await this.#starts(() => participant.start(spec, runtime));
    const smoked = this.#smoked.get(participant.name) ?? smoke(node);
    this.#smoked.set(participant.name, smoked);
    try {
      const told = await smoked;
      // What a silent node tells is nothing of its adapter: its own checks say so, and the next node is asked.
      if (!told && this.#smoked.get(participant.name) === smoked) this.#smoked.delete(participant.name);
    } catch (error) {
      await node.stop().catch(() => {});
      throw error;
    }
    return node;
  }

  /** Can every member of a cast be treated so? */
  async offers(cast: Readonly<Record<string, ReadyParticipant>>, feature: RuntimeFeature): Promise<boolean> {
    const runtimes = await Promise.all(Object.values(cast).map((participant) => this.#runtimeOf(participant)));
    return runtimes.every(({ features }) => features.includes(feature));
  }

  /** The address of this machine under which a participant's nodes reach it. */
  async harnessHost(participant: ReadyParticipant): Promise<string> {
    return (await this.#runtimeOf(participant)).harnessHost;
  }

  /** @throws AggregateError of the runtimes that could not be closed, when all others are */
  async close(): Promise<void> {
    // One that did not open has said so to whoever wanted it.
    const opened = (await Promise.allSettled(this.#runtimes.values())).flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    const closed = await Promise.allSettled(opened.map((runtime) => runtime.close()));
    const faults: unknown[] = closed.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
    if (faults.length > 0) throw new AggregateError(faults, faults.map((fault) => (fault as Error).message).join("; "));
  }
}

/** The one that it prefers of those that it may run in. */
export const runtimeNameOf = ({ runtimes: [preferred] }: ReadyParticipant): RuntimeName => preferred as RuntimeName;

/** The runtime, which also tells where it puts a node: every participant has its peer id of the key that it is given. */
function tellingPlace(runtime: Runtime, { privateKey }: NodeSpec, placed: ((address: string) => void) | undefined): Runtime {
  if (!placed) return runtime;
  const { name, features, harnessHost } = runtime;
  return {
    ...{ name, features, harnessHost },
    close: () => runtime.close(),
    async launch(launch) {
      const handle = await runtime.launch(launch);
      const { announceHost, port } = handle.placement;
      const peerId = peerIdFromPrivateKey(privateKeyFromRaw(Uint8Array.from(Buffer.from(privateKey, "hex"))));
      placed(`${hostPart(announceHost)}/tcp/${port("tcp")}/p2p/${peerId}`);
      return handle;
    },
  };
}

/**
 * @returns whether the node said anything: it may have died, or not answered in time
 * @throws when its adapter cannot be believed
 */
async function smoke(node: StartedWakuNode): Promise<boolean> {
  const { outcome, raw } = await node.madeUp();
  if (outcome === "ok" || outcome === "refused")
    throw new Error(
      `the adapter of ${node.participant} reports a made-up request as ${outcome}, not as unsupported: ${JSON.stringify(raw)}`,
    );
  return outcome === "unsupported";
}
