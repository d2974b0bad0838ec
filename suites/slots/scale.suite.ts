import type { SettingName } from "../../fixtures/contract/settings.ts";
import { must } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import type { SlotRow } from "../../harness/results/slot-row.ts";
import type { Scene } from "../../harness/scene.ts";
import { come, comeToMesh, holds, type Kind, outcome, parted } from "./connections.ts";
import { fill, newClients } from "./filter-clients.ts";
import { ofService, settable } from "./slots-scene.ts";

const tags = ["#scale"];
/** More than the library holds that is beneath any implementation. */
const flood = 310;
/** So many more than the maximum come of relay peers. */
const surplus = 10;

/** As shipped, or null where it is not documented as a number. */
const documented = ({ subject }: Scene<unknown>): number | null => {
  const shipped = Number(subject.capabilities.settings.maxConnections?.default);
  return Number.isInteger(shipped) ? shipped : null;
};

describe("slots as shipped", () => {
  const kinds: Record<string, Kind> = { "relay-peers": "relay peer", clients: "client" };
  check({
    ...ofService,
    id: "slots/connections-as-shipped",
    title: "of more peers than the maximum that is shipped no more are held",
    requirements: ["REC-SLOT-01"],
    tags,
    variants: kinds,
    meaningful: settable("service", "maxConnections"),
    async observe(scene) {
      const most = documented(scene) ?? flood;
      const kind = [scene.variant];
      const { probes } = await scene.crowd(scene.variant === "client" ? flood : most + surplus);
      const came = await (scene.variant === "client" ? come : comeToMesh)(scene, kind, probes);
      const { held, slots, ...seen } = await outcome(scene, kind, came, most);
      const first = holds(scene, came).filter((probe) => probes.indexOf(probe) < most).length;
      return {
        ...{ most, held, ofTheFirst: first, surplus: exact(Math.max(0, held - most)) },
        ...seen,
        slots: slots.map((slot) => ({ ...slot, limit: `default, ${most}` })),
      };
    },
    judge({ surplus }) {
      expect(surplus, "limit-too-high", "surplus").to.equal(0);
    },
  });

  check({
    ...ofService,
    id: "slots/filter-as-shipped",
    title: "how many filter clients have a subscription, of more than the maximum of connections that is shipped",
    requirements: ["12-FILTER-03", "REC-SLOT-05"],
    tags,
    meaningful: settable("service", "maxConnections"),
    async observe(scene) {
      const coming = await newClients(scene, (documented(scene) ?? flood) + surplus);
      const { clients, refusal } = await fill(coming);
      const slot: SlotRow = {
        kind: "filter client",
        limit: "default",
        tried: clients.length + (refusal ? 1 : 0),
        accepted: clients.length,
        refused: refusal ? `${refusal.statusCode ?? refusal.outcome}` : null,
        refusedAfterMs: refusal?.ms ?? null,
      };
      return { refusal: refusal ?? null, slots: [slot] };
    },
  });

  const shares: Partial<Record<SettingName, SettingName>> = { memoryShare: "memoryShare" };
  check({
    ...ofService,
    id: "slots/share-effect",
    title: "a share of the machine makes a difference to how many peers are held",
    requirements: ["REC-SLOT-16"],
    tags,
    variants: shares as Record<string, SettingName>,
    meaningful: (cast, name) => settable("service", name)(cast),
    async observe(scene) {
      const name = scene.variant;
      const values = scene.subject.capabilities.settings[name]?.ordinary ?? ["", ""];
      const measured: number[] = [];
      for (const value of values) {
        const node = await must(`starting with ${value}`, scene.launch({ settings: { [name]: value } }));
        const at = { ...scene, subject: node ?? scene.subject };
        const came = await come(at, ["client"], (await scene.crowd(100)).probes);
        measured.push((await parted(at, came, 100)).held.length);
        await node?.stop();
      }
      const [first = 0, second = 0] = measured;
      return { values, measured, more: exact(second > first) };
    },
    judge({ more }) {
      expect(more, "wrong-value", "more").to.equal(true);
    },
  });
});
