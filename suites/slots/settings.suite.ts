import type { Capabilities } from "../../fixtures/contract/capabilities.ts";
import type { StartedWakuNode } from "../../fixtures/contract/node.ts";
import { type SettingName, type Settings, settingNames } from "../../fixtures/contract/settings.ts";
import { must } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { expect } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import { anyoneAlone } from "../../topologies/index.ts";
import { come, holds, parted } from "./connections.ts";
import { effects } from "./setting-effects.ts";
import { ofService, settable } from "./slots-scene.ts";

type Cast = Readonly<Record<string, Capabilities>>;
const named = (names: readonly SettingName[]): Record<string, SettingName> => Object.fromEntries(names.map((name) => [name, name]));

/** The name in a flag or option, as a message would say it. */
const nameIn = (flag: string): string => /^-*(?:\w+\.)*([\w-]+)/.exec(flag)?.[1] ?? flag;

describe("what an operator sets", () => {
  check({
    subject: "node",
    topology: anyoneAlone,
    mutates: "nothing",
    id: "slots/setting",
    title: "a value at or beyond the end of what a setting takes starts a node that lives, or is refused by the setting's name",
    requirements: ["REC-SLOT-17"],
    variants: named(settingNames),
    meaningful: (cast: Cast, name: SettingName) => settable("node", name)(cast),
    async observe({ subject, variant: name, launch }) {
      const { flag = "", edges = {} } = subject.capabilities.settings[name] ?? {};
      const seen: { edge: string; value: string; started: boolean; alive: boolean; named: boolean; says: unknown }[] = [];
      for (const [edge, value] of Object.entries(edges)) {
        const { value: node, raw } = await launch({ settings: { [name]: value } });
        const alive = (await node?.alive())?.outcome === "ok";
        await node?.stop();
        const says = node ? "" : String(raw);
        seen.push({ edge, value, started: node !== undefined, alive, named: says.includes(nameIn(flag)), says });
      }
      return {
        seen,
        unnamed: exact(seen.filter(({ started, named }) => !started && !named).map(({ edge }) => edge)),
        dead: exact(seen.filter(({ started, alive }) => started && !alive).map(({ edge }) => edge)),
        malformed: exact(seen.some(({ edge, started }) => edge === "malformed" && started) ? "started" : "refused"),
      };
    },
    judge({ unnamed, dead, malformed }) {
      expect(dead, "node-died", "dead").to.deep.equal([]);
      expect(malformed, "accepted-invalid", "malformed").to.equal("refused");
      expect(unnamed, "wrong-reason", "unnamed").to.deep.equal([]);
    },
  });

  check({
    ...ofService,
    id: "slots/setting-effect",
    title: "two values of a setting make a difference that can be seen",
    requirements: ["REC-SLOT-16"],
    variants: named(Object.keys(effects) as SettingName[]),
    meaningful: (cast: Cast, name: SettingName) => settable("service", name)(cast),
    async observe(scene) {
      const { subject, variant: name } = scene;
      const { measure, beside } = effects[name] as NonNullable<(typeof effects)[SettingName]>;
      const values = subject.capabilities.settings[name]?.ordinary ?? ["", ""];
      const others: Settings = beside ? { [beside]: subject.capabilities.settings[beside]?.ordinary?.[1] ?? "" } : {};
      const measured = await Promise.all(
        values.map(async (value) => {
          const node = await must(`starting with ${value}`, scene.launch({ settings: { ...others, [name]: value } }));
          return measure({ ...scene, subject: node as StartedWakuNode }, values);
        }),
      );
      const [first = 0, second = 0] = measured;
      return { values, measured, more: exact(second > first) };
    },
    judge({ more }) {
      expect(more, "wrong-value", "more").to.equal(true);
    },
  });

  check({
    ...ofService,
    id: "slots/smallest-maximum",
    title: "a node lives with the smallest maximum of connections, and one relay peer",
    requirements: ["REC-SLOT-18"],
    meaningful: settable("service", "maxConnections"),
    settings(_: unknown, { service }: Cast): Record<string, Settings> {
      return { service: { maxConnections: service?.settings.maxConnections?.edges.minimum ?? "" } };
    },
    async observe(scene) {
      const came = await come(scene, ["relay peer without a shard"], (await scene.crowd(1)).probes);
      await parted(scene, came, 1);
      const { outcome, raw } = await scene.subject.alive();
      return { alive: exact(outcome === "ok"), raw, held: exact(holds(scene, came).length) };
    },
    judge({ alive, held }) {
      expect(alive, "node-died", "alive").to.equal(true);
      expect(held, "disconnected", "held").to.equal(1);
    },
  });
});
