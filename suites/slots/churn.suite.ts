import type { Gauge } from "../../fixtures/contract/capabilities.ts";
import { poll } from "../../fixtures/waiting.ts";
import { check } from "../../harness/check.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { expect } from "../../harness/expect.ts";
import { gauge } from "../../harness/gauges.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { type FilterClient, fill, filled, newClients } from "./filter-clients.ts";
import { addressOf, ofService, ordinary } from "./slots-scene.ts";

const few = ordinary("service", "filterMaxPeers");

type Leaving = (client: FilterClient, scene: Scene<unknown>) => Promise<unknown>;
const inOrder: Leaving = async (client, { subject }) => {
  await client.unsubscribeAll();
  await client.probe.disconnect(subject.peerId);
};
const withoutNotice: Leaving = (client, { subject }) => client.probe.disconnect(subject.peerId);

/** All come that get a slot, and leave again, until everybody was there. */
async function comeAndGo(scene: Scene<unknown>, clients: readonly FilterClient[], leave: Leaving): Promise<number[]> {
  const capacities: number[] = [];
  for (let next = 0; next < clients.length; ) {
    const { clients: inside, late } = await fill(clients.slice(next));
    if (inside.length === 0) return [...capacities, 0];
    // Whoever was refused comes with the next.
    next += inside.length;
    await Promise.all(inside.map((client) => leave(client, scene)));
    await late?.probe.disconnect(scene.subject.peerId);
    if (late) capacities.push(inside.length);
  }
  return capacities;
}

/** How many peers the admin API lists: null where it has no such list, and how the call ended where that was without one. */
async function listed({ subject }: Scene<unknown>, which: Gauge): Promise<number | string | null> {
  const answer = await (which === "filterPeers" ? subject.filterPeers?.() : subject.peers());
  return answer === undefined ? null : (answer.value?.length ?? answer.outcome);
}

/** What the node says of its peers, once it says what there is or had the time to. */
const told = (scene: Scene<unknown>, which: Gauge, wire: number) =>
  poll(
    async () => ({ metrics: (await gauge(scene.subject, which)) ?? null, admin: await listed(scene, which) }),
    ({ metrics, admin }) => metrics === wire && (admin ?? wire) === wire,
    scene.subject.capabilities.timings.settledMs,
  );

async function churned(scene: Scene<unknown>, clients: readonly FilterClient[], leave: Leaving) {
  const capacities = await comeAndGo(scene, clients, leave);
  const after = await told(scene, "filterPeers", 0);
  const last = await filled(scene);
  return {
    capacities,
    first: capacities[0] ?? null,
    after,
    last: last.clients.length,
    lost: exact((capacities[0] ?? 0) - last.clients.length),
  };
}

describe("filter clients that come and go", () => {
  check({
    ...ofService,
    id: "slots/churn",
    title: "after three rounds of clients as many slots are free as at the start",
    requirements: ["REC-SLOT-10"],
    settings: (_, cast) => few(cast),
    async observe(scene) {
      const clients = await newClients(scene);
      const rounds = [];
      for (let round = 0; round < 3; round += 1) {
        const { clients: inside, late } = await fill(clients);
        if (!late) throw new CouldNotRun(`it takes more than ${inside.length} clients`);
        rounds.push(inside.length);
        await Promise.all(inside.map((client) => inOrder(client, scene)));
        await late.probe.disconnect(scene.subject.peerId);
      }
      const after = await told(scene, "filterPeers", 0);
      return { rounds, after, lost: exact((rounds[0] ?? 0) - (rounds.at(-1) ?? 0)) };
    },
    judge({ lost }) {
      expect(lost, "limit-too-low", "lost").to.equal(0);
    },
  });

  check({
    ...ofService,
    id: "slots/churn-200",
    title: "after two hundred clients as many slots are free as at the start",
    requirements: ["REC-SLOT-10"],
    tags: ["#scale"],
    variants: { "in-order": inOrder, "without-notice": withoutNotice },
    settings: (_, cast) => few(cast),
    observe: async (scene) => churned(scene, await newClients(scene, 200), scene.variant),
    judge({ lost }) {
      expect(lost, "limit-too-low", "lost").to.equal(0);
    },
  });

  /** What each step leaves on the wire, and what the node says of it. */
  const counts: Record<string, Gauge> = { "filter-clients": "filterPeers", "connected-peers": "connectedPeers" };
  check({
    ...ofService,
    id: "slots/counted",
    title: "metrics and admin API count what there is on the wire",
    requirements: ["REC-SLOT-12"],
    variants: counts,
    meaningful: ({ service }, which) => service?.gauges[which] !== undefined,
    async observe(scene) {
      const { subject, variant: which } = scene;
      const clients = await newClients(scene, 3);
      const [first, second] = clients as [FilterClient, FilterClient];
      const steps: Record<string, [wire: number, step: () => Promise<unknown>]> =
        which === "filterPeers"
          ? {
              "three joined": [3, async () => Promise.all(clients.map((client) => client.join()))],
              "one unsubscribed from all": [2, () => first.unsubscribeAll()],
              "one unsubscribed from its last": [1, () => second.unsubscribe(second.topic, second.spare)],
            }
          : {
              "three connected": [3, async () => Promise.all(clients.map(({ probe }) => probe.connect(addressOf(subject))))],
              "one left": [2, () => first.probe.disconnect(subject.peerId)],
              "one more left": [1, () => second.probe.disconnect(subject.peerId)],
            };
      const seen = [];
      for (const [step, [wire, take]] of Object.entries(steps)) {
        await take();
        seen.push({ step, wire, ...(await told(scene, which, wire)) });
      }
      return {
        seen,
        wrong: exact(seen.filter(({ wire, metrics, admin }) => metrics !== wire || (admin ?? wire) !== wire).map(({ step }) => step)),
      };
    },
    judge({ wrong }) {
      expect(wrong, "wrong-value", "wrong").to.deep.equal([]);
    },
  });
});
