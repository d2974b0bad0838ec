import type { Probe } from "../../fixtures/contract/probe.ts";
import { poll } from "../../fixtures/waiting.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { addressFor } from "../../harness/meeting.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { anyoneAlone } from "../../topologies/index.ts";
import { come, comeToMesh, holds, type Kind, numberOf, outcome, parted } from "./connections.ts";
import { type FilterClient, newClients } from "./filter-clients.ts";
import { ofService, ordinary, pushesOf, pushOnce, settable } from "./slots-scene.ts";

/** So many more than the maximum come. */
const surplus = 3;
/** So many of the other kind come then. */
const newcomers = 2;

interface Question {
  readonly kinds: readonly Kind[];
  readonly which: 0 | 1;
}
const questions: Record<string, Question> = {
  "relay-peers": { kinds: ["relay peer"], which: 0 },
  "relay-peers-of-more": { kinds: ["relay peer"], which: 1 },
  "filter-clients": { kinds: ["filter client"], which: 0 },
  "lightpush-clients": { kinds: ["lightpush client"], which: 0 },
  together: { kinds: ["relay peer", "filter client", "lightpush client"], which: 0 },
};
const ofMaximum = { ...ofService, meaningful: settable("service", "maxConnections") } as const;

async function tooMany(scene: Scene<unknown>, kinds: readonly Kind[], which: 0 | 1) {
  const most = numberOf(scene, "maxConnections", which);
  const { probes } = await scene.crowd(most + surplus);
  const came = await (kinds[0] === "relay peer" ? comeToMesh : come)(scene, kinds, probes);
  return { most, ...(await outcome(scene, kinds, came, most)) };
}

describe("connections of a node that are too many", () => {
  check({
    ...ofMaximum,
    id: "slots/connections",
    title: "no more peers are held than the maximum that was set",
    requirements: ["REC-SLOT-01"],
    variants: questions,
    settings: ({ which }, cast) => ordinary("service", "maxConnections", which)(cast),
    async observe(scene) {
      const { held, most, ...seen } = await tooMany(scene, scene.variant.kinds, scene.variant.which);
      return { most, held, surplus: exact(Math.max(0, held - most)), ...seen };
    },
    judge({ surplus }) {
      expect(surplus, "limit-too-high", "surplus").to.equal(0);
    },
  });

  check({
    ...ofMaximum,
    id: "slots/connections-newest",
    revision: 2,
    title: "relay peers that are too many go, the newest and no other",
    requirements: ["REC-SLOT-02"],
    settings: (_, cast) => ordinary("service", "maxConnections", 1)(cast),
    async observe(scene) {
      const { newestGone, gone, ...seen } = await tooMany(scene, ["relay peer without a shard"], 1);
      return { ...seen, some: exact(gone > 0), newestGone: exact(newestGone) };
    },
    judge({ some, newestGone }) {
      expect(some, "limit-too-high", "some").to.equal(true);
      expect(newestGone, "disconnected", "newestGone").to.equal(true);
    },
  });

  check({
    ...ofMaximum,
    id: "slots/room-for-clients",
    title: "a node full of relay peers takes clients, pushes to them and for them",
    requirements: ["REC-SLOT-03"],
    settings: (_, cast) => ordinary("service", "maxConnections")(cast),
    async observe(scene) {
      const most = numberOf(scene, "maxConnections", 0);
      const came = await comeToMesh(scene, ["relay peer"], (await scene.crowd(most + surplus)).probes);
      const before = (await parted(scene, came, most)).held.length;
      const clients = await newClients(scene, newcomers);
      const joined = [];
      for (const client of clients) joined.push(await client.join());
      const lightpush = await pushOnce(scene, (clients[0] as FilterClient).probe);
      for (const { topic } of clients) await scene.subject.relay?.publish(scene.pubsubTopic, scene.message({ contentTopic: topic }));
      const pushes = await pushesOf(scene, clients);
      return {
        most,
        before,
        after: holds(scene, came).length,
        joined,
        lightpush: exact(lightpush),
        served: exact(pushes.filter((count) => count === 1).length),
      };
    },
    judge({ served, lightpush }) {
      expect(served, "limit-too-low", "served").to.equal(newcomers);
      expect(lightpush, "limit-too-low", "lightpush").to.equal(true);
    },
  });

  check({
    ...ofMaximum,
    id: "slots/room-for-relay-peers",
    title: "a node full of clients takes relay peers, and relays to them",
    requirements: ["REC-SLOT-04"],
    settings: (_, cast) => ordinary("service", "maxConnections")(cast),
    async observe(scene) {
      const { subject, pubsubTopic } = scene;
      const most = numberOf(scene, "maxConnections", 0);
      const came = await come(scene, ["client"], (await scene.crowd(most + surplus)).probes);
      const before = (await parted(scene, came, most)).held.length;
      const { refused, gossips } = await come(scene, ["relay peer"], (await scene.crowd(newcomers)).probes);
      const got = () => gossips.filter((gossip) => gossip.delivered(pubsubTopic).length > 0).length;
      // A node relays to a peer once it knows what that has subscribed to.
      const served = await poll(
        async () => {
          await subject.relay?.publish(pubsubTopic, scene.message({ contentTopic: scene.freshContentTopic() }));
          return got();
        },
        (some) => some === newcomers,
        subject.capabilities.timings.meshMs,
      );
      return { most, before, after: holds(scene, came).length, refused: refused.length, served: exact(served) };
    },
    judge({ served }) {
      expect(served, "limit-too-low", "served").to.equal(newcomers);
    },
  });

  check({
    ...ofMaximum,
    id: "slots/lent",
    title: "whether relay peers have the slots that clients do not use, and leave when clients come",
    requirements: ["REC-SLOT-19"],
    settings: (_, cast) => ordinary("service", "maxConnections")(cast),
    async observe(scene) {
      const most = numberOf(scene, "maxConnections", 0);
      const came = await comeToMesh(scene, ["relay peer"], (await scene.crowd(most)).probes);
      const alone = (await parted(scene, came, most)).held.length;
      const clients = await come(scene, ["client"], (await scene.crowd(most)).probes);
      await parted(scene, clients, most);
      const beside = holds(scene, came).length;
      return {
        ...{ most, alone, beside, clients: holds(scene, clients).length },
        lent: exact(alone === most),
        givenBack: exact(beside < alone && beside > 0),
      };
    },
  });

  check({
    subject: "node",
    topology: anyoneAlone,
    mutates: "connections",
    id: "slots/outbound",
    title: "how many connections a node holds that it is told to make, beside the maximum that was set",
    requirements: ["REC-SLOT-01"],
    meaningful: settable("node", "maxConnections"),
    settings: (_, cast) => ordinary("node", "maxConnections")(cast),
    async observe(scene) {
      const { subject } = scene;
      const most = numberOf(scene, "maxConnections", 0);
      const probes = await Promise.all(Array.from({ length: most + surplus }, () => scene.probe()));
      const refused: Probe[] = [];
      for (const probe of probes) {
        const address = addressFor(subject, probe);
        if ((await subject.connect(address ?? "")).outcome !== "ok") refused.push(probe);
      }
      const came = { probes, refused, gossips: [], since: performance.now() };
      const { held, slots, ...seen } = await outcome(scene, ["client"], came, most);
      return {
        ...{ most, held },
        surplus: exact(Math.max(0, held - most)),
        ...seen,
        slots: slots.map((slot) => ({ ...slot, kind: "connection", direction: "out" })),
      };
    },
  });
});
