import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { SlotRow } from "../../harness/results/slot-row.ts";
import { relayPeer } from "../relay-peer.ts";
import { type FilterAnswer, type FilterClient, filled, filterLimit, limitedToFew, missing } from "./filter-clients.ts";
import { messageOn, ofService, pushesOf } from "./slots-scene.ts";

describe("a filter service with all slots taken", () => {
  check({
    ...ofService,
    id: "slots/filter-refused",
    title: "one client too many is refused with 503 and its request id, without effect, and its connection stays",
    requirements: ["REC-SLOT-05"],
    settings: (_, cast) => limitedToFew(cast),
    async observe(scene) {
      const gossip = await relayPeer(scene);
      const { clients, late, refusal } = await filled(scene);
      for (const { topic } of [late, ...clients]) gossip.publish(scene.pubsubTopic, messageOn(topic));
      const pushes = await pushesOf(scene, clients);
      const ping = await late.ping();
      const slot: SlotRow = {
        kind: "filter client",
        limit: filterLimit(scene),
        tried: clients.length + 1,
        accepted: clients.length,
        refused: `${refusal.statusCode ?? refusal.outcome}`,
        refusedAfterMs: refusal.ms,
      };
      return {
        refusal: { ...refusal, statusCode: exact(refusal.statusCode) },
        missed: exact(missing(pushes)),
        strayed: exact(late.pushes(late.topic)),
        ping: { outcome: exact(ping.outcome), statusCode: exact(ping.statusCode) },
        slots: [slot],
      };
    },
    judge({ refusal, missed, strayed, ping }) {
      expect(refusal.outcome, "no-answer", "refusal.outcome").to.equal("answered");
      expect(refusal.statusCode, "wrong-status-code", "refusal.statusCode").to.equal(503);
      expect(refusal.sameRequestId, "wrong-request-id", "refusal.sameRequestId").to.equal(true);
      expect(missed, "not-delivered", "missed").to.equal(0);
      expect(strayed, "refused-with-effect", "strayed").to.equal(0);
      expect(ping.outcome, "disconnected", "ping.outcome").to.equal("answered");
      expect(ping.statusCode, "refused-with-effect", "ping.statusCode").to.equal(404);
    },
  });

  /** By a client of its own each, as a service counts what one client asks in a second. */
  const asks: Record<string, (client: FilterClient) => Promise<FilterAnswer>> = {
    refresh: (client) => client.subscribe(client.topic),
    extension: (client) => client.subscribe(client.further),
    ping: (client) => client.ping(),
    unsubscription: (client) => client.unsubscribe(client.spare),
  };
  check({
    ...ofService,
    id: "slots/filter-full-serves",
    title: "who has a slot is served as before: refresh, extension, ping, unsubscription, and every push",
    requirements: ["REC-SLOT-06"],
    settings: (_, cast) => limitedToFew(cast),
    async observe(scene) {
      const gossip = await relayPeer(scene);
      const { clients } = await filled(scene);
      const askers = Object.entries(asks).map(([name, ask], index) => [name, ask, clients[index] as FilterClient] as const);
      const answers = await Promise.all(askers.map(async ([name, ask, client]) => [name, await ask(client)] as const));
      const [, extender, , leaver] = clients as [FilterClient, FilterClient, FilterClient, FilterClient];
      for (const topic of [extender.further, leaver.spare, ...clients.map((client) => client.topic)])
        gossip.publish(scene.pubsubTopic, messageOn(topic));
      const extension = { topic: extender.further, pushes: (topic: string) => extender.pushes(topic) };
      const [extended = 0, ...pushes] = await pushesOf(scene, [extension, ...clients]);
      return {
        answers: Object.fromEntries(answers),
        refused: exact(answers.filter(([, { success }]) => !success).map(([name]) => name)),
        missed: exact(missing(pushes)),
        extended: exact(extended),
        strayed: exact(leaver.pushes(leaver.spare)),
      };
    },
    judge({ refused, missed, extended, strayed }) {
      expect(refused, "refused-valid", "refused").to.deep.equal([]);
      expect(missed, "not-delivered", "missed").to.equal(0);
      expect(extended, "answered-success-no-effect", "extended").to.equal(1);
      expect(strayed, "answered-success-no-effect", "strayed").to.equal(0);
    },
  });
});
