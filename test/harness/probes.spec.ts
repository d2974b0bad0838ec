import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ok, refused } from "../../fixtures/contract/answer.ts";
import type { Probe } from "../../fixtures/contract/probe.ts";
import { execute } from "../../harness/execution.ts";
import { expect as hold } from "../../harness/expect.ts";
import { meet } from "../../harness/meeting.ts";
import { exact } from "../../harness/observation.ts";
import { Seeded } from "../../harness/random.ts";
import { capabilities, expansion, fakeNode, until } from "./support/fakes.ts";

type Loose = Parameters<typeof expansion>[0];

describe("probes of a check", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "probes-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  const put = (changes: Loose, node = fakeNode("alpha-1", "alpha")) =>
    execute(expansion(changes), { node }, new Seeded(7), undefined, {
      folder,
      host: async () => "127.0.0.1",
      start: async () => fakeNode("alpha-2", "alpha"),
      overdue: () => [],
    });
  const lines = (evidence: readonly string[]) => {
    const [file, range] = (evidence.at(-1) as string).split("#");
    const text = readFileSync(join(folder, file as string));
    expect(range).to.equal(`0-${text.length}`);
    return text
      .toString()
      .trim()
      .split("\n")
      .map((one) => JSON.parse(one));
  };

  it("have the muxer of the subject, keys of the run, and end with the check, which keeps what they did", async () => {
    const probes: Probe[] = [];
    const muxers = ["mplex" as const];
    const outcome = await put(
      {
        async observe({ probe }) {
          probes.push(await probe(), await probe());
          const [one, other] = probes as [Probe, Probe];
          expect(await one.connect(other.addresses.tcp as string)).to.include({ outcome: "ok" });
          return { metadata: exact((await one.protocolsOf(other.peerId)).includes("/vac/waku/metadata/1.0.0")) };
        },
      },
      fakeNode("alpha-1", "alpha", capabilities({ muxers })),
    );
    expect(outcome.verdict).to.equal("observed");
    expect(outcome.observation).to.eql({ metadata: { compare: "exact", value: true } });
    const [one, other] = probes as [Probe, Probe];
    expect(one.connected(other.peerId)).to.equal(false);
    expect(one.peerId).not.to.equal(other.peerId);
    expect(outcome.evidence.at(-1)).to.match(/^logs\/area-name-node-alpha-probe\.jsonl#/);
    expect(lines(outcome.evidence)[0]).to.include({ event: "connected", muxer: "/mplex/6.7.0" });
  });

  it("dial from addresses of their own where they are many, also in a second crowd of a check", async () => {
    const { evidence } = await put({
      async observe({ probe, crowd }) {
        const listener = await probe();
        for (const { probes, connect } of [await crowd(2), await crowd(2)]) {
          await connect(listener.addresses.tcp as string);
          await until(() => probes.every(({ peerId }) => listener.connected(peerId)));
        }
        return {};
      },
    });
    const sources = lines(evidence).flatMap(({ event, direction, address }) =>
      event === "connected" && direction === "inbound" ? [address.split("/")[2]] : [],
    );
    expect(sources).to.have.length(4);
    expect(new Set(sources)).to.have.property("size", process.platform === "linux" ? 4 : 1);
  });

  it("end with the check that does not wait for them", async () => {
    let coming: Promise<Probe> | undefined;
    await put({
      async observe({ probe }) {
        coming = probe();
      },
    });
    const { addresses } = (await coming) as Probe;
    const { verdict, observation } = await put({ observe: async ({ probe }) => (await probe()).connect(addresses.tcp as string) });
    expect([verdict, (observation as { outcome: string }).outcome]).to.eql(["observed", "refused"]);
  });

  it("leave nothing where there were none, and cannot be had without a run", async () => {
    expect((await put({})).evidence).to.have.length(1);
    const check = expansion({ observe: async ({ probe }) => void (await probe()) });
    const { verdict, reasons } = await execute(check, { node: fakeNode("alpha-1", "alpha") }, new Seeded(7));
    expect(verdict).to.equal("harness-error");
    expect(reasons[0]?.observed).to.contain("no place for a probe");
  });

  it("are kept in full for a failure, and in part otherwise", async () => {
    const judge = () => void hold(1, "wrong-value", "seen").to.equal(2);
    const observe: NonNullable<Loose>["observe"] = async ({ probe }) => {
      const one = await probe();
      for (let tries = 0; tries < 200; tries += 1)
        await one.exchange(one.peerId, "/x", [{ write: new Uint8Array(2_000).fill(tries) }], { ms: 100 });
      return {};
    };
    const [failed, passed] = [lines((await put({ observe, judge })).evidence), lines((await put({ observe })).evidence)];
    expect(failed).to.have.length(200);
    expect(passed.length).to.be.below(100);
    expect(passed.at(-1)).to.eql({ event: "left out", lines: 201 - passed.length });
  });

  it("meet a node that listens by dialling it, and another by being dialled, again where it is refused", async () => {
    const { verdict, reasons } = await put({
      async observe({ probe }) {
        const [one, other] = [await probe(), await probe()];
        const seen = (by: Probe) => ({ peers: async () => ok("", [{ peerId: by.peerId, protocols: ["/served"] }]) });
        const listener = { ...fakeNode("b", "beta"), peerId: other.peerId, addresses: other.addresses, ...seen(one) };
        expect(await meet(one, listener, "/served")).to.include({ outcome: "ok" });
        await one.disconnect(other.peerId);
        const dialled: string[] = [];
        const dialler = {
          ...fakeNode("c", "gamma", capabilities({ dials: ["ws"] })),
          peerId: other.peerId,
          addresses: {},
          ...seen(one),
          async connect(address: string) {
            dialled.push(address);
            return refused("dial-failed", "");
          },
        };
        expect(await meet(one, dialler)).to.include({ outcome: "refused" });
        expect(dialled).to.eql(Array(3).fill(one.addresses.ws));
        return {};
      },
    });
    expect(verdict, JSON.stringify(reasons)).to.equal("observed");
  });
});
