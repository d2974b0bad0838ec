import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { DiscoveryProbe, RecordFields } from "../fixtures/contract/discovery-probe.ts";
import type { StartedWakuNode } from "../fixtures/contract/node.ts";
import { type Crowd, type Muxer, muxers, type Probe, type Responder } from "../fixtures/contract/probe.ts";
import { type Event, type Journal, line } from "../fixtures/probe/journal.ts";
import type { Pace } from "../fixtures/probe/probe.ts";
import { frame } from "../rfc-checks/wire/framing.ts";
import { encodeMetadata, metadataProtocol } from "../rfc-checks/wire/metadata.ts";
import type { Network } from "./network.ts";
import { pacer } from "./pacing.ts";
import type { Verdict } from "./results/schema.ts";

/** Of what probes did in one check, in bytes: all of it is of use only when the check failed. */
const mostOfFailure = 16 * 1024 * 1024;
const mostOtherwise = 256 * 1024;

/** What the probes of a check need to know of the run. */
export interface ProbeGround {
  /** IP address of this machine under which the subject reaches it. */
  host(): Promise<string>;
  /** The run's folder. */
  readonly folder: string;
}

export interface ProbeChoice {
  /** By default the first that the subject declares. */
  readonly muxer?: Muxer;
  /** Keeps to the pace that nodes declare; true by default. */
  readonly paced?: boolean;
  /** Answers metadata requests as a peer of the network, as some nodes part from who does not; true by default. */
  readonly metadata?: boolean;
  /** 64 hex digits, the secp256k1 key of a node record; by default one without a record, that nobody else has. */
  readonly privateKey?: string;
}

/** Peers of a crowd keep no pace: each is its own. */
export interface CrowdChoice extends Omit<ProbeChoice, "paced" | "privateKey"> {
  /** So that the subject can dial them, each at the address from which it dials itself where it has one; false by default. */
  readonly listens?: boolean;
}

export interface DiscoveryChoice {
  /** Of its record, besides where it hears discv5. */
  readonly fields?: RecordFields;
  /** A node id from which it is as far as can be: of the greatest distance that discv5 knows. */
  readonly farFrom?: Uint8Array;
  /** Another, whose port it shares. */
  readonly beside?: DiscoveryProbe;
}

/** In both forms that are in use, so that every node understands it. */
const metadataOf =
  ({ clusterId, shards }: Network): Responder =>
  () => [{ write: frame(encodeMetadata({ clusterId, shards }, { field3: true })) }, { close: true }];

/** The probes of one check: ended with it, and what they did kept as evidence. */
export class Probes {
  readonly #ground: ProbeGround;
  readonly #name: string;
  readonly #subject: StartedWakuNode | undefined;
  readonly #nodes: () => readonly StartedWakuNode[];
  readonly #freshKey: () => string;
  readonly #metadata: Responder;
  readonly #journal = new Lines();
  /** Also those that are still to come up when the check ends. */
  readonly #starting: Promise<{ close(): Promise<void> }>[] = [];
  /** How many addresses crowds dial from: a node may count the peers of one address, whatever crowd they are of. */
  #sources = 0;

  /** @param nodes those that stand now */
  constructor(
    ground: ProbeGround,
    key: string,
    subject: StartedWakuNode | undefined,
    nodes: () => readonly StartedWakuNode[],
    freshKey: () => string,
    network: Network,
  ) {
    this.#metadata = metadataOf(network);
    this.#ground = ground;
    this.#name = `logs/${key.replace(/[^\w.-]+/g, "-")}-probe.jsonl`;
    this.#subject = subject;
    this.#nodes = nodes;
    this.#freshKey = freshKey;
  }

