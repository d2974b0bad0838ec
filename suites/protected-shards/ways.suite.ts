import { check } from "../../harness/check.ts";
import { arrivals } from "../../harness/deliveries.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { type Making, signed, twins, unsigned } from "./messages.ts";
import { demandNothingCame, offer } from "./offer.ts";
import { isOpen, type OnPath, onEveryPath, type Path, paths } from "./paths.ts";
import { bytesOf, draft, handedOn, neighbours, ofProtected, passes, topicOf } from "./wire-scene.ts";

const tags = ["#psk", "#wire"] as const;
const telling: Record<string, OnPath<Making>> = Object.fromEntries(
  (["publish", "lightpush-2", "lightpush-3"] as const).map((path) => [path, { path, input: unsigned }]),
);

describe("protected shards: ways into a node", () => {
  check({
    ...ofProtected,
    id: "protected-shards/high-s",
    title: "the twin of a signature, with s in the upper half, does not count",
    requirements: ["REC-PSK-01"],
    tags: [...tags],
    variants: onEveryPath(twins),
    meaningful: isOpen,
    observe: offer,
    judge: demandNothingCame,
  });

  check({
    ...ofProtected,
    id: "protected-shards/refusal-told",
    title: "who publishes or pushes what is not signed is told that it was refused",
    requirements: ["REC-PSK-05"],
    tags: [...tags],
    variants: telling,
    meaningful: isOpen,
    observe: offer,
    judge({ answer, handedOn: came }, { variant }) {
      expect(came, "refused-with-effect", "handedOn").to.equal(0);
      const { outcome, success, statusCode } = answer as { outcome: string; success?: boolean; statusCode?: number };
      if (variant.path === "publish") expect(outcome, "answered-success-no-effect", "answer.outcome").to.equal("refused");
      else expect(success, "answered-success-no-effect", "answer.success").to.equal(false);
      if (variant.path === "lightpush-3") expect(statusCode, "wrong-status-code", "answer.statusCode").to.equal(420);
    },
  });

  check({
    ...ofProtected,
    id: "protected-shards/open-shard",
    title: "on a shard without a key a message without a signature is handed on and shown, whichever way it comes",
    requirements: ["57-PSK-15"],
    tags: [...tags],
    variants: onEveryPath({ unsigned, "signed-by-others": ((plain) => signed({ ...plain, own: plain.other })) as Making }),
    meaningful: isOpen,
    async observe(scene: Scene<OnPath<Making>>) {
      const { subject, variant } = scene;
      const [from, to] = await neighbours(scene);
      const message = variant.input(draft(scene, 0));
      const topic = topicOf(scene, 0);
      const answer = await (paths[variant.path] as Path).send(scene, from, topic, message);
      const came = await handedOn(to, topic, message, subject.capabilities.timings.deliveryMs);
      const shown = await arrivals(subject, "relay", topic, message.contentTopic ?? "");
      return { answer, handedOn: exact(came.length), shown: exact(shown.length) };
    },
    judge({ handedOn: came, shown }) {
      expect(came, came === 0 ? "refused-valid" : "delivered-twice", "handedOn").to.equal(1);
      expect(shown, shown === 0 ? "refused-valid" : "delivered-twice", "shown").to.equal(1);
    },
  });

  check({
    ...ofProtected,
    id: "protected-shards/key-of-shard",
    title: "on each of several protected shards the signature of its own key counts, and not that of another shard's",
    requirements: ["57-PSK-01"],
    tags: [...tags],
    variants: { "shard-1": 1, "shard-2": 2, "shard-12": 12 },
    async observe(scene) {
      const shard = scene.variant;
      const [from, to] = await neighbours(scene);
      const byOthers = signed({ ...draft(scene, shard), own: draft(scene, shard).other });
      from.gossip.publish(topicOf(scene, shard), bytesOf(byOthers));
      const own = (await passes(scene, from, to, shard)) && (await passes(scene, from, to, shard));
      return { own: exact(own), others: exact((await handedOn(to, topicOf(scene, shard), byOthers, 0)).length) };
    },
    judge({ own, others }) {
      expect(own, "refused-valid", "own").to.equal(true);
      expect(others, "accepted-invalid", "others").to.equal(0);
    },
  });
});
