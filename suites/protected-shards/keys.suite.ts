import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { type PublicKeyForms, publicKeyOf } from "../../rfc-checks/rules/ecdsa.ts";
import { demandGuard, guardOf } from "./guard.ts";
import { unsigned } from "./messages.ts";
import { at, neighbours, ofProtector } from "./wire-scene.ts";

type Form = (forms: PublicKeyForms) => string;

/** How an operator may write a public key. */
const forms: Readonly<Record<string, Form>> = {
  uncompressed: ({ uncompressed }) => uncompressed,
  compressed: ({ compressed }) => compressed,
  "uncompressed-0x": ({ uncompressed }) => `0x${uncompressed}`,
  "compressed-0x": ({ compressed }) => `0x${compressed}`,
  "uncompressed-upper-case": ({ uncompressed }) => uncompressed.toUpperCase(),
  "compressed-upper-case": ({ compressed }) => compressed.toUpperCase(),
};

/** What is no public key. */
const malformed: Readonly<Record<string, Form>> = {
  empty: () => "",
  "not-hex": () => "publisher",
  "half-a-byte-less": ({ uncompressed }) => uncompressed.slice(0, -1),
  "a-byte-less": ({ uncompressed }) => uncompressed.slice(0, -2),
  "a-byte-more": ({ uncompressed }) => `${uncompressed}00`,
  "no-hex-digit-inside": ({ uncompressed }) => `${uncompressed.slice(0, 40)}g${uncompressed.slice(41)}`,
  "without-prefix": ({ uncompressed }) => uncompressed.slice(2),
  "x-alone": ({ compressed }) => compressed.slice(2),
  "other-prefix": ({ uncompressed }) => `05${uncompressed.slice(2)}`,
  "not-on-the-curve": ({ uncompressed }) => `${uncompressed.slice(0, -64)}${uncompressed.slice(-64).split("").reverse().join("")}`,
  infinity: () => "00",
  "all-zero": () => `04${"00".repeat(64)}`,
  "two-keys": ({ uncompressed }) => `${uncompressed}:${uncompressed}`,
};

/** Starts a node that is told keys for shard 1; whether it does, and whether it protects the shard. */
async function start(scene: Scene<unknown>, ...publicKeys: readonly string[]) {
  const answer = await scene.launch({ shards: [0, 1], protectedShards: publicKeys.map((publicKey) => ({ shard: 1, publicKey })) });
  const node = answer.value && at(scene, answer.value);
  const guard = node && (await guardOf(node, ...(await neighbours(node, 0, unsigned)), 1));
  return { started: exact(answer.outcome), says: node ? null : answer.raw, guard: guard ?? null };
}

const keyOf = (scene: Scene<unknown>, name: string): PublicKeyForms => publicKeyOf(scene.publisherKey(name));
const launching = { ...ofProtector, tags: ["#psk"] } as const;
const demandStart = ({ started }: { readonly started: string }): void => void expect(started, "did-not-start", "started").to.equal("ok");
const demandNoStart = ({ started }: { readonly started: string }): void =>
  void expect(started, "accepted-invalid", "started").to.equal("refused");

describe("protected shards: keys", () => {
  check({
    ...launching,
    id: "protected-shards/public-key",
    title: "a node that is told the public key, and nothing else, protects the shard",
    requirements: ["57-PSK-14"],
    observe: (scene) => start(scene, keyOf(scene, "own").uncompressed),
    judge({ started, guard }) {
      demandStart({ started });
      if (guard) demandGuard(guard, "guard");
    },
  });

  check({
    ...launching,
    id: "protected-shards/key-forms",
    title: "a public key is taken in each form in which operators have it",
    requirements: ["REC-PSK-02"],
    variants: forms,
    observe: (scene) => start(scene, scene.variant(keyOf(scene, "own"))),
    judge({ started, guard }) {
      demandStart({ started });
      if (guard) demandGuard(guard, "guard");
    },
  });

  check({
    ...launching,
    id: "protected-shards/malformed-key",
    title: "a node does not start with what is no public key",
    requirements: ["REC-PSK-03"],
    variants: malformed,
    observe: (scene) => start(scene, scene.variant(keyOf(scene, "own"))),
    judge: demandNoStart,
  });

  check({
    ...launching,
    id: "protected-shards/two-keys",
    title: "a node does not start with two keys for one shard",
    requirements: ["REC-PSK-03"],
    observe: (scene) => start(scene, keyOf(scene, "own").uncompressed, keyOf(scene, "other").uncompressed),
    judge: demandNoStart,
  });
});
