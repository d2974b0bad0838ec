import pLimit from "p-limit";
import type { StartedWakuNode } from "../../fixtures/contract/node.ts";
import { must } from "../../harness/answers.ts";
import { check } from "../../harness/check.ts";
import { given } from "../../harness/deliveries.ts";
import { exact } from "../../harness/observation.ts";
import type { Scene } from "../../harness/scene.ts";
import { type Asking, askings, pushFrom } from "../asking.ts";
import { requestsTo } from "../requests.ts";
import { wireMessage } from "../wire-message.ts";
import { type FailingService, fail, failingService, holds, type Kind, type Run, recover, runs } from "./failing.ts";
import { canAsk, ofClient, wasAsked } from "./scene.ts";

const { filter, "lightpush-v2": v2, "lightpush-v3": v3 } = askings;

/** Between two messages; from when on services fail, when they recover, and how long is looked at, in ms. */
const every = 500;
const failsAt = 2_000;
const recoversAt = 12_000;
const quickMs = 20_000;
/** A cut is noticed by the time-outs of connections. */
const longMs = 60_000;
const lengthOf = ({ how }: Kind): number => (how === "cut" || how === "silent" || how === "forgets" ? longMs : quickMs);

/** Does things at their times, one after the other, and then waits for the end. */
async function timeline(scene: Scene<unknown>, ms: number, steps: Readonly<Record<number, () => Promise<unknown>>>, each: () => unknown) {
  const begun = performance.now();
  const left = Object.entries(steps).map(([at, step]) => [Number(at), step] as const);
  while (performance.now() - begun < ms) {
    while (left[0] && performance.now() - begun >= left[0][0]) await left.shift()?.[1]();
    each();
    await scene.elapse(every);
  }
}

const sideBySide = 3;

/** A client of its own for each run. */
async function ofEach<T extends object>(scene: Scene<unknown>, one: (scene: Scene<unknown>, run: Run) => Promise<T>) {
  return pLimit(sideBySide).map(runs, async (run) => {
    const subject = (await must("starting a client", scene.launch())) as StartedWakuNode;
    const found = { ...run, ...(await one({ ...scene, subject }, run)) };
    await subject.stop();
    return found;
  });
}

interface Row {
  readonly used: number;
  readonly sent: number;
  readonly lost: number;
  readonly copies: number;
  /** From the failure to the first message that is taken after the last one that is not; null: none is any more. */
  readonly againMs: number | null;
  readonly works: boolean;
}

/** What became of messages in the order in which they went out. */
function row(used: number, sent: readonly { readonly atMs: number; readonly copies: number }[]): Row {
  const lost = sent.filter(({ atMs, copies }) => atMs >= failsAt && copies === 0);
  const next = lost.length === 0 ? undefined : sent.find(({ atMs, copies }) => copies > 0 && atMs > (lost.at(-1)?.atMs ?? 0));
  const works = (sent.at(-1)?.copies ?? 0) > 0;
  return {
    ...{ used, sent: sent.length, lost: lost.length, works },
    copies: sent.reduce((sum, { copies }) => sum + Math.max(0, copies - 1), 0),
    againMs: lost.length === 0 ? 0 : next ? Math.round(next.atMs - failsAt) : null,
  };
}

async function filtering(scene: Scene<unknown>, kind: Kind, { services: count, recovery }: Run): Promise<Row> {
  const services: FailingService[] = [];
  for (let index = 0; index < count; index += 1) services.push(await failingService(scene, filter));
  const contentTopic = scene.freshContentTopic();
  await must("subscribing", filter.ask(scene, { contentTopic }));
  const used = services.filter((service) => holds(service, contentTopic));
  const sent: { readonly atMs: number; readonly payload: string }[] = [];
  const begun = performance.now();
  const publish = () => {
    const message = wireMessage(scene, { contentTopic });
    sent.push({ atMs: performance.now() - begun, payload: Buffer.from(message.payload ?? []).toString("base64") });
    // The network gives it to every service that has the subscription.
    for (const service of services) if (holds(service, contentTopic)) void pushFrom(scene, service.probe, message).catch(() => {});
  };
  const steps = {
    [failsAt]: () => Promise.all(used.map((service) => fail(service, filter, kind))),
    ...(recovery && {
      [recoversAt]: async () => {
        for (const service of used) services.push(...([await recover(scene, service, filter)].filter(Boolean) as FailingService[]));
      },
    }),
  };
  await timeline(scene, lengthOf(kind), steps, publish);
  const came = await given(scene.subject, "filter", scene.pubsubTopic, contentTopic);
  // The last ones may be under way.
  const settled = sent.slice(0, -Math.ceil(scene.subject.capabilities.timings.deliveryMs / every));
  return row(
    used.length,
    settled.map(({ atMs, payload }) => ({ atMs, copies: came.filter((message) => message.payload === payload).length })),
  );
}

