import type { DiscoveryProbe } from "../../fixtures/contract/discovery-probe.ts";
import type { Exchange, Muxer, Probe, Script } from "../../fixtures/contract/probe.ts";
import { poll } from "../../fixtures/waiting.ts";
import { must } from "../../harness/answers.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { meet } from "../../harness/meeting.ts";
import { exact, set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { recordText } from "../../rfc-checks/rules/enr-record.ts";
import { encode } from "../../rfc-checks/wire/codec.ts";
import { frame } from "../../rfc-checks/wire/framing.ts";
import { PeerExchangeRpc, peerExchangeProtocol } from "../../rfc-checks/wire/peer-exchange.ts";
import { inOneWrite } from "../../rfc-checks/wire/pieces.ts";
import { discoveryAlone } from "../../topologies/index.ts";
import { strictly } from "../strictly.ts";
import { discoveryMs, findable, guide, relayOf, walks } from "./discovery-scene.ts";
import { readingOf } from "./own-record.ts";

/** A service, alone: it finds what the probes of the check let it find. */
export const ofService = {
  subject: "node",
  topology: discoveryAlone,
  mutates: "connections",
  tags: ["#wire"],
  roles: ["peer-exchange-service"],
} as const;

export const query = (numPeers?: bigint): Uint8Array => encode(PeerExchangeRpc, { query: numPeers === undefined ? {} : { numPeers } });

/** What a service answered, if it did. */
export function answered({ outcome, frames: [answer] }: Pick<Exchange, "outcome" | "frames">) {
  const { value, deviations } = answer === undefined ? { deviations: [] } : strictly(PeerExchangeRpc, answer);
  const records = (value?.response?.peerInfos ?? []).map(({ enr }) => recordText(enr ?? new Uint8Array()));
  return {
    outcome: exact(outcome),
    deviations: set(deviations),
    response: exact(value?.response !== undefined),
    query: exact(value?.query !== undefined),
    records,
  };
}

/** What is wrong with records. */
export const faultsOf = (records: readonly string[]): readonly string[] =>
  records.map((record) => readingOf(record).fault).filter((fault) => fault !== null);

/** That many a guide hands out at a time: of the 16 that a lookup takes from a node, one is the node itself. */
const ofGuide = 15;

/** A service with records to hand out, and who asks it. */
export class Service {
  readonly #scene: Scene<unknown>;
  readonly asker: Probe;
  readonly #leaders: readonly DiscoveryProbe[];
  /** How often each guide had been asked when it began to hand out what it does. */
  #before: readonly number[] = [];
  /** Relays of its shard, to which guides lead it. They can be dialled: some hand out nobody whom they could not reach. */
  readonly found: readonly DiscoveryProbe[];

  private constructor(scene: Scene<unknown>, asker: Probe, leaders: readonly DiscoveryProbe[], found: readonly DiscoveryProbe[]) {
    this.#scene = scene;
    this.asker = asker;
    this.#leaders = leaders;
    this.found = found;
  }

  /** Leads the subject to so many relays of its shard. */
  static async leading(scene: Scene<unknown>, count: number, muxer?: Muxer): Promise<Service> {
    const asker = await scene.probe(muxer && { muxer });
    await must("connecting", meet(asker, scene.subject));
    const leaders = await Promise.all(Array.from({ length: Math.ceil(count / ofGuide) }, () => guide(scene)));
    const ledBy = leaders.map((leader, index) =>
      Promise.all(
        Array.from({ length: Math.min(ofGuide, count - index * ofGuide) }, () => findable(scene, leader, relayOf(scene.clusterId, [0]))),
      ),
    );
    const found = (await Promise.all(ledBy)).flat().map(({ discv5 }) => discv5);
    const service = new Service(scene, asker, leaders, found);
    service.offer();
    return service;
  }

  /** The same, once it hands all of them out. */
  static async stocked(scene: Scene<unknown>, count: number, muxer?: Muxer): Promise<Service> {
    const service = await Service.leading(scene, count, muxer);
    const { length } = await service.handed(count);
    if (length < count) throw new CouldNotRun(`it hands out ${length} of ${count} records that it was led to`);
    return service;
  }

  /** Everybody of whom the subject can know. */
  get known(): readonly DiscoveryProbe[] {
    return [...this.#leaders, ...this.found];
  }

  /** Guides whom the subject has not asked at least twice since they offer: one answer may be lost, or not be taken in yet. */
  get unasked(): number {
    return this.#leaders.filter((leader, index) => walks(leader) - (this.#before[index] ?? 0) < 2).length;
  }

  /** Has the guides hand out the records as they are now. */
  offer(): void {
    this.#before = this.#leaders.map(walks);
    for (const [index, leader] of this.#leaders.entries())
      leader.offer(this.found.slice(index * ofGuide, (index + 1) * ofGuide).map(({ record }) => record));
  }

  /** What comes of asking for all again and again, until that many of those who were to be found come. @param times as long as a few take */
  async handed(count: number, times = 1): Promise<readonly string[]> {
    const own = new Set(this.found.map(({ record }) => record));
    return poll(
      async () => (await this.ask(1_000n)).records.filter((record) => own.has(record)),
      ({ length }) => length >= count,
      times * discoveryMs(this.#scene.subject),
    );
  }

  async play(script: Script, ms = this.#scene.subject.capabilities.timings.callMs): Promise<Exchange> {
    return this.asker.exchange(this.#scene.subject.peerId, peerExchangeProtocol, script, { ms });
  }

  async ask(numPeers?: bigint) {
    return answered(await this.play([...inOneWrite(frame(query(numPeers))), { close: true }]));
  }
}
