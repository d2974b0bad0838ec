import type { ReadyParticipant } from "../fixtures/contract/adapter.ts";
import type { RuntimeFeature } from "../fixtures/contract/runtime.ts";
import { diagnose, diagnosticKeys } from "./blame.ts";
import { couldNotRun, execute, type Outcome, obstacle } from "./execution.ts";
import { type AnyDefinition, type Expansion, expand, keyOf } from "./expansion.ts";
import type { Field } from "./field.ts";
import { Lanes } from "./lanes.ts";
import type { CheckResult, Verdict } from "./results/schema.ts";
import { NotFormed, type Standing, stand } from "./stand.ts";

/** Most of a check is waiting: this many topologies are in flight for each core. */
const topologiesPerCore = 6;

export interface SessionOptions {
  readonly field: Field;
  /** The run's folder. */
  readonly folder: string;
  /** Does the baseline list this failure? */
  known(result: CheckResult): boolean;
  /** The command that runs just this again. */
  replay(expansion: Expansion): string;
  onResult(result: CheckResult): void;
}

/** An outcome, and the check whose failure left no topology to ask it in. */
type Answered = Outcome & { readonly blockedBy: string | null };

/** What checks share: nodes, or why there are none. */
interface Lease {
  standing?: Standing | undefined;
  missing?: Answered;
}

/** One run: the checks that were registered, expanded over the participants, and their results. */
export class Session {
  readonly #options: SessionOptions;
  readonly #ids = new Set<string>();
  readonly #expansions = new Map<string, Expansion>();
  readonly #unasked = new Map<string, readonly string[]>();
  readonly #outcomes = new Map<string, PromiseWithResolvers<Answered>>();
  readonly #results = new Map<string, Promise<CheckResult>>();
  readonly #lanes: Lanes<Expansion>;
  /** Of checks that were put, until they have their result. */
  readonly #judging = new Set<Promise<CheckResult>>();
  readonly #stopped = Promise.withResolvers<undefined>();
  #over = false;
  #leases = 0;

  constructor(options: SessionOptions, cpus: number) {
    this.#options = options;
    this.#lanes = new Lanes(cpus * topologiesPerCore, (next) => this.#runGroup(next));
  }

