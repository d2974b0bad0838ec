/**
 * What the harness costs, as ratios in one run: `npm run bench`.
 * Ratios, because seconds say more about the machine than about the harness.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runsFolder } from "../cli/runs-folder.ts";
import type { ReadyParticipant } from "../fixtures/contract/adapter.ts";
import type { NodeSpec, StartedWakuNode } from "../fixtures/contract/node.ts";
import { reference } from "../fixtures/implementations/reference/adapter.ts";
import { inProcessRuntime } from "../fixtures/runtimes/in-process/in-process-runtime.ts";
import { poll } from "../fixtures/waiting.ts";
import { Seeded } from "../harness/random.ts";
import { readResults } from "../harness/results/read.ts";

const seeded = new Seeded(1);
/** Bound of one delivery on one machine, in ms. */
const deliveryMs = 5_000;
const topic = "/waku/2/rs/66/0";
const folder = mkdtempSync(join(tmpdir(), "waku-bench-"));
const runtime = inProcessRuntime({ runFolder: folder, scratchFolder: folder });
const [participant] = (await reference.provision({}, { docker: false, build: false, progress: () => {} })) as ReadyParticipant[];

const timed = async <T>(work: () => Promise<T>): Promise<[T, number]> => {
  const begun = performance.now();
  return [await work(), performance.now() - begun];
};
const start = (name: string): Promise<StartedWakuNode> => {
  const spec: NodeSpec = {
    name,
    clusterId: 66,
    shards: [0],
    relay: true,
    filterService: true,
    lightpushService: true,
    privateKey: seeded.hex(name),
  };
  return (participant as ReadyParticipant).start(spec, runtime);
};
const line = (what: string, ratio: number, of: string): void => console.log(`${ratio.toFixed(2).padStart(8)}  ${what}\n          ${of}`);
const ms = (value: number): string => `${Math.round(value)} ms`;

try {
  const [first, one] = await timed(() => start("first"));
  const [ten, together] = await timed(() => Promise.all(Array.from({ length: 10 }, (_, index) => start(`side-by-side-${index}`))));
  line("ten nodes side by side, against ten in a row", together / (10 * one), `${ms(together)} against 10 × ${ms(one)}`);

  const second = ten[0] as StartedWakuNode;
  await first.connect(second.addresses.tcp as string);
  const hop = async (index: number): Promise<number> => {
    const contentTopic = `/bench/1/${index}/proto`;
    const [, took] = await timed(async () => {
      await first.relay?.publish(topic, { payload: "aGk=", contentTopic, timestamp: `${Date.now()}000000` });
      const came = await poll(
        async () => (await second.relay?.received(topic))?.value?.some((one) => one.contentTopic === contentTopic),
        (seen) => seen === true,
        deliveryMs,
      );
      if (!came) throw new Error(`message ${index} did not come within ${deliveryMs} ms: no time can be told`);
    });
    return took;
  };
  const mesh = await poll(
    async () => (await first.relay?.peers?.(topic))?.value?.mesh,
    (members) => members?.length === 1,
    deliveryMs,
  );
  if (mesh?.length !== 1) throw new Error(`two nodes have no mesh within ${deliveryMs} ms`);
  await hop(0);
  const hops: number[] = [];
  for (let index = 1; index <= 20; index += 1) hops.push(await hop(index));
  hops.sort((left, right) => left - right);
  const [, calls] = await timed(async () => {
    for (let index = 0; index < 20; index += 1) await first.alive();
  });
  line(
    "seeing a delivery, against a call to a node",
    (hops[10] as number) / (calls / 20),
    `median ${ms(hops[10] as number)} against ${(calls / 20).toFixed(1)} ms`,
  );

  const last = await readResults(join(runsFolder, "latest-full", "results.jsonl")).catch(() => undefined);
  if (last) {
    const inChecks = last.checks.reduce((sum, { durationMs }) => sum + durationMs, 0);
    line(
      "waits that overlap: time in checks, against the clock",
      inChecks / last.footer.durationMs,
      `${ms(inChecks)} against ${ms(last.footer.durationMs)}, by the last full run`,
    );
  } else console.log("          no full run yet: `npm test` makes one");
} finally {
  await runtime.close();
  rmSync(folder, { recursive: true, force: true });
}
