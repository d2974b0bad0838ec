import { Script } from "node:vm";
import { expect } from "chai";
import { exact } from "../../harness/observation.ts";
import { renderDivergencePage } from "../../reports/divergence/page.ts";
import { absent, check, failure, participant, run } from "./support/rows.ts";

const hostile = `<img src=x onerror=alert(1)>"'&</script><script>alert(2)</script><!--\u2028`;

interface RowData {
  readonly name: string;
  readonly cells: { readonly casts: { readonly logs: { readonly name: string; readonly href?: string; readonly excerpt?: number }[] }[] }[];
}

function dataOf(page: string): { texts: string[]; rows: RowData[] } {
  const json = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)?.[1];
  return JSON.parse(json ?? "");
}

const render = (...from: Parameters<typeof run>): string => renderDivergencePage(run(...from), { logsHref: ".." });

describe("divergence page #divergence", () => {
  it("loads nothing and says so in its policy", () => {
    const page = render([participant("alpha")], [check("relay/a", "alpha")]);
    expect(page).to.contain("default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'");
    expect(page).not.to.match(/<(script|img|link|iframe)\b[^>]*\s(src|href)=/);
    expect(page).not.to.match(/@import|url\(/);
  });

  it("holds a script that parses", () => {
    const page = render([participant("alpha")], [check("relay/a", "alpha")]);
    const [script] = [...page.matchAll(/<script>(.*?)<\/script>/gs)].map(([, text]) => text);
    expect(() => new Script(script ?? "")).not.to.throw();
  });

  it("escapes every text of a run", () => {
    const row = failure("relay/a", "alpha", {
      title: hostile,
      area: hostile,
      variant: hostile,
      requirements: [hostile],
      tags: [hostile],
      observation: { [hostile]: exact(hostile) },
      reasons: [{ code: "wrong-value", path: hostile, expected: hostile, observed: hostile }],
      evidence: [hostile],
      replay: hostile,
      cast: { [hostile]: [hostile] },
      blockedBy: hostile,
    });
    const players = [
      participant("alpha", { version: hostile, artifact: hostile, overrides: [{ what: hostile, why: hostile }], traffic: [hostile] }),
      participant(hostile, { capabilities: [hostile] }),
      absent("beta", hostile),
    ];
    const page = render(players, [row], { run: hostile, command: hostile, selection: hostile });
    expect(page).not.to.contain("<img").and.not.to.contain("<script>alert").and.not.to.contain("<!--");
    expect(page.match(/<script/g)).to.have.length(2);
    expect(dataOf(page).rows[0]?.name).to.contain(hostile);
  });

  it("names who took part, what they lack and what they differ in, and who did not", () => {
    const adapted = participant("alpha@adapted", {
      capabilities: ["relay", "store"],
      overrides: [{ what: "plain sockets", why: "no certificate here" }],
    });
    const page = render([participant("alpha"), adapted, absent("beta", "no image and no binary")], [check("relay/a", "alpha")]);
    expect(page).to.contain("Lacks: store");
    expect(page).to.contain("<b>plain sockets</b>: no certificate here");
    expect(page).to.contain("took no part: no image and no binary");
    expect(page).to.match(/data-role="store".*missing.*has it/s);
  });

  it("marks rows that differ, with the differing value in each cell", () => {
    const answer = (subject: string, status: number) => check("relay/a", subject, { observation: { status: exact(status) } });
    const page = render(
      [participant("alpha"), participant("beta")],
      [answer("alpha", 200), answer("beta", 404), check("relay/b", "alpha")],
    );
    expect(page).to.contain('<tr data-row="0" class="differs">').and.to.contain('<tr data-row="1">');
    expect(page).to.match(/data-participant="beta".*?<small>404<\/small>/s);
    expect(page).to.contain("<strong>1</strong> of 2 checks differ");
  });

  it("links logs inside the run's folder and nothing else", () => {
    const evidence = ["logs/alpha 1.log#10-20", "javascript:alert(1)", "logs/../../secret", "/etc/passwd", "logs/x.log"];
    const page = renderDivergencePage(run([participant("alpha")], [failure("relay/a", "alpha", { evidence })]), {
      logsHref: "..",
      excerpts: new Map([["logs/alpha 1.log#10-20", "what the node said"]]),
    });
    const { texts, rows } = dataOf(page);
    const logs = rows[0]?.cells[0]?.casts[0]?.logs ?? [];
    expect(logs.map(({ href }) => href)).to.deep.equal(["../logs/alpha%201.log", undefined, undefined, undefined, "../logs/x.log"]);
    expect(logs[0]?.name).to.equal("logs/alpha 1.log, bytes 10 to 20");
    expect(texts[logs[0]?.excerpt ?? -1]).to.equal("what the node said");
  });

  it("says when a run was stopped", () => {
    const results = run([participant("alpha")], []);
    const page = renderDivergencePage({ ...results, footer: { ...results.footer, interrupted: true } }, { logsHref: ".." });
    expect(page).to.contain("stopped before its last check");
  });

  it("stays small with 1000 checks of six participants", () => {
    const players = ["a", "b", "c", "d", "e", "f"].map((name) => participant(name));
    const checks = Array.from({ length: 1000 }, (_, index) =>
      players.map((player, place) =>
        check(`area-${index % 12}/check-${index}`, player.participant, { observation: { status: exact(place), raw: "x".repeat(200) } }),
      ),
    ).flat();
    const page = render(players, checks);
    expect(page.match(/<tr data-row/g)).to.have.length(1000);
    expect(page.length).to.be.below(6 * 2 ** 20);
  });
});
