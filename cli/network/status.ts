import { z } from "zod";
import { isReady } from "../../fixtures/contract/adapter.ts";
import type { StartedWakuNode } from "../../fixtures/contract/node.ts";
import { attachedTo } from "./attached.ts";
import { published, type Standing, standing } from "./containers.ts";
import { NetworkFailure } from "./failure.ts";
import { bareSpec, participant, participantLabel } from "./participants.ts";
import { table } from "./table.ts";

interface Row {
  readonly service: string;
  readonly participant: string;
  readonly version: string;
  readonly peerId?: string;
  /** Peer ids of open connections, or why they are not known. */
  readonly peers: readonly string[] | string;
}

const shortened = (peerId: string): string => `…${peerId.slice(-6)}`;
const quiet = (): void => {};

/** Prints who is connected to whom, by each node's own word. @throws NetworkFailure when a node does not answer */
export async function status(): Promise<void> {
  const all = await standing();
  if (all.length === 0) throw new NetworkFailure("no network stands; bring it up with: waku-conformance network up");
  const rows = await Promise.all(all.filter(({ container }) => container.Config.Labels[participantLabel] !== undefined).map(ask));
  console.log(tableOf(rows));
  console.log('row → column: "●" the row counts the column as its peer; peers(): open connections, by the row\'s own word');
  for (const line of await refusals(all)) console.log(line);
  const silent = rows.flatMap(({ service, peers }) => (typeof peers === "string" ? [`${service}: ${peers}`] : []));
  if (silent.length > 0) throw new NetworkFailure(silent.join("\n"));
}

async function ask({ service, container }: Standing): Promise<Row> {
  const name = container.Config.Labels[participantLabel] ?? "";
  const plain = { service, participant: name, version: "?" };
  try {
    const first = await participant(name, { build: false, progress: quiet });
    // What the adapter cannot provision here by itself runs from an image that somebody named.
    const found = isReady(first) ? first : await participant(name, { build: false, image: container.Config.Image, progress: quiet });
    if (!isReady(found)) return { ...plain, peers: `cannot be asked: ${found.reason}` };
    if (!container.State.Running) return { ...plain, version: found.version, peers: `ended with exit code ${container.State.ExitCode}` };
    const node: StartedWakuNode = await found.start(bareSpec(service), attachedTo(service, container));
    const { value, outcome, raw } = await node.peers();
    const peers = value === undefined ? `peers() answered ${outcome}: ${JSON.stringify(raw)}` : value.map(({ peerId }) => peerId);
    return { ...plain, version: found.version, peerId: node.peerId, peers };
  } catch (error) {
    return { ...plain, peers: (error as Error).message };
  }
}

function tableOf(rows: readonly Row[]): string {
  const cell = ({ service, peers }: Row, other: Row): string => {
    if (other.service === service) return "·";
    if (typeof peers === "string" || other.peerId === undefined) return "?";
    return peers.includes(other.peerId) ? "●" : "";
  };
  return table(
    ["node", "participant", "version", "peer id", ...rows.map(({ service }) => service), "peers()"],
    rows.map((row) => [
      row.service,
      row.participant,
      row.version,
      row.peerId ? shortened(row.peerId) : "?",
      ...rows.map((other) => cell(row, other)),
      typeof row.peers === "string" ? "?" : row.peers.length,
    ]),
  );
}

const linksSchema = z.object({ links: z.array(z.object({ from: z.string(), to: z.string(), dialled: z.string() })) });
const linksPort = 9000;

/** Links that were wanted and refused, in the words of who refused; from the container that dials them. */
async function refusals(all: readonly Standing[]): Promise<string[]> {
  const dialler = all.find(({ container }) => container.Config.Labels[participantLabel] === undefined);
  const at = dialler && published(dialler.container, linksPort);
  if (at === undefined) return [];
  const said = await fetch(`http://${at}`, { signal: AbortSignal.timeout(3_000) })
    .then((answer) => answer.json())
    .catch(() => undefined);
  const { data } = linksSchema.safeParse(said);
  return (data?.links ?? [])
    .filter(({ dialled }) => dialled !== "ok")
    .map(({ from, to, dialled }) => `refused: ${from} → ${to}: ${dialled.slice(0, 300)}`);
}
