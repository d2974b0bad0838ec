import { execFileSync } from "node:child_process";
import { expect } from "chai";
import { replayCommand } from "../../cli/replay.ts";
import type { NamedSource } from "../../harness/sources.ts";

const check = { key: "relay/chain@subject=go-waku", tags: ["#smoke", "10-WAKU2-01"] };
const image = (reference: string, label?: string): NamedSource => ({
  implementation: "go-waku",
  artifact: { kind: "image", reference },
  ...(label !== undefined && { label }),
});

describe("the command that runs a check again", () => {
  it("names the check, with its tags, which ask for its tier", () => {
    expect(replayCommand(check, [], undefined)).to.equal("npm test -- --grep 'relay/chain@subject=go-waku #smoke 10-WAKU2-01'");
  });

  it("names the runtime and every node, each name once: the last one given won", () => {
    expect(replayCommand(check, [image("a:0"), image("a:1"), image("a:2", "old")], "docker")).to.match(
      / --runtime docker --node go-waku=a:1 --node go-waku@old=a:2$/,
    );
  });

  it("quotes a path that a shell would take apart", () => {
    const path = "/my builds/it's $HOME/waku";
    const node: NamedSource = { implementation: "go-waku", artifact: { kind: "binary", path } };
    const [, flags = ""] = replayCommand(check, [node], undefined).split("10-WAKU2-01' ");
    expect(execFileSync("sh", ["-c", `printf '%s\\n' ${flags}`], { encoding: "utf8" })).to.equal(`--node\ngo-waku=${path}\n`);
  });
});
