import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { SlotRow } from "../../harness/results/slot-row.ts";
import { witness } from "../lightpush/wire-scene.ts";
import {
  asker,
  burst,
  effects,
  inBurst,
  inQuestion,
  isServed,
  rateSetting,
  refusalText,
  refused,
  servedAgain,
  services,
  tooFast,
} from "./rates.ts";
import { ofService } from "./slots-scene.ts";

/** More than any rate lets through at once that is shipped. */
const asShipped = 40;

const otherClients = 3;

describe("requests that come too fast", () => {
  check({
    ...inQuestion,
    id: "slots/rate-refused",
    title: "a request that came too soon is refused as too many, with its own id",
    requirements: ["12-FILTER-08", "19-LPV2-04", "19-LPV2-06", "19-LPV3-05", "19-LPV3-11", "19-LPV3-16"],
    async observe(scene) {
      const { refusal } = await refused(scene);
      return { refusal: { ...refusal, statusCode: exact(refusal.statusCode), sameRequestId: exact(refusal.sameRequestId) } };
    },
    judge({ refusal }, { variant }) {
      expect(refusal.outcome, "no-answer", "refusal.outcome").to.equal("answered");
      if (variant !== "lightpush-v2") expect(refusal.statusCode, "wrong-status-code", "refusal.statusCode").to.equal(429);
      expect(refusal.sameRequestId, "wrong-request-id", "refusal.sameRequestId").to.equal(true);
    },
  });

  check({
    ...inQuestion,
    id: "slots/rate",
    title: "requests that come too fast are refused, which has no effect; the client stays connected and is soon served again",
    requirements: ["19-LPV2-05", "19-LPV3-15", "REC-SLOT-13", "REC-SLOT-15"],
    async observe(scene) {
      const { subject, variant } = scene;
      const { gossip, greedy, served, refusal } = await tooFast(scene);
      const since = performance.now();
      const again = await servedAgain(scene, greedy);
      const againMs = again.success ? Math.round(performance.now() - since) : null;
      const counts = await effects(scene, gossip, greedy, [refusal?.topic ?? "", ...served.map(({ topic }) => topic), again.topic]);
      const slot: SlotRow = {
        kind: variant === "filter" ? "filter request" : "lightpush request",
        limit: subject.capabilities.settings[rateSetting(variant)]?.ordinary?.[0] ?? "as built",
        tried: inBurst,
        accepted: served.length,
        refused: refusal ? refusalText(refusal) : null,
        refusedAfterMs: refusal?.ms ?? null,
        freed: { "its period": againMs },
      };
      return {
        limited: exact(refusal !== undefined),
        connected: exact(greedy.probe.connected(subject.peerId)),
        again: exact(again.success),
        strayed: exact(counts[0]),
        missed: exact(counts.slice(1).filter((count) => count !== 1).length),
        slots: [slot],
      };
    },
    judge({ limited, connected, again, strayed, missed }) {
      expect(limited, "limit-too-high", "limited").to.equal(true);
      expect(connected, "disconnected", "connected").to.equal(true);
      expect(again, "rate-limited", "again").to.equal(true);
      expect(strayed, "refused-with-effect", "strayed").to.equal(0);
      expect(missed, "not-delivered", "missed").to.equal(0);
    },
  });

  check({
    ...inQuestion,
    id: "slots/rate-of-others",
    title: "while one client is refused for its rate, others are served",
    requirements: ["REC-SLOT-14"],
    async observe(scene) {
      const others = await Promise.all(Array.from({ length: otherClients }, () => asker(scene)));
      const { greedy, served } = await refused(scene);
      // The greedy one goes on meanwhile.
      const [, answers] = await Promise.all([greedy.ask(), Promise.all(others.map(({ ask }) => ask()))]);
      return { ofTheGreedy: served.length, served: exact(answers.filter(({ success }) => success).length), answers };
    },
    judge({ served }) {
      expect(served, "rate-limited", "served").to.equal(otherClients);
    },
  });

  check({
    ...ofService,
    id: "slots/rate-as-shipped",
    title: `how many of ${asShipped} requests that one client makes at once are served, as shipped`,
    requirements: ["12-FILTER-03", "19-LPV2-05", "19-LPV3-15", "REC-SLOT-20"],
    variants: services,
    meaningful: isServed,
    async observe(scene) {
      await witness(scene);
      const { served, refusal } = await burst(await asker(scene), asShipped);
      const slot: SlotRow = {
        kind: scene.variant === "filter" ? "filter request" : "lightpush request",
        limit: "default",
        tried: asShipped,
        accepted: served.length,
        refused: refusal ? refusalText(refusal) : null,
        refusedAfterMs: refusal?.ms ?? null,
      };
      return { refused: exact(refusal !== undefined), code: exact(refusal?.statusCode ?? null), slots: [slot] };
    },
  });
});
