import { type Answer, ok, refused } from "../fixtures/contract/answer.ts";
import type { NodeSpec, StartedWakuNode } from "../fixtures/contract/node.ts";
import { NotReadyInTime, StartFailure } from "../fixtures/contract/runtime.ts";

/** @param placed told the address that the node is going to listen on, before it does */
export type Start = (spec: NodeSpec, placed?: (address: string) => void) => Promise<StartedWakuNode>;

/** Nodes that a check starts itself, ended with it. */
export class Launched {
  readonly #start: Start;
  readonly #started: StartedWakuNode[] = [];
  /** Also those that are still to come up when the check ends. */
  readonly #starting: Promise<StartedWakuNode>[] = [];
  /** Ended by the check. */
  readonly #ended = new Set<StartedWakuNode>();

  constructor(start: Start) {
    this.#start = start;
  }

  async start(...[spec, placed]: Parameters<Start>): Promise<Answer<StartedWakuNode>> {
    const starting = this.#start(spec, placed);
    this.#starting.push(starting);
    let node: StartedWakuNode;
    try {
      node = await starting;
    } catch (error) {
      if (error instanceof NotReadyInTime) return { outcome: "timeout", reason: "did-not-start", raw: error.message };
      if (error instanceof StartFailure) return refused("did-not-start", error.message);
      throw error;
    }
    this.#started.push(node);
    const ending = (end: () => Promise<void>) => () => {
      this.#ended.add(node);
      return end();
    };
    return ok("", { ...node, kill: ending(node.kill), stop: ending(node.stop) });
  }

  /** Those that should still be alive, by name. */
  get standing(): Readonly<Record<string, StartedWakuNode>> {
    return Object.fromEntries(this.#started.filter((node) => !this.#ended.has(node)).map((node) => [node.name, node]));
  }

  evidence(): string[] {
    return this.#started.map((node) => node.logPosition()).map(({ file, offset }) => `${file}#0-${offset}`);
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#starting.map(async (starting) => (await starting).stop()));
  }
}
