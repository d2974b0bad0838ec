import { setImmediate as turn } from "node:timers/promises";
import { expect } from "chai";
import { Lanes } from "../../harness/lanes.ts";

/** Each item is worked on until it is told to end; a clock that only the test moves. */
function played(size: number) {
  let clock = 0;
  const working = new Map<string, () => void>();
  const pieces: string[][] = [];
  const lanes = new Lanes<string>(
    size,
    async (next) => {
      const piece: string[] = [];
      pieces.push(piece);
      for (let item = next(); item !== undefined; item = next()) {
        piece.push(item);
        await new Promise<void>((resolve) => working.set(item as string, resolve));
      }
    },
    () => clock,
  );
  const end = async (item: string, afterMs = 0) => {
    clock += afterMs;
    working.get(item)?.();
    working.delete(item);
    await turn();
  };
  return { lanes, pieces, end, working: () => [...working.keys()] };
}

describe("lanes", () => {
  it("work on as many queues at once as there are lanes, each in its order", async () => {
    const { lanes, end, working } = played(2);
    lanes.add([["a1", "a2"], ["b1"], ["c1"]]);
    expect(working()).to.eql(["a1", "b1"]);
    await end("a1");
    expect(working()).to.eql(["b1", "a2"]);
    await end("b1");
    expect(working()).to.eql(["a2", "c1"]);
  });

  it("take half of what is left of the longest queue once no other is waiting", async () => {
    const { lanes, pieces, end, working } = played(2);
    lanes.add([["a1", "a2", "a3", "a4", "a5", "a6"], ["b1"]]);
    await end("b1");
    expect(working(), "how long the others take is not known yet").to.eql(["a1"]);
    await end("a1", 10_000);
    expect(working()).to.eql(["a5", "a2"]);
    expect(pieces).to.eql([["a1", "a2"], ["b1"], ["a5"]]);
  });

  it("leave a queue together that is nearly done", async () => {
    const { lanes, end, working } = played(2);
    lanes.add([["a1", "a2", "a3"], ["b1"]]);
    await end("b1");
    await end("a1", 100);
    expect(working()).to.eql(["a2"]);
  });

  it("begin nothing once they are cleared", async () => {
    const { lanes, end, working } = played(1);
    lanes.add([["a1", "a2"], ["b1"]]);
    lanes.clear();
    await end("a1");
    expect(working()).to.eql([]);
  });
});
