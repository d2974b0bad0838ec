import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { decode } from "../../rfc-checks/wire/codec.ts";
import { WakuMessage } from "../../rfc-checks/wire/message.ts";
import { isOf, type Neighbour } from "../relay/wire-scene.ts";
import { type Copy, copies, type Move, moves, unknownField } from "./copies.ts";
import { type Message, signed } from "./messages.ts";
import { isOpen, type OnPath, onEveryPath, type Path, paths } from "./paths.ts";
import { bytesOf, draft, handedOn, neighbours, ofProtected, passes, shown, topicOf } from "./wire-scene.ts";

type Any = Scene<unknown>;
const tags = ["#psk", "#wire"];

/** A message that was signed and handed on, as whoever listens has it. */
async function captured(scene: Any, from: Neighbour, to: Neighbour): Promise<Message> {
  const message = signed(draft(scene));
  from.gossip.publish(topicOf(scene, 1), bytesOf(message));
  const [first] = await handedOn(to, topicOf(scene, 1), message, scene.subject.capabilities.timings.deliveryMs);
  return first ? decode(WakuMessage, first.message.data as Uint8Array).value : message;
}

/** How often a message was handed on, and shown, once what was sent after it has come. */
async function counted(scene: Any, from: Neighbour, to: Neighbour, shard: number, { contentTopic = "" }: Message) {
  const topic = topicOf(scene, shard);
  const proof = (await passes(scene, from, to)) && (await passes(scene, from, to));
  return {
    copies: exact(to.gossip.delivered(topic).filter(({ message }) => isOf(message, contentTopic)).length),
    shown: exact((await shown(scene.subject, topic, contentTopic)).length),
    proof: exact(proof),
  };
}

interface Counted {
  readonly copies: number;
  readonly shown: number;
  readonly proof: boolean;
}
function demandOnce({ copies: came, shown: given, proof }: Counted): void {
  expect(proof, "not-delivered", "proof").to.equal(true);
  expect(came, came === 0 ? "not-delivered" : "delivered-twice", "copies").to.equal(1);
  expect(given, given === 0 ? "not-delivered" : "delivered-twice", "shown").to.equal(1);
}

/** 29-CONFIG-09, and a little for it to be forgotten; in ms. */
const seenMs = 120_000;
const forgottenMs = seenMs + 5_000;

describe("protected shards: a captured message", () => {
  check({
    ...ofProtected,
    id: "protected-shards/replay",
    title: "a captured message that is sent again, as it is or with another version, is handed on once, whichever way it comes",
    requirements: ["REC-PSK-07"],
    tags,
    variants: onEveryPath<(message: Message) => Message>({
      same: (message) => message,
      "other-version": (message) => ({ ...message, version: 7 }),
    }),
    meaningful: isOpen,
    async observe(scene: Scene<OnPath<(message: Message) => Message>>) {
      const { variant } = scene;
      const [from, to] = await neighbours(scene);
      const message = await captured(scene, from, to);
      const answer = await (paths[variant.path] as Path).send(scene, from, topicOf(scene, 1), variant.input(message));
      return { answer, ...(await counted(scene, from, to, 1, message)) };
    },
    judge: demandOnce,
  });

  check({
    ...ofProtected,
    id: "protected-shards/re-encoded",
    title: "a captured message in other bytes, with the same signed fields, is handed on once",
    requirements: ["REC-PSK-07"],
    tags,
    variants: copies,
    async observe(scene: Scene<Copy>) {
      const [from, to] = await neighbours(scene);
      const message = await captured(scene, from, to);
      from.gossip.publish(topicOf(scene, 1), scene.variant(message));
      return counted(scene, from, to, 1, message);
    },
    judge: demandOnce,
  });

  check({
    ...ofProtected,
    id: "protected-shards/licence",
    title: `of one captured message and twenty copies, each with an unknown field of its own, one is handed on`,
    requirements: ["REC-PSK-07"],
    tags,
    async observe(scene) {
      const [from, to] = await neighbours(scene);
      const message = await captured(scene, from, to);
      for (let copy = 0; copy < 20; copy += 1)
        from.gossip.publish(topicOf(scene, 1), Buffer.concat([bytesOf(message), unknownField(Uint8Array.of(copy))]));
      return counted(scene, from, to, 1, message);
    },
    judge: demandOnce,
  });

  check({
    ...ofProtected,
    id: "protected-shards/copy-first",
    title: "what becomes of a message when a copy in other bytes has come before it",
    requirements: ["REC-PSK-07"],
    tags,
    async observe(scene) {
      const [from, to] = await neighbours(scene);
      const message = signed(draft(scene));
      const copy = bytesOf({ ...message, version: 7 });
      from.gossip.publish(topicOf(scene, 1), copy);
      await handedOn(to, topicOf(scene, 1), message, scene.subject.capabilities.timings.deliveryMs);
      from.gossip.publish(topicOf(scene, 1), bytesOf(message));
      return counted(scene, from, to, 1, message);
    },
  });

  check({
    ...ofProtected,
    id: "protected-shards/same-bytes-elsewhere",
    title: "what becomes of a message when its bytes are sent on an open shard before it, or after it",
    requirements: ["REC-PSK-11"],
    tags,
    variants: { before: [0, 1], after: [1, 0] },
    async observe(scene) {
      const [from, to] = await neighbours(scene);
      const message = signed(draft(scene));
      for (const shard of scene.variant) {
        from.gossip.publish(topicOf(scene, shard), bytesOf(message));
        await passes(scene, from, to);
      }
      return { open: await counted(scene, from, to, 0, message), home: await counted(scene, from, to, 1, message) };
    },
  });

  check({
    ...ofProtected,
    id: "protected-shards/moved-bytes",
    title: "what becomes of bytes that are moved from a signed field into its neighbour, alone and after the original",
    requirements: ["57-PSK-02", "REC-PSK-07"],
    tags,
    variants: Object.fromEntries(
      Object.entries(moves).flatMap(([name, making]) =>
        [false, true].map((after) => [after ? `${name}-after` : name, { making, after }] as const),
      ),
    ),
    async observe(scene: Scene<{ making: (typeof moves)[string]; after: boolean }>) {
      const { making, after } = scene.variant;
      const [from, to] = await neighbours(scene);
      const { original, originalShard, moved, shard }: Move = making((of) => draft(scene, of));
      if (after) {
        from.gossip.publish(topicOf(scene, originalShard), bytesOf(original));
        await passes(scene, from, to);
      }
      from.gossip.publish(topicOf(scene, shard), bytesOf(moved));
      const bytes = Buffer.from(bytesOf(moved));
      const { proof } = await counted(scene, from, to, shard, moved);
      const came = to.gossip.delivered(topicOf(scene, shard)).filter(({ message }) => bytes.equals(message.data ?? new Uint8Array()));
      return { handedOn: exact(came.length), proof };
    },
  });

  check({
    ...ofProtected,
    id: "protected-shards/replay-late",
    title: "a captured message is handed on once, also when gossipsub has forgotten it",
    requirements: ["REC-PSK-07"],
    tags: [...tags, "#slow"],
    mutates: "connections",
    async observe(scene) {
      const [from, to] = await neighbours(scene);
      const message = await captured(scene, from, to);
      await scene.elapse(forgottenMs);
      from.gossip.publish(topicOf(scene, 1), bytesOf(message));
      return counted(scene, from, to, 1, message);
    },
    judge: demandOnce,
  });
});
