import { mock } from "node:test";
import { expect } from "chai";
import type { Answer, Outcome } from "../../fixtures/contract/answer.ts";
import { must, seen } from "../../harness/answers.ts";
import { CouldNotRun, NotApplicable } from "../../harness/definition.ts";
import { execute } from "../../harness/execution.ts";
import { expect as hold } from "../../harness/expect.ts";
import { exact } from "../../harness/observation.ts";
import { Seeded } from "../../harness/random.ts";
import type { Scene } from "../../harness/scene.ts";
import { shardOf } from "../../rfc-checks/rules/pubsub-topic.ts";
import { pair } from "../../topologies/index.ts";
import { expansion, type FakeNode, fakeNode } from "./support/fakes.ts";

type Loose = Parameters<typeof expansion>[0];
const seeded = new Seeded(7);
const put = (changes: Loose, node: FakeNode = fakeNode("alpha-1", "alpha")) => execute(expansion(changes), { node }, seeded);
const throwing = (error: unknown) => put({ observe: () => Promise.reject(error) });

describe("execution of a check", () => {
  it("passes, fails with the finding, or observes", async () => {
    const judge = (given: unknown) => hold(given, "wrong-value", "seen").to.deep.equal({ seen: 1 });
    const pass = await put({ observe: async () => ({ seen: exact(1) }), judge });
    expect(pass).to.deep.include({ verdict: "pass", reasons: [], observation: { seen: { compare: "exact", value: 1 } } });
    const fail = await put({ observe: async () => ({ seen: 2 }), judge });
    expect(fail.verdict).to.equal("fail");
    expect(fail.reasons).to.eql([{ code: "wrong-value", path: "seen", expected: { seen: 1 }, observed: { seen: 2 } }]);
    expect(await put({ observe: async () => ({ seen: 2 }) })).to.include({ verdict: "observed" });
  });

  it("gives the judge what is stored, and no more", async () => {
    let given: unknown;
    const { observation } = await put({
      observe: async () => ({ bytes: Uint8Array.of(1), gone: undefined, when: new Date(0), absent: null }),
      judge: (stored) => {
        given = stored;
      },
    });
    expect(given).to.eql({ bytes: { 0: 1 }, when: "1970-01-01T00:00:00.000Z", absent: null });
    expect(observation).to.eql(given);
  });

  it("is not applicable, could not run, or is the harness's error, by what observe throws", async () => {
    expect(await throwing(new NotApplicable("no such call"))).to.deep.include({
      verdict: "not-applicable",
      observation: { why: "no such call" },
    });
    const stuck = await throwing(new CouldNotRun("nobody came"));
    expect(stuck.verdict).to.equal("could-not-run");
    expect(stuck.reasons[0]).to.include({ code: "topology-not-formed", observed: "nobody came" });
    const absent = await throwing(
      await must("starting", Promise.resolve({ outcome: "timeout", reason: "did-not-start", raw: "" })).catch((error) => error),
    );
    expect(absent.verdict).to.equal("could-not-run");
    expect(absent.reasons[0]).to.include({ code: "did-not-start", path: "nodes.node" });
    const ours = await throwing(new TypeError("a slip"));
    expect(ours.verdict).to.equal("harness-error");
    expect(ours.reasons[0]?.observed).to.contain("TypeError: a slip").and.to.contain("execution.spec.ts");
    expect((await throwing("no error at all")).reasons[0]?.observed).to.equal("no error at all");
    expect((await put({ observe: async () => ({ count: 1n }) })).verdict).to.equal("harness-error");
    expect((await put({ observe: () => hold(1, "wrong-value", "x").to.equal(2) as never })).verdict).to.equal("harness-error");
  });

  const signs: [Outcome, string][] = [
    ["died", "node-died"],
    ["timeout", "node-hung"],
    ["refused", "node-unresponsive"],
  ];
  for (const [outcome, code] of signs)
    it(`fails with ${code} when a member of the cast, subject or not, ${outcome === "died" ? "died" : `answers ${outcome}`}`, async () => {
      const [publisher, subscriber] = [fakeNode("a-1", "alpha"), fakeNode("b-1", "beta")];
      const check = expansion({
        topology: pair,
        subject: "publisher",
        async observe() {
          subscriber.sign = { outcome, raw: { ended: "exit code 3" } };
          return {};
        },
        judge: () => {},
      });
      const { verdict, reasons } = await execute(check, { publisher, subscriber }, seeded);
      expect(verdict).to.equal("fail");
      expect(reasons).to.eql([{ code, path: "nodes.subscriber", expected: "beta answers", observed: { ended: "exit code 3" } }]);
    });

  it("fails where it does not end as a node does not answer, and is the harness's error where all have answered", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    const endless = (overdue: readonly string[]) => {
      const ending = execute(
        expansion({ observe: () => new Promise(() => {}) }),
        { node: fakeNode("alpha-1", "alpha") },
        seeded,
        undefined,
        {
          folder: "",
          host: async () => "",
          start: async () => fakeNode("alpha-2", "alpha"),
          overdue: () => overdue,
        },
      );
      mock.timers.tick(300_000);
      return ending;
    };
    try {
      const { verdict, reasons } = await endless(["node"]);
      expect([verdict, reasons[0]?.code, reasons[0]?.path]).to.eql(["fail", "no-answer", "nodes.node"]);
      expect((await endless([])).verdict).to.equal("harness-error");
    } finally {
      mock.timers.reset();
    }
  });

  it("puts a dead node before its own trouble with it", async () => {
    const node = fakeNode("a-1", "alpha");
    node.sign = { outcome: "died", raw: null };
    const { verdict, reasons } = await put({ observe: () => Promise.reject(new Error("lost")) }, node);
    expect(verdict).to.equal("fail");
    expect(reasons.map(({ code }) => code)).to.eql(["node-died", "harness-threw"]);
  });

  it("undoes newest first, also after a throw, and whatever an undoing does", async () => {
    const undone: string[] = [];
    await put({
      async observe({ defer }) {
        for (const step of ["first", "second", "third"])
          defer(async () => {
            undone.push(step);
            if (step === "second") throw new Error("cannot be undone");
          });
        throw new Error("a slip");
      },
    });
    expect(undone).to.eql(["third", "second", "first"]);
  });

  it("names the bytes that each node logged meanwhile, its undoing included", async () => {
    const node = fakeNode("alpha-1", "alpha");
    node.offset = 100;
    const { evidence, durationMs } = await put(
      {
        async observe({ defer }) {
          node.offset = 150;
          defer(async () => {
            node.offset = 175;
          });
          return {};
        },
      },
      node,
    );
    expect(evidence).to.eql(["logs/alpha-1.log#100-175"]);
    expect(durationMs).to.be.a("number").and.to.satisfy(Number.isInteger);
  });

  it("lets what is left of a check start nothing once it is over", async () => {
    const over = Promise.withResolvers<void>();
    const late = Promise.withResolvers<unknown[]>();
    await put({
      observe: async (scene) => {
        const left = async (start: () => Promise<unknown>) => over.promise.then(start).catch((error: Error) => error.message);
        const starts = [scene.launch, scene.probe, scene.discoveryProbe, () => scene.crowd(1), scene.renew];
        late.resolve(Promise.all(starts.map((start) => left(() => start()))));
        throw new CouldNotRun("nobody came");
      },
    });
    over.resolve();
    expect(new Set(await late.promise)).to.eql(new Set(["the check is over"]));
  });

  it("hands each check topics, keys and payloads of its own", async () => {
    const scenes: Scene<unknown>[] = [];
    const observe = async (scene: Scene<unknown>) => void scenes.push(scene);
    await put({ observe, variants: { one: { size: 1 } } });
    await put({ observe });
    const [first, second] = scenes as [Scene<unknown>, Scene<unknown>];
    expect(first.variant).to.eql({ size: 1 });
    expect(second.variant).to.equal(undefined);
    expect(first.subject).to.equal(first.nodes.node);
    const each = <T>(make: (scene: Scene<unknown>) => T) => [first, second, first].map(make);
    expect(new Set(each((scene) => scene.freshContentTopic()))).to.have.property("size", 3);
    expect(new Set(each((scene) => scene.message().payload))).to.have.property("size", 3);
    const shards = each((scene) => shardOf(scene.freshPubsubTopic()));
    expect(new Set(shards.map((shard) => shard?.shard))).to.have.property("size", 3);
    for (const shard of shards) expect(shard).to.deep.include({ cluster: 66 }).and.not.include({ shard: 0 });
    const keys = each((scene) => scene.freshKey());
    expect(new Set(keys)).to.have.property("size", 3);
    for (const key of keys) expect(key).to.match(/^[0-9a-f]{64}$/);
    expect(first.message({ payload: "eA==", version: 1 })).to.include({ payload: "eA==", version: 1 });
  });
});