  /**
   * @param concerns those participants that it is put to, or meets; by default all
   * @throws when an id is taken or a requirement is not in the ledger
   */
  register(definition: AnyDefinition, concerns: (participant: ReadyParticipant) => boolean = () => true): readonly Expansion[] {
    if (this.#ids.has(definition.id)) throw new Error(`${definition.id}: another check has this id`);
    this.#ids.add(definition.id);
    const expansions = expand(definition, this.#options.field.ready.filter(concerns));
    for (const expansion of expansions) this.#expansions.set(expansion.key, expansion);
    if (expansions.length === 0) this.#unasked.set(definition.id, this.#missing(definition));
    return expansions;
  }

  /** Checks that nobody who is there can be asked, and the absent ones with whom they could. */
  get unasked(): ReadonlyMap<string, readonly string[]> {
    return this.#unasked;
  }

  #missing(definition: AnyDefinition): string[] {
    const { ready, absent } = this.#options.field;
    const names = expand(definition, [...ready, ...absent]).flatMap(({ cast }) => Object.values(cast).map(({ name }) => name));
    return absent.map(({ name }) => name).filter((name) => names.includes(name));
  }

  get expansions(): readonly Expansion[] {
    return [...this.#expansions.values()];
  }

  /** Begins to run the selected checks, those that share a topology one after another. */
  run(keys: readonly string[]): void {
    this.#schedule(keys);
    for (const key of keys) this.#results.set(key, this.#settle(key));
  }

  /** Runs checks, whose results are known, anew. */
  runAgain(keys: readonly string[]): void {
    for (const key of keys) this.#outcomes.delete(key);
    this.run(keys);
  }

  /** @throws when the check was not selected */
  result(key: string): Promise<CheckResult> {
    const result = this.#results.get(key);
    if (!result) throw new Error(`${key} was not selected`);
    return result;
  }

  /** What these checks start. */
  cost(keys: readonly string[]): { readonly topologies: number; readonly nodes: number } {
    const leases = new Map(
      keys.map((key) => {
        const expansion = this.#expansions.get(key) as Expansion;
        return [leaseKey(expansion), Object.keys(expansion.cast).length] as const;
      }),
    );
    return { topologies: leases.size, nodes: [...leases.values()].reduce((sum, nodes) => sum + nodes, 0) };
  }

  /** No further topology is started; what runs ends with its nodes. Resolves when all that has its answer has its result. */
  async stop(): Promise<void> {
    this.#over = true;
    this.#lanes.clear();
    this.#stopped.resolve(undefined);
    await Promise.allSettled(this.#judging);
  }

  #schedule(keys: readonly string[]): void {
    const groups = new Map<string, Expansion[]>();
    for (const key of keys) {
      if (this.#outcomes.has(key)) continue;
      const expansion = this.#expansions.get(key) as Expansion;
      this.#outcomes.set(key, Promise.withResolvers());
      const lease = leaseKey(expansion);
      groups.set(lease, [...(groups.get(lease) ?? []), expansion]);
    }
    // The longest first, so that none is left to run alone at the end.
    this.#lanes.add([...groups.values()].sort((left, right) => length(right) - length(left)));
  }

  /** Checks that share nodes, in order. */
  async #runGroup(next: () => Expansion | undefined): Promise<void> {
    const lease: Lease = {};
    for (let expansion = next(); expansion; expansion = next()) {
      const answered = await this.#ask(lease, expansion).catch((error: unknown) => without(obstacle(error)));
      this.#resolve(expansion, answered);
    }
    await lease.standing?.stop();
  }

  /** Nodes that a check broke are replaced for the next. */
  async #ask(lease: Lease, expansion: Expansion): Promise<Answered> {
    const lacking = await this.#lacking(expansion);
    if (lacking.length > 0) return without(couldNotRun("runtime-lacks", `the runtime cannot ${lacking.join(", ")}`));
    const end = async () => {
      await lease.standing?.stop();
      lease.standing = undefined;
    };
    if (!lease.standing && !lease.missing) {
      try {
        lease.standing = await this.#stand(expansion);
      } catch (error) {
        lease.missing = this.#obstacle(error);
      }
    }
    if (!lease.standing) return lease.missing as Answered;
    const renew = async () => {
      await end();
      lease.standing = await this.#stand(expansion);
      return lease.standing.nodes;
    };
    const outcome: Outcome = await execute(
      expansion,
      lease.standing.nodes,
      this.#options.field.seeded,
      ownsNodes(expansion) ? renew : undefined,
      {
        folder: this.#options.folder,
        host: () => this.#options.field.harnessHost(subjectOf(expansion)),
        start: (spec, placed) => this.#options.field.start(subjectOf(expansion), spec, placed),
        overdue: () => lease.standing?.overdue() ?? [],
      },
    );
    // A check that threw, or did not end, may still be at its nodes.
    const broken = outcome.verdict === "harness-error" || outcome.reasons.some(({ code }) => code.startsWith("node-"));
    if (lease.standing && (broken || lease.standing.overdue().length > 0 || aged(lease.standing))) await end();
    return { ...outcome, blockedBy: null };
  }

  async #lacking({ definition: { needs = [] }, cast }: Expansion): Promise<RuntimeFeature[]> {
    const offered = await Promise.all(needs.map((feature) => this.#options.field.offers(cast, feature)));
    return needs.filter((_, index) => !offered[index]);
  }

  #stand(expansion: Expansion): Promise<Standing> {
    this.#leases += 1;
    const { field } = this.#options;
    return stand(expansion, {
      name: `${expansion.definition.topology.name}-${this.#leases}`,
      seeded: field.seeded,
      start: (participant, spec) => field.start(participant, spec),
    });
  }

  #obstacle(error: unknown): Answered {
    if (error instanceof NotFormed) {
      const [dialler, listener] = error.between;
      const culprit = keyOf(error.asked, null, `dialler=${dialler},listener=${listener}`);
      return {
        ...without(obstacle(error)),
        blockedBy: this.#expansions.has(culprit) ? culprit : null,
      };
    }
    return without(obstacle(error));
  }

