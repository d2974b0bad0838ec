import { expect } from "chai";
import { laneCount } from "../../harness/lane-count.ts";

describe("lane count", () => {
  /** Processors that are busy for a share of the time, by a clock that only the test moves. */
  function played(usual: number) {
    let [clock, busy] = [0, 0];
    const count = laneCount(
      usual,
      () => ({ busy, all: clock }),
      () => clock,
    );
    return (ms: number, share: number) => {
      clock += ms;
      busy += ms * share;
      return count();
    };
  }

  it("is the usual one while the processors are at work", () => {
    const counted = played(4);
    expect([counted(1_000, 1), counted(1_000, 0.9)]).to.eql([4, 4]);
  });

  it("grows by one in each window in which they are idle, up to half as many again", () => {
    const counted = played(4);
    expect([counted(1_000, 0.2), counted(1_000, 0.2), counted(1_000, 0.2)]).to.eql([5, 6, 6]);
  });

  it("stays as it is within a window", () => {
    const counted = played(4);
    expect([counted(1_000, 0.2), counted(100, 0.2), counted(100, 1)]).to.eql([5, 5, 5]);
  });

  it("is the usual one again once they are at work", () => {
    const counted = played(4);
    expect([counted(1_000, 0.2), counted(1_000, 1)]).to.eql([5, 4]);
  });
});