async function pushing(scene: Scene<unknown>, asking: Asking, kind: Kind, { services: count, recovery }: Run) {
  const services: FailingService[] = [];
  for (let index = 0; index < count; index += 1) services.push(await failingService(scene, asking));
  const first = scene.freshContentTopic();
  await must("pushing", asking.ask(scene, { contentTopic: first }));
  const used = services.filter((service) => wasAsked(service, asking, first));
  const sent: { readonly atMs: number; readonly contentTopic: string; outcome: string }[] = [];
  const begun = performance.now();
  const publish = () => {
    const message = { atMs: performance.now() - begun, contentTopic: scene.freshContentTopic(), outcome: "pending" };
    sent.push(message);
    void asking.ask(scene, { contentTopic: message.contentTopic, retries: true })?.then(({ outcome }) => {
      message.outcome = outcome;
    });
  };
  const steps = {
    [failsAt]: () => Promise.all(used.map((service) => fail(service, asking, kind))),
    ...(recovery && {
      [recoversAt]: async () => {
        for (const service of used) services.push(...([await recover(scene, service, asking)].filter(Boolean) as FailingService[]));
      },
    }),
  };
  await timeline(scene, lengthOf(kind), steps, publish);
  const settled = sent.slice(0, -Math.ceil(scene.subject.capabilities.timings.deliveryMs / every));
  const requests = settled.map(({ contentTopic }) =>
    services.reduce(
      (sum, { probe }) =>
        sum + requestsTo(probe, asking.protocol).filter((request) => asking.contentTopicsOf(request).includes(contentTopic)).length,
      0,
    ),
  );
  return {
    ...row(
      used.length,
      settled.map(({ atMs, outcome }) => ({ atMs, copies: outcome === "ok" ? 1 : 0 })),
    ),
    pending: settled.filter(({ outcome }) => outcome === "pending").length,
    requests: requests.reduce((sum, one) => sum + one, 0),
    mostRequests: Math.max(...requests),
  };
}

const filterKinds: Record<string, Kind> = {
  lost: { how: "lost" },
  cut: { how: "cut" },
  forgets: { how: "forgets" },
  reset: { how: "reset" },
};
const pushKinds = (asking: Asking, codes: readonly number[]): readonly (readonly [string, { asking: Asking; kind: Kind }])[] => {
  const version = asking === v2 ? "v2" : "v3";
  const kinds: Record<string, Kind> = {
    lost: { how: "lost" },
    cut: { how: "cut" },
    reset: { how: "reset" },
    silent: { how: "silent" },
    "other-id": { how: "answers", status: { statusCode: 200, requestId: "another" } },
    ...Object.fromEntries(codes.map((statusCode) => [`code-${statusCode}`, { how: "answers", status: { statusCode } }])),
  };
  return Object.entries(kinds).map(([name, kind]) => [`${version}-${name}`, { asking, kind }] as const);
};

describe("failure of service peers in the long run", () => {
  check({
    ...ofClient,
    id: "service-peers/filter-failure",
    title: "every service where a client subscribed fails: what is lost, what comes twice, and when messages come again",
    requirements: ["REC-SERVICE-03", "P2PREL-01"],
    tags: ["#wire", "#slow"],
    variants: filterKinds,
    meaningful: (cast) => canAsk(cast, filter),
    async observe(scene) {
      const rows = await ofEach(scene, (own, run) => filtering(own, scene.variant, run));
      return { rows: rows.map(({ works, ...numbers }) => ({ ...numbers, works: exact(works) })) };
    },
  });

  check({
    ...ofClient,
    id: "service-peers/lightpush-failure",
    title: "every service that a client pushes to fails: what is lost, how often it is sent, and when pushes succeed again",
    requirements: ["REC-SERVICE-12", "P2PREL-01"],
    tags: ["#wire", "#slow"],
    variants: Object.fromEntries([...pushKinds(v2, [500]), ...pushKinds(v3, [0, 400, 413, 420, 421, 429, 500, 503, 504, 505, 599])]),
    meaningful: (cast, { asking }) => canAsk(cast, asking),
    async observe(scene) {
      const { asking, kind } = scene.variant;
      const rows = await ofEach(scene, (own, run) => pushing(own, asking, kind, run));
      return { rows: rows.map(({ works, ...numbers }) => ({ ...numbers, works: exact(works) })) };
    },
  });
});
