import { expect } from "chai";
import { exact } from "../../harness/observation.ts";
import type { SlotRow } from "../../harness/results/slot-row.ts";
import { renderSlotsPage } from "../../reports/slots/page.ts";
import { refusals } from "../../reports/slots/refusals.ts";
import { slotRows } from "../../reports/slots/rows.ts";
import { absent, check, participant, run } from "./support/rows.ts";

const line: SlotRow = { kind: "filter client", limit: "as built", tried: 21, accepted: 20, refused: "503", refusedAfterMs: 30 };
const seen = (name: string, ...slots: SlotRow[]) => check(name, "alpha", { observation: { slots } });

describe("page of slots #slots", () => {
  it("puts together what several checks saw under one limit", () => {
    const rows = slotRows(
      [
        seen("slots/a", { ...line, refused: null, freed: { "unsubscribed from all": 40 } }),
        seen("slots/b", line, { ...line, kind: "client" }),
        seen("slots/c", { ...line, freed: { disconnected: null } }),
        check("slots/d", "beta", { observation: { slots: [{ ...line, accepted: 3 }] } }),
        check("slots/e", "alpha"),
      ],
      "alpha",
    );
    expect(rows.map(({ kind }) => kind)).to.eql(["client", "filter client"]);
    expect(rows[1]).to.include({ accepted: 20, refused: "503", refusedAfterMs: 30 });
    expect(rows[1]?.freed).to.eql({ "unsubscribed from all": 40, disconnected: null });
  });

  it("leaves out a line of another shape, as an old run has them", () => {
    const old = check("slots/a", "alpha", { observation: { slots: [{ kind: "client", most: 3 }, line] } });
    const other = check("slots/b", "alpha", { observation: { slots: 20 } });
    expect(slotRows([old, other], "alpha").map(({ kind }) => kind)).to.eql(["filter client"]);
  });

  it("gathers the causes of each code, tells a success and an effect, and leaves out who did not answer this", () => {
    const refused = (statusCode: number) => ({ outcome: "answered", success: false, statusCode: exact(statusCode), statusDesc: "no" });
    const found = refusals([
      check("slots/filter-refused", "alpha", { observation: { refusal: refused(503), strayed: exact(0) } }),
      check("slots/criteria/set", "alpha", { observation: { refusal: refused(503), strayed: exact(1) } }),
      check("slots/rate-refused/filter", "alpha", { observation: { refusal: refused(429) } }),
      check("slots/rate-refused/lightpush-v3", "alpha", { observation: { refusal: refused(429) } }),
      check("lightpush/wire-refused/v2-no-message", "alpha", {
        observation: { answer: { outcome: exact("answered"), success: exact(false), statusCode: exact(null), statusDesc: "bad" } },
      }),
      check("filter/wire-unclear-subscribe/no-request-id", "alpha", { observation: { answer: { outcome: "reset", statusCode: null } } }),
      check("filter/wire-ping/subscribed", "alpha", { observation: { first: refused(404) } }),
      check("slots/criteria/default", "beta", { verdict: "could-not-run", observation: null }),
    ]);
    const told = Object.fromEntries(
      found.map(({ protocol, codes }) => [protocol, Object.fromEntries([...codes].map(([code, of]) => [code, of.get("alpha")]))]),
    );
    expect(told).to.eql({
      filter: {
        "429": ["too soon"],
        "503": ["one client too many", "one criterion too many (with effect)"],
        reset: ["subscribe: no-request-id"],
      },
      "lightpush v2": { '"bad"': ["no-message"] },
      "lightpush v3": { "429": ["too soon"] },
    });
  });

  it("loads nothing, escapes what was seen, and says when there is nothing", () => {
    const page = renderSlotsPage(run([participant("alpha"), absent("gamma", "no")], [seen("slots/a", { ...line, limit: "<script>" })]));
    expect(page).to.contain("default-src 'none'").and.to.contain("&lt;script&gt;").and.not.to.contain("<script>");
    expect(page).to.contain("<h2>alpha</h2>").and.not.to.contain("gamma");
    expect(renderSlotsPage(run([participant("alpha")], [check("relay/a", "alpha")]))).to.contain("No check of slots");
  });
});
