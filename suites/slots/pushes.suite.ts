import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { SlotRow } from "../../harness/results/slot-row.ts";
import { answered, push, pushBytes, serves, type Version, witness } from "../lightpush/wire-scene.ts";
import { wireMessage } from "../wire-message.ts";
import { relayedCounts } from "./rates.ts";
import { addressOf, ofService } from "./slots-scene.ts";

/** As many as the filter clients that a service takes which takes few as built. */
const clients = 24;

const versions: Record<string, Version> = { v2: 2, v3: 3 };

describe("lightpush clients of one service", () => {
  check({
    ...ofService,
    id: "slots/pushed-at-once",
    title: `the pushes of ${clients} clients at once are each answered with success and relayed once`,
    requirements: ["19-LPV2-03", "19-LPV3-02"],
    variants: versions,
    meaningful: serves,
    async observe(scene) {
      const { subject, pubsubTopic, variant: version } = scene;
      const gossip = await witness(scene);
      const crowd = await scene.crowd(clients);
      await crowd.connect(addressOf(subject));
      const asked = crowd.probes.map((probe) => ({ probe, requestId: scene.freshKey(), message: wireMessage(scene) }));
      const answers = await Promise.all(
        asked.map(async ({ probe, requestId, message }) =>
          answered(version, await push(probe, subject, version, pushBytes(version, { requestId, pubsubTopic, message }))),
        ),
      );
      const topics = asked.map(({ message }) => message.contentTopic ?? "");
      const counts = await relayedCounts(scene, gossip, topics, (all) => all.every((count) => count > 0));
      const failed = answers.filter(({ success }) => success.value !== true);
      const slot: SlotRow = {
        kind: "lightpush client",
        limit: "as built",
        tried: clients,
        accepted: clients - failed.length,
        refused: failed[0] ? `${failed[0].statusCode.value ?? failed[0].statusDesc ?? failed[0].outcome.value}` : null,
      };
      return { failed: exact(failed.length), missed: exact(counts.filter((count) => count !== 1).length), slots: [slot] };
    },
    judge({ failed, missed }) {
      expect(failed, "refused-valid", "failed").to.equal(0);
      expect(missed, "not-delivered", "missed").to.equal(0);
    },
  });
});