  #resolve(expansion: Expansion, outcome: Answered): void {
    this.#outcomes.get(expansion.key)?.resolve(outcome);
  }

  async #outcome(key: string): Promise<Answered> {
    this.#schedule([key]);
    return (this.#outcomes.get(key) as PromiseWithResolvers<Answered>).promise;
  }

  /** Undefined when the session was stopped before. */
  async #verdict(key: string): Promise<Verdict | undefined> {
    if (this.#over) return undefined;
    return (await Promise.race([this.#outcome(key), this.#stopped.promise]))?.verdict;
  }

  async #settle(key: string): Promise<CheckResult> {
    const judging = this.#judge(this.#expansions.get(key) as Expansion, await this.#outcome(key));
    this.#judging.add(judging);
    return judging.finally(() => this.#judging.delete(judging));
  }

  async #judge(expansion: Expansion, outcome: Answered): Promise<CheckResult> {
    const { key } = expansion;
    const { definition, cast } = expansion;
    const others =
      outcome.verdict === "fail"
        ? diagnosticKeys(expansion, this.#options.field.referee, (other) => this.#expansions.has(other))
        : undefined;
    // A check that passes explains nothing: then there is none that says what.
    const blocker = outcome.blockedBy === null ? undefined : await this.#verdict(outcome.blockedBy);
    const blockedBy = blocker === undefined || blocker === "pass" ? null : outcome.blockedBy;
    const blame = outcome.verdict === "fail" ? await diagnose(expansion, outcome.reasons, others, (other) => this.#verdict(other)) : null;
    const result: CheckResult = {
      kind: "check",
      key,
      id: definition.id,
      title: definition.title,
      variant: expansion.variant,
      checkRevision: definition.revision ?? 1,
      requirements: [...definition.requirements],
      level: expansion.level,
      area: expansion.area,
      tags: [...expansion.tags],
      subject: cast[definition.subject]?.name ?? "",
      cast: Object.fromEntries(Object.entries(cast).map(([place, { name }]) => [place, [name]])),
      ...outcome,
      blockedBy,
      known: false,
      blame,
      replay: this.#options.replay(expansion),
    };
    const judged = { ...result, known: result.verdict === "fail" && this.#options.known(result) };
    this.#options.onResult(judged);
    return judged;
  }
}

const subjectOf = ({ definition, cast }: Expansion): ReadyParticipant => cast[definition.subject] as ReadyParticipant;

/** How long a group takes, in checks; where requests are paced each takes several times as long. */
const length = (group: readonly Expansion[]): number =>
  group.reduce((sum, { cast }) => sum + (Object.values(cast).some(({ capabilities }) => capabilities.pacing) ? 4 : 1), 0);

/** Is a node of it too old to be lent again? */
const aged = ({ nodes, since }: Standing): boolean =>
  Object.values(nodes).some(
    ({ capabilities: { timings } }) => timings.freshMs !== undefined && performance.now() - since > timings.freshMs,
  );

const without = (found: Pick<Outcome, "verdict" | "reasons">): Answered => ({
  ...found,
  observation: null,
  durationMs: 0,
  evidence: [],
  blockedBy: null,
});

const ownsNodes = ({ definition: { mutates } }: Pick<Expansion, "definition">): boolean => mutates === "node" || mutates === "connections";

/** Checks with the same lease share nodes. */
function leaseKey({ key, definition, cast, network, settings }: Expansion): string {
  const told = JSON.stringify([network, settings]);
  const shared = `${definition.topology.name} ${Object.entries(cast).map(([place, { name }]) => `${place}=${name}`)} ${told}`;
  return ownsNodes({ definition }) ? `${shared} ${key}` : shared;
}
