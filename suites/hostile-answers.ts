import type { Muxer } from "../fixtures/contract/probe.ts";
import { poll } from "../fixtures/waiting.ts";
import { must } from "../harness/answers.ts";
import type { CheckDefinition } from "../harness/definition.ts";
import { expect } from "../harness/expect.ts";
import { exact } from "../harness/observation.ts";
import type { Scene } from "../harness/scene.ts";
import { encodeLoose } from "../rfc-checks/wire/encode.ts";
import { frame } from "../rfc-checks/wire/framing.ts";
import { hostileMessage, hostileMessages } from "../rfc-checks/wire/hostile.ts";
import { brokenFramings, type FramingScript, fairFramings, manyFramings } from "../rfc-checks/wire/hostile-framing.ts";
import { legacyStoreProtocol } from "../rfc-checks/wire/legacy-store.ts";
import { storeQueryProtocol } from "../rfc-checks/wire/store.ts";
import { clientAlone, storeClientAlone } from "../topologies/index.ts";
import { type Asking, canAsk, requestsOf, type ScriptedService, serviceOf, success, works } from "./asking.ts";
import { again, eachMuxer, scriptOf } from "./hostile-inputs.ts";
import { type Loads, load, loads } from "./measured.ts";
import { Unfair } from "./unfair.ts";

const seed = 21;

const ofStore: ReadonlySet<string> = new Set([storeQueryProtocol, legacyStoreProtocol]);

/** A client and nobody else: probes are its services. */
export const ofClientOf = (asking: Asking) =>
  ({
    subject: "client",
    topology: ofStore.has(asking.protocol) ? storeClientAlone : clientAlone,
    meaningful: (cast: Parameters<typeof canAsk>[0]) => canAsk(cast, asking),
  }) as const;

/** Answers that are no success where there is a status, however leniently they are read. */
const withoutStatus: ReadonlySet<string> = new Set([
  ...["nothing", "statusCode-absent", "statusCode-zero"],
  ...["response-absent", "response-empty", "response.isSuccess-absent", "response.isSuccess-zero"],
]);

interface Survived extends Loads {
  readonly outcomes: Record<string, ReturnType<typeof exact<string>>>;
  readonly proof: ReturnType<typeof exact<number>>;
}

/** A connection that some cut for what came on it may end in the middle of the proof, and is made anew. */
const worksAgain = (scene: Scene<unknown>, service: ScriptedService, asking: Asking): Promise<number> =>
  poll(
    async () => {
      await again(service.probe, scene.subject);
      return works(scene, service, asking);
    },
    (worked) => worked > 0 || service.probe.connected(scene.subject.peerId),
    scene.subject.capabilities.timings.callMs,
  );

/**
 * Puts every hostile form of an answer to a client, one call of its API each, and then a fair one.
 * @param noSuccess names of those that are no success, however leniently they are read
 */
export function hostileAnswers(
  asking: Asking,
  noSuccess: ReadonlySet<string> = withoutStatus,
): Pick<CheckDefinition<Survived, undefined>, "subject" | "topology" | "meaningful" | "mutates" | "tags" | "observe" | "judge"> {
  return {
    ...ofClientOf(asking),
    mutates: "node",
    tags: ["#wire", "#hostile"],
    async observe(scene) {
      const unfair = new Unfair(asking, (name, request) => {
        const hostile = hostileMessage(asking.answers, asking.answer(request, success), seed, name);
        return [{ write: frame(hostile ?? new Uint8Array()) }, { close: true }];
      });
      const before = await load(scene);
      const service = await serviceOf(scene, asking, unfair.responder);
      await must("a fair answer", asking.ask(scene));
      const [sample = new Uint8Array()] = requestsOf(service, asking);
      const outcomes: Survived["outcomes"] = {};
      const names = hostileMessages(asking.answers, asking.answer(sample, success), seed).map(({ name }) => name);
      for (const name of names) {
        unfair.next = name;
        await again(service.probe, scene.subject);
        outcomes[name] = exact((await asking.ask(scene))?.outcome ?? "none");
      }
      await unfair.askedAgain(scene, names.length + 1);
      const proof = exact(await worksAgain(scene, service, asking));
      return { outcomes, ...loads(before, await load(scene)), proof };
    },
    judge({ outcomes, proof }) {
      const taken = Object.keys(outcomes).filter((name) => noSuccess.has(name) && outcomes[name] === "ok");
      expect(taken, "accepted-invalid", "outcomes").to.deep.equal([]);
      expect(proof, "no-answer", "proof").to.equal(1);
    },
  };
}

/** For a client to make up its mind about an answer of which more could come, in ms: what it makes of it is not compared. */
const patienceMs = 300;
const endsInOrder = ({ steps }: FramingScript): boolean => "close" in (steps.at(-1) ?? {}) && !steps.some((step) => "reset" in step);
/** A client may wait for the end of the stream that it asked on; nothing says that it must not. */
export const isFair = ({ name }: FramingScript): boolean => name !== "not-closed";

const unfairFramings = (message: Uint8Array): readonly FramingScript[] => [...manyFramings(message), ...brokenFramings(message)];
const framings = (message: Uint8Array): readonly FramingScript[] => [...fairFramings(message), ...unfairFramings(message)];

interface Framed extends Survived {
  readonly lost: readonly string[];
}

/** Answers a client in every framing, fair and broken, and then in the plainest. */
export function hostileFramings(
  asking: Asking,
): Pick<CheckDefinition<Framed, Muxer>, "subject" | "topology" | "meaningful" | "mutates" | "tags" | "variants" | "observe" | "judge"> {
  const bytesOf = (request: Uint8Array) => encodeLoose(asking.answers, asking.answer(request, success));
  return {
    ...ofClientOf(asking),
    mutates: "node",
    tags: ["#wire", "#hostile"],
    variants: eachMuxer,
    meaningful: (cast, muxer) => canAsk(cast, asking) && cast.client?.muxers.includes(muxer) === true,
    async observe(scene) {
      const unfair = new Unfair(asking, (name, request) => {
        const framing = framings(bytesOf(request)).find((one) => one.name === name);
        return framing ? scriptOf(framing) : [];
      });
      const before = await load(scene);
      const service = await serviceOf(scene, asking, unfair.responder, { muxer: scene.variant });
      await must("a fair answer", asking.ask(scene));
      const put = async (name: string, ms: number) => {
        unfair.next = name;
        await again(service.probe, scene.subject);
        return (await Promise.race([asking.ask(scene), scene.elapse(ms)]))?.outcome ?? "pending";
      };
      const { callMs } = scene.subject.capabilities.timings;
      const lost: string[] = [];
      const fair = fairFramings(new Uint8Array()).filter(isFair);
      for (const { name } of fair) if ((await put(name, callMs)) !== "ok") lost.push(name);
      const outcomes: Survived["outcomes"] = {};
      const others = unfairFramings(new Uint8Array());
      for (const framing of others) {
        const ends = endsInOrder(framing);
        const outcome = await put(framing.name, ends ? callMs : patienceMs);
        if (ends) outcomes[framing.name] = exact(outcome);
      }
      await unfair.askedAgain(scene, fair.length + others.length + 1);
      const proof = exact(await worksAgain(scene, service, asking));
      return { lost, outcomes, ...loads(before, await load(scene)), proof };
    },
    judge({ lost, proof }) {
      expect(lost, "no-answer", "lost").to.deep.equal([]);
      expect(proof, "no-answer", "proof").to.equal(1);
    },
  };
}
