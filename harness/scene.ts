import type { Answer } from "../fixtures/contract/answer.ts";
import type { DiscoveryProbe } from "../fixtures/contract/discovery-probe.ts";
import type { WakuMessageJson } from "../fixtures/contract/message.ts";
import type { NodeSpec, StartedWakuNode } from "../fixtures/contract/node.ts";
import type { Crowd, Probe } from "../fixtures/contract/probe.ts";
import type { CrowdChoice, DiscoveryChoice, ProbeChoice } from "./probes.ts";

/** What `observe` is given: started and linked nodes, and topics of its own. */
export interface Scene<Variant> {
  readonly nodes: Readonly<Record<string, StartedWakuNode>>;
  readonly subject: StartedWakuNode;
  readonly variant: Variant;
  readonly clusterId: number;
  /** The shard that every relay of the topology has joined. */
  readonly pubsubTopic: string;
  /** A shard of this cluster that nobody has joined. */
  freshPubsubTopic(): string;
  /** A content topic that nobody else uses. */
  freshContentTopic(): string;
  /** A message with a payload and a timestamp of its own. */
  message(fields?: WakuMessageJson): WakuMessageJson;
  /** 64 hex digits, from the run's seed. */
  freshKey(): string;
  /** The private key of the publishers of this name, 64 hex digits: that of a place's protected shards. */
  publisherKey(name: string): string;
  /** The same topology with nodes that nothing has happened to; the former ones are stopped. For checks that break a node. */
  renew(): Promise<Readonly<Record<string, StartedWakuNode>>>;
  /**
   * One more node of the subject's participant, told what the subject was told but for the changes; ended with the check.
   * One that ends instead is `refused`, one that is not ready in time a `timeout`, with what it said in `raw`.
   * @param placed told the address that it is going to listen on, before it does
   */
  launch(changes?: Partial<NodeSpec>, placed?: (address: string) => void): Promise<Answer<StartedWakuNode>>;
  /** A peer of the harness's own, which the nodes of the check can reach; closed with the check. */
  probe(choice?: ProbeChoice): Promise<Probe>;
  /** A peer of discv5 likewise. */
  discoveryProbe(choice?: DiscoveryChoice): Promise<DiscoveryProbe>;
  /** Many of them, which only dial, from addresses of their own where the network allows. */
  crowd(size: number, choice?: CrowdChoice): Promise<Crowd>;
  /** Lets a protocol period pass, where what happens in it is the question. In ms. */
  elapse(periodMs: number): Promise<void>;
  /** Undone at the end of the check, newest first. */
  defer(undo: () => Promise<unknown>): void;
}
