/** What a queue must still take, in ms, that it is worth to start nodes anew for half of it. */
const worthSplittingMs = 4_000;

interface Queue<T> {
  readonly items: T[];
  done: number;
  /** When its first item was begun. */
  since: number | undefined;
}

/** Works on queues, each in its order, on several at once. A lane that has none left takes half of what is left of the longest. */
export class Lanes<T> {
  readonly #size: number;
  readonly #work: (next: () => T | undefined) => Promise<void>;
  readonly #now: () => number;
  #waiting: Queue<T>[] = [];
  readonly #running = new Set<Queue<T>>();

  /** @param work takes one item after the other until there is none, and does not fail */
  constructor(size: number, work: (next: () => T | undefined) => Promise<void>, now: () => number = () => performance.now()) {
    this.#size = size;
    this.#work = work;
    this.#now = now;
  }

  /** Those first that were added first. */
  add(queues: readonly (readonly T[])[]): void {
    this.#waiting.push(...queues.map((items) => queueOf(items)));
    this.#fill();
  }

  /** Nothing that was not begun is begun any more. */
  clear(): void {
    this.#waiting = [];
    for (const { items } of this.#running) items.length = 0;
  }

  #fill(): void {
    while (this.#running.size < this.#size) {
      const queue = this.#waiting.shift() ?? this.#half();
      if (!queue) return;
      this.#running.add(queue);
      void this.#work(() => this.#next(queue)).finally(() => {
        this.#running.delete(queue);
        this.#fill();
      });
    }
  }

  #next(queue: Queue<T>): T | undefined {
    const item = queue.items.shift();
    if (queue.since === undefined) queue.since = this.#now();
    else {
      queue.done += 1;
      this.#fill();
    }
    return item;
  }

  #half(): Queue<T> | undefined {
    const longest = [...this.#running].reduce<Queue<T> | undefined>(
      (most, queue) => (this.#left(queue) > (most ? this.#left(most) : worthSplittingMs) ? queue : most),
      undefined,
    );
    return longest && queueOf(longest.items.splice(Math.floor(longest.items.length / 2)));
  }

  /** What a queue still takes, in ms, by what it took so far. */
  #left({ items, done, since }: Queue<T>): number {
    return done === 0 || since === undefined ? 0 : ((this.#now() - since) / done) * items.length;
  }
}

const queueOf = <T>(items: readonly T[]): Queue<T> => ({ items: [...items], done: 0, since: undefined });