describe("answers as observations", () => {
  const answer = (outcome: Outcome, more: Partial<Answer<number>> = {}): Answer<number> => ({ outcome, raw: "as it came", ...more });

  it("compare outcome and reason, and keep the raw form", () => {
    expect(seen(answer("refused", { reason: "bad-request" }))).to.eql({
      outcome: exact("refused"),
      reason: exact("bad-request"),
      raw: "as it came",
    });
    expect(seen(answer("ok")).reason).to.eql(exact(null));
  });

  it("are not applicable where the API lacks the call", () => {
    expect(() => seen(undefined)).to.throw(NotApplicable);
    expect(() => seen(answer("unsupported"))).to.throw(NotApplicable, "as it came");
  });

  it("that must be ok bring their value or keep the check from running", async () => {
    expect(await must("asking", Promise.resolve(answer("ok", { value: 5 })))).to.equal(5);
    const failure = async (given: Promise<Answer<number>> | undefined) => must("asking", given).catch((error: unknown) => error);
    for (const given of [undefined, Promise.resolve(answer("unsupported"))]) expect(await failure(given)).to.be.instanceOf(NotApplicable);
    for (const outcome of ["refused", "timeout", "died"] as const)
      expect(await failure(Promise.resolve(answer(outcome)))).to.be.instanceOf(CouldNotRun);
  });
});
