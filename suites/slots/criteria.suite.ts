import { check } from "../../harness/check.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { SlotRow } from "../../harness/results/slot-row.ts";
import type { Scene } from "../../harness/scene.ts";
import { relayPeer } from "../relay-peer.ts";
import { type FilterClient, newClients } from "./filter-clients.ts";
import { messageOn, ofService, ordinary, pushesOf, settable } from "./slots-scene.ts";

/** As many as any implementation takes in one request. */
const inOneRequest = 100;
/** More than any takes of one client by default; none of this is waited for where fewer are set. */
const most = 1_001;

type Which = "set" | "default";
const which: Record<string, Which> = { set: "set", default: "default" };
const inQuestion = {
  ...ofService,
  variants: which,
  meaningful: (cast: Parameters<ReturnType<typeof settable>>[0], variant: Which) =>
    variant === "default" || settable("service", "filterMaxCriteria")(cast),
  settings: (variant: Which, cast: Parameters<ReturnType<typeof settable>>[0]) =>
    variant === "set" ? ordinary("service", "filterMaxCriteria")(cast) : {},
} as const;

/** A client with as many criteria as it is let have: many at a time, then one by one. */
async function laden(scene: Scene<Which>) {
  const [client] = (await newClients(scene, 1)) as [FilterClient];
  await client.connect();
  const topics = Array.from({ length: most }, () => scene.freshContentTopic());
  let [held, step] = [0, scene.variant === "set" ? 1 : inOneRequest];
  for (;;) {
    const more = topics.slice(held, held + step);
    if (more.length === 0) throw new CouldNotRun(`it takes more than ${held} criteria`);
    const refusal = await client.subscribe(...more);
    if (refusal.success) held += more.length;
    else if (more.length === 1) return { client, held: topics.slice(0, held), over: more[0] as string, refusal };
    else step = 1;
  }
}

describe("criteria of a filter client that are too many", () => {
  check({
    ...inQuestion,
    id: "slots/criteria",
    title: "one criterion too many is refused with 503 and without effect, and can be had for one that is given up",
    requirements: ["REC-SLOT-11"],
    async observe(scene) {
      const gossip = await relayPeer(scene);
      const { client, held, over, refusal } = await laden(scene);
      const [first = "", last = ""] = [held[0], held.at(-1)];
      for (const topic of [over, first, last]) gossip.publish(scene.pubsubTopic, messageOn(topic));
      const pushes = await pushesOf(
        scene,
        [first, last].map((topic) => ({ topic, pushes: () => client.pushes(topic) })),
      );
      const strayed = client.pushes(over);
      await client.unsubscribe(first);
      const again = await client.subscribe(over);
      const slot: SlotRow = {
        kind: "criterion",
        limit:
          scene.variant === "default"
            ? "default"
            : `filterMaxCriteria ${scene.subject.capabilities.settings.filterMaxCriteria?.ordinary?.[0]}`,
        tried: held.length + 1,
        accepted: held.length,
        refused: `${refusal.statusCode ?? refusal.outcome}`,
        refusedAfterMs: refusal.ms,
      };
      return {
        held: exact(held.length),
        refusal: { ...refusal, statusCode: exact(refusal.statusCode) },
        pushes: exact(pushes),
        strayed: exact(strayed),
        again: exact(again.success),
        slots: [slot],
      };
    },
    judge({ refusal, pushes, strayed, again }) {
      expect(refusal.outcome, "no-answer", "refusal.outcome").to.equal("answered");
      expect(refusal.statusCode, "wrong-status-code", "refusal.statusCode").to.equal(503);
      expect(pushes, "not-delivered", "pushes").to.deep.equal([1, 1]);
      expect(strayed, "refused-with-effect", "strayed").to.equal(0);
      expect(again, "limit-too-low", "again").to.equal(true);
    },
  });

  check({
    ...inQuestion,
    id: "slots/criteria-refreshed",
    title: "a client with as many criteria as it may have refreshes one of them",
    requirements: ["REC-SLOT-06", "REC-SLOT-11"],
    async observe(scene) {
      const { client, held } = await laden(scene);
      const refresh = await client.subscribe(held[0] ?? "");
      return { held: exact(held.length), refresh: { ...refresh, statusCode: exact(refresh.statusCode) } };
    },
    judge({ refresh }) {
      expect(refresh.outcome, "no-answer", "refresh.outcome").to.equal("answered");
      expect(refresh.success, "refused-valid", "refresh.success").to.equal(true);
    },
  });
});
