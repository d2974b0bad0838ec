import type { Script } from "../fixtures/contract/probe.ts";
import { poll } from "../fixtures/waiting.ts";
import type { Scene } from "../harness/scene.ts";
import { type Asking, answered } from "./asking.ts";

/**
 * A service that answers a request about a new content topic as `next` says when it comes, and one about known ones as it did
 * before: a client may ask again by itself, and is to find the service as it was.
 */
export class Unfair {
  readonly #asking: Asking;
  readonly #script: (name: string, request: Uint8Array) => Script;
  readonly #assigned = new Map<string, string | undefined>();
  next: string | undefined;
  requests = 0;

  constructor(asking: Asking, script: (name: string, request: Uint8Array) => Script) {
    this.#asking = asking;
    this.#script = script;
  }

  readonly responder = (request: Uint8Array): Script => {
    this.requests += 1;
    const topics = this.#asking.contentTopicsOf(request);
    const known = topics.length > 0 && topics.every((topic) => this.#assigned.has(topic));
    const name = known ? topics.map((topic) => this.#assigned.get(topic)).find(Boolean) : this.next;
    for (const topic of topics) if (!this.#assigned.has(topic)) this.#assigned.set(topic, name);
    return name === undefined ? answered(this.#asking, request) : this.#script(name, request);
  };

  /** Waits until the client has asked more often than it was told to, as long as that may take. */
  async askedAgain({ subject }: Scene<unknown>, calls: number): Promise<boolean> {
    return poll(
      async () => this.requests > calls,
      (more) => more,
      subject.capabilities.timings.settledMs,
    );
  }
}