  async start({ metadata = true, ...choice }: ProbeChoice = {}): Promise<Probe> {
    const probe = await this.#keep(this.#probe(choice));
    if (metadata) await probe.serve(metadataProtocol, this.#metadata);
    return probe;
  }

  discovery(choice: DiscoveryChoice = {}): Promise<DiscoveryProbe> {
    return this.#keep(this.#discoveryPeer(choice));
  }

  async crowd(size: number, { metadata = true, ...choice }: CrowdChoice = {}): Promise<Crowd> {
    const crowd = await this.#keep(this.#crowd(size, choice));
    if (metadata) await Promise.all(crowd.probes.map((probe) => probe.serve(metadataProtocol, this.#metadata)));
    return crowd;
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#starting.map(async (starting) => (await starting).close()));
  }

  async #probe({ muxer = this.#muxer(), paced = true, privateKey }: Omit<ProbeChoice, "metadata">): Promise<Probe> {
    const { startProbe } = await import("../fixtures/probe/probe.ts");
    const identity = privateKey === undefined ? { privateKey: this.#freshKey() } : ({ privateKey, keyType: "secp256k1" } as const);
    const place = { muxer, host: await this.#ground.host(), sourceAddress: undefined };
    return startProbe({ ...place, ...identity, journal: this.#journal, ...(paced && { pace: this.#pace() }) });
  }

  async #discoveryPeer({ fields = {}, farFrom, beside }: DiscoveryChoice): Promise<DiscoveryProbe> {
    const [{ startDiscoveryPeer }, { isFar }] = await Promise.all([
      import("../fixtures/probe/discv5/peer.ts"),
      import("../fixtures/probe/discv5/record.ts"),
    ]);
    let privateKey = this.#freshKey();
    while (farFrom && !isFar(privateKey, farFrom)) privateKey = this.#freshKey();
    const options = { host: await this.#ground.host(), privateKey, fields, journal: this.#journal };
    return startDiscoveryPeer({ ...options, ...(beside && { beside }) });
  }

  async #crowd(size: number, { muxer = this.#muxer(), listens = false }: Omit<CrowdChoice, "metadata">): Promise<Crowd> {
    const { sourceOf, startCrowd } = await import("../fixtures/probe/crowd.ts");
    const keys = Array.from({ length: size }, this.#freshKey);
    const host = await this.#ground.host();
    const addressOf = sourceOf(host);
    const first = this.#sources;
    this.#sources += size;
    const source = (index: number) => addressOf(first + index);
    const of = {
      key: (index: number) => keys[index] as string,
      source,
      ...(listens && { host: (index: number) => source(index) ?? host }),
    };
    return startCrowd({ size, muxer, ...of, journal: this.#journal });
  }

  /** Writes down what the probes did. */
  evidence(verdict: Verdict): string[] {
    const text = this.#journal.text(verdict === "fail" ? mostOfFailure : mostOtherwise);
    if (text.length === 0) return [];
    const path = join(this.#ground.folder, this.#name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return [`${this.#name}#0-${text.length}`];
  }

  #keep<T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> {
    this.#starting.push(starting);
    return starting;
  }

  #muxer(): Muxer {
    return this.#subject?.capabilities.muxers[0] ?? muxers[0];
  }

  /** One peer's turns at each service of each node. */
  #pace(): Pace {
    const pacers = new Map<string, ReturnType<typeof pacer>>();
    return (peerId, protocol, exchange) => {
      const pace = this.#nodes().find((node) => node.peerId === peerId)?.capabilities.pacing;
      if (!pace) return exchange();
      const service = `${peerId} ${protocol}`;
      const own = pacers.get(service) ?? pacer(pace);
      pacers.set(service, own);
      return own(exchange);
    };
  }
}

/** Lines of JSON in memory, the first and as many as there is room for. */
class Lines implements Journal {
  readonly #begun = performance.now();
  readonly #lines: Buffer[] = [];
  #size = 0;
  #left = 0;

  note(event: Event): void {
    if (this.#size >= mostOfFailure) {
      this.#left += 1;
      return;
    }
    const bytes = Buffer.from(`${line({ atMs: Math.round(performance.now() - this.#begun), ...event })}\n`);
    this.#lines.push(bytes);
    this.#size += bytes.length;
  }

  text(most: number): Buffer {
    let size = 0;
    const fitting = this.#lines.findIndex((bytes) => {
      size += bytes.length;
      return size > most;
    });
    const taken = fitting < 0 ? this.#lines : this.#lines.slice(0, fitting);
    const left = this.#left + this.#lines.length - taken.length;
    return Buffer.concat(left === 0 ? taken : [...taken, Buffer.from(`${line({ event: "left out", lines: left })}\n`)]);
  }
}
