import { expect } from "chai";
import type { NodeSpec } from "../../fixtures/contract/node.ts";
import { NotReadyInTime, StartFailure } from "../../fixtures/contract/runtime.ts";
import { execute } from "../../harness/execution.ts";
import { Seeded } from "../../harness/random.ts";
import { expansion, type FakeNode, fakeNode, World } from "./support/fakes.ts";

type Loose = Parameters<typeof expansion>[0];

describe("nodes that a check starts", () => {
  const put = (changes: Loose, start: (spec: NodeSpec) => Promise<FakeNode>) =>
    execute(expansion(changes), { node: fakeNode("alpha-1", "alpha") }, new Seeded(7), undefined, {
      folder: "",
      host: async () => "127.0.0.1",
      start,
      overdue: () => [],
    });

  it("are told what the subject was told, but for the changes, and end with the check", async () => {
    const world = new World();
    const told: NodeSpec[] = [];
    const { verdict, evidence } = await put(
      {
        network: () => ({ clusterId: 1, shards: [3, 4] }),
        settings: () => ({ node: { maxConnections: "20" } }),
        async observe({ launch }) {
          await launch();
          await launch({ shards: [5] });
        },
      },
      async (spec) => {
        told.push(spec);
        return fakeNode(spec.name, "alpha", undefined, world);
      },
    );
    expect(verdict).to.equal("observed");
    expect(told[0]).to.deep.include({ clusterId: 1, shards: [3, 4], relay: true, settings: { maxConnections: "20" } });
    expect(told[1]).to.deep.include({ clusterId: 1, shards: [5] });
    expect(new Set(told.map(({ name }) => name))).to.have.property("size", 2);
    expect(new Set(told.map(({ privateKey }) => privateKey))).to.have.property("size", 2);
    expect(world.stopped).to.have.members(told.map(({ name }) => name));
    expect(evidence).to.have.length(3);
  });

  it("are refused when they do not start, and their death is a finding unless the check ended them", async () => {
    const refusing = await put({ observe: async ({ launch }) => launch() }, () =>
      Promise.reject(new StartFailure("alpha ended at start: flag --foo")),
    );
    expect(refusing.observation).to.deep.equal({ outcome: "refused", reason: "did-not-start", raw: "alpha ended at start: flag --foo" });
    const late = await put({ observe: async ({ launch }) => launch() }, () => Promise.reject(new NotReadyInTime("not ready within 9 ms")));
    expect(late.observation).to.deep.equal({ outcome: "timeout", reason: "did-not-start", raw: "not ready within 9 ms" });
    const dead = async (spec: NodeSpec) => Object.assign(fakeNode(spec.name, "alpha"), { sign: { outcome: "died" as const, raw: "gone" } });
    expect((await put({ observe: async ({ launch }) => void (await launch()) }, dead)).reasons[0]).to.include({ code: "node-died" });
    const killed = await put({ observe: async ({ launch }) => void (await (await launch()).value?.kill()) }, dead);
    expect(killed.verdict).to.equal("observed");
  });
});
