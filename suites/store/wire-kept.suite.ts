import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import { hashOf, type Message, ofStore, StoreScene } from "./wire-scene.ts";

const seconds = 1_000_000_000;

/** Is a message stored, once one that came after it is? */
async function kept(store: StoreScene, message: Message): Promise<boolean> {
  store.publish(message);
  return (await store.storedBefore(store.message(1))).includes(hashOf(store.pubsubTopic, message));
}

describe("store service on the wire: what is kept", () => {
  check({
    ...ofStore,
    id: "store/wire-ephemeral",
    title: "a message is stored unless it is ephemeral",
    requirements: ["13-STORE-01", "13-STORE-02", "13-STORE-10", "14-MESSAGE-08", "14-MESSAGE-09"],
    variants: { ephemeral: true, "not-ephemeral": false, unsaid: undefined },
    async observe(scene) {
      const store = await StoreScene.of(scene);
      return { stored: exact(await kept(store, store.message(0, { ephemeral: scene.variant }))) };
    },
    judge({ stored }, { variant }) {
      expect(stored, variant === true ? "accepted-invalid" : "not-delivered", "stored").to.equal(variant !== true);
    },
  });

  check({
    ...ofStore,
    id: "store/wire-timestamp",
    revision: 2,
    title: "whether a message is stored that has a timestamp of 0, far in the past or in the future",
    requirements: ["13-STORE-08", "13-STORE-09"],
    variants: {
      zero: () => 0n,
      negative: () => -1n,
      "15-s-ago": (now: bigint) => now - BigInt(15 * seconds),
      "60-s-ago": (now: bigint) => now - BigInt(60 * seconds),
      "60-s-ahead": (now: bigint) => now + BigInt(60 * seconds),
    },
    async observe(scene) {
      const store = await StoreScene.of(scene);
      return { stored: exact(await kept(store, store.message(0, { timestamp: scene.variant(store.now) }))) };
    },
  });

  check({
    ...ofStore,
    id: "store/wire-no-timestamp",
    title: "a message without a timestamp is not stored",
    requirements: ["13-STORE-08"],
    async observe(scene) {
      const store = await StoreScene.of(scene);
      return { stored: exact(await kept(store, store.message(0, { timestamp: undefined }))) };
    },
    judge({ stored }) {
      expect(stored, "accepted-invalid", "stored").to.equal(false);
    },
  });

  check({
    ...ofStore,
    id: "store/wire-not-valid",
    title: "a message that is not valid is not stored",
    requirements: ["13-STORE-07"],
    variants: { "meta-of-65-bytes": { meta: new Uint8Array(65) } },
    async observe(scene) {
      const store = await StoreScene.of(scene);
      return { stored: exact(await kept(store, store.message(0, scene.variant))) };
    },
    judge({ stored }) {
      expect(stored, "accepted-invalid", "stored").to.equal(false);
    },
  });
});
