import { check } from "../../harness/check.ts";
import { arrivals } from "../../harness/deliveries.ts";
import { expect } from "../../harness/expect.ts";
import { exact, set } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { decode } from "../../rfc-checks/wire/codec.ts";
import { WakuMessage } from "../../rfc-checks/wire/message.ts";
import { changes, type Making, ofWrongLength, outOfTime, sound, withoutSignature, withoutTime, wronglySigned } from "./messages.ts";
import { demandNothingCame, offer } from "./offer.ts";
import { isOpen, type OnPath, onEveryPath, type Path, paths } from "./paths.ts";
import { draft, handedOn, neighbours, ofProtected, topicOf } from "./wire-scene.ts";

const offering = { ...ofProtected, tags: ["#psk", "#wire"], meaningful: isOpen, observe: offer } as const;

describe("protected shards: what is handed on", () => {
  check({
    ...offering,
    id: "protected-shards/signed",
    title: "a message that the publishers signed is handed on and shown, with its signature",
    requirements: ["57-PSK-04", "57-PSK-10", "REC-PSK-04"],
    variants: onEveryPath(sound),
    async observe(scene: Scene<OnPath<Making>>) {
      const { subject, variant } = scene;
      const [from, to] = await neighbours(scene);
      const message = variant.input(draft(scene));
      const [topic, { contentTopic = "" }] = [topicOf(scene, 1), message];
      const answer = await (paths[variant.path] as Path).send(scene, from, topic, message);
      const came = await handedOn(to, topic, message, subject.capabilities.timings.deliveryMs);
      const data = came[0]?.message.data;
      return {
        answer,
        handedOn: exact(came.length),
        changed: set(data ? changes(message, decode(WakuMessage, data).value) : []),
        shown: exact((await arrivals(subject, "relay", topic, contentTopic)).length),
      };
    },
    judge({ handedOn, changed, shown }) {
      expect(handedOn, handedOn === 0 ? "refused-valid" : "delivered-twice", "handedOn").to.equal(1);
      expect(changed, "field-changed", "changed").to.deep.equal([]);
      expect(shown, shown === 0 ? "refused-valid" : "delivered-twice", "shown").to.equal(1);
    },
  });

  check({
    ...offering,
    id: "protected-shards/no-timestamp",
    title: "a message without a time is not handed on",
    requirements: ["57-PSK-05"],
    variants: onEveryPath(withoutTime),
    judge: demandNothingCame,
  });

  check({
    ...offering,
    id: "protected-shards/outside-window",
    title: "a message that is more than 300 s off the clock is not handed on",
    requirements: ["57-PSK-06", "REC-PSK-04"],
    variants: onEveryPath(outOfTime),
    judge: demandNothingCame,
  });

  check({
    ...offering,
    id: "protected-shards/no-signature",
    title: "a message without a signature is not handed on",
    requirements: ["57-PSK-07"],
    variants: onEveryPath(withoutSignature),
    judge: demandNothingCame,
  });

  check({
    ...offering,
    id: "protected-shards/signature-length",
    title: "a signature that is not of 64 bytes does not count",
    requirements: ["57-PSK-08"],
    variants: onEveryPath(ofWrongLength),
    judge: demandNothingCame,
  });

  check({
    ...offering,
    id: "protected-shards/wrong-signature",
    title: "a signature by another key, of other content, or in another form does not count",
    requirements: ["57-PSK-09"],
    variants: onEveryPath(wronglySigned),
    judge: demandNothingCame,
  });
});
