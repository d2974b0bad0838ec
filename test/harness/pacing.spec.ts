import { expect } from "chai";
import { ok, refused } from "../../fixtures/contract/answer.ts";
import { largestAccepted } from "../../harness/bisection.ts";
import { CouldNotRun } from "../../harness/definition.ts";
import { arrivals, followed, given } from "../../harness/deliveries.ts";
import { paced, pacer } from "../../harness/pacing.ts";
import { Seeded } from "../../harness/random.ts";
import { capabilities, fakeNode } from "./support/fakes.ts";

/** A timer may fire this much early. */
const earlyMs = 2;

describe("pacing", () => {
  it("lets calls through in order, one at a time, as many in a period as the service takes", async () => {
    const perMs = 40;
    const pace = pacer({ requests: 2, perMs });
    const starts: number[] = [];
    const ends: number[] = [];
    const call = async (index: number) => {
      expect(ends).to.have.length(index);
      starts.push(performance.now());
      await Promise.resolve();
      ends.push(performance.now());
      return index;
    };
    expect(await Promise.all([0, 1, 2, 3, 4].map((index) => pace(() => call(index))))).to.eql([0, 1, 2, 3, 4]);
    for (const index of [2, 3, 4])
      expect((starts[index] as number) - (ends[index - 2] as number), `call ${index}`).to.be.at.least(perMs - earlyMs);
  });

  it("counts a call that throws, and goes on", async () => {
    const pace = pacer({ requests: 1, perMs: 30 });
    const begun = performance.now();
    const failed = await pace(() => Promise.reject(new Error("refused"))).catch((error: Error) => error.message);
    expect([failed, await pace(async () => "next")]).to.eql(["refused", "next"]);
    expect(performance.now() - begun).to.be.at.least(30 - earlyMs);
  });

  it("gives a call that returns before its answer a period more", async () => {
    const pace = pacer({ requests: 1, perMs: 30 });
    const begun = performance.now();
    await pace(async () => {}, false);
    await pace(async () => {});
    expect(performance.now() - begun).to.be.at.least(60 - earlyMs);
  });

  it("keeps a client to its service's pace, its reading not, and filter and lightpush each by itself", async () => {
    const calls: string[] = [];
    const note = (name: string) => async () => {
      calls.push(name);
      return ok("");
    };
    const client = {
      ...fakeNode("c", "c"),
      filter: {
        subscribe: note("subscribe"),
        unsubscribe: note("unsubscribe"),
        unsubscribeAll: note("all"),
        ping: note("ping"),
        received: async () => ok("", []),
      },
      lightpush: { push: async () => note("push")() as never },
    };
    const at = (pacing: { requests: number; perMs: number } | null) => paced(client, fakeNode("s", "s", capabilities({ pacing })));
    expect(at(null)).to.equal(client);
    const slow = at({ requests: 1, perMs: 60 });
    const begun = performance.now();
    await slow.filter?.ping();
    const second = slow.filter?.subscribe("t", []);
    await Promise.all([slow.filter?.received("t", "c"), slow.lightpush?.push(2, "t", {})]);
    expect(calls).to.eql(["ping", "push"]);
    await second;
    expect(calls).to.eql(["ping", "push", "subscribe"]);
    expect(performance.now() - begun).to.be.at.least(60 - earlyMs);
  });
});

describe("arrivals", () => {
  it("take the wanted topic only, as many as asked for, oldest first", async () => {
    const node = fakeNode("a", "a");
    let reads = 0;
    const all = ["x", "other", "x"].map((contentTopic, index) => ({ contentTopic, payload: String(index) }));
    const relay = {
      ...node.relay,
      received: async () => {
        reads += 1;
        return ok("", all.slice(0, reads));
      },
    } as NonNullable<typeof node.relay>;
    const came = await arrivals({ ...node, relay }, "relay", "topic", "x", 2);
    expect(came.map(({ payload }) => payload)).to.eql(["0", "2"]);
  });
});

describe("what was delivered", () => {
  const [message, marker] = [
    { contentTopic: "x", payload: "0" },
    { contentTopic: "marker", payload: "1" },
  ];
  const reading = (answer: () => unknown) => {
    const node = fakeNode("a", "a");
    return { ...node, relay: { ...node.relay, received: async () => answer() } as NonNullable<typeof node.relay> };
  };

  it("is counted when a marker has come that was sent after it", async () => {
    const came: object[] = [message];
    const send = async () => came.push(message, marker);
    const found = await followed(
      reading(() => ok("", came)),
      "relay",
      "topic",
      "x",
      { marker: "marker", send },
    );
    expect(found).to.eql({ came: [message, message], proof: true });
  });

  it("is not told of a marker where nothing came that it could follow", async () => {
    const send = async () => expect.fail("it was sent");
    const found = await followed(
      reading(() => ok("", [])),
      "relay",
      "topic",
      "x",
      { marker: "marker", send },
    );
    expect(found).to.eql({ came: [], proof: false });
  });

  it("is not nothing when it cannot be read", async () => {
    const failing = reading(() => refused("internal-error", ""));
    for (const read of [given(failing, "relay", "topic", "x"), arrivals(failing, "relay", "topic", "x")])
      expect(await read.catch((error: unknown) => error)).to.be.instanceOf(CouldNotRun);
  });
});

describe("bisection", () => {
  const upTo = (limit: number) => async (size: number) => size <= limit;

  it("finds the largest accepted size", async () => {
    for (const limit of [10, 11, 57, 98, 99]) expect(await largestAccepted(10, 100, upTo(limit))).to.equal(limit);
  });

  it("says when the limit is outside of what was tried", async () => {
    expect(await largestAccepted(10, 100, upTo(9))).to.equal(undefined);
    expect(await largestAccepted(10, 100, upTo(100))).to.equal(Number.POSITIVE_INFINITY);
  });
});

describe("seeded bytes", () => {
  it("are decided by seed and label", () => {
    expect(new Seeded(1).hex("a")).to.equal(new Seeded(1).hex("a")).and.to.have.length(64);
    expect(new Set([new Seeded(1).hex("a"), new Seeded(2).hex("a"), new Seeded(1).hex("b")])).to.have.property("size", 3);
  });
});
