// Runs in a container of the standing network, so plain JavaScript without packages: asks every node for a sign of life,
// dials what shall be connected, and says on port 9000 how that went. One JSON argument, see docker-compose.interop.yml.
import { Resolver } from "node:dns/promises";
import { createServer } from "node:http";

const { nodes, links } = JSON.parse(process.argv.at(-1));
const everyMs = 5_000;
const boundMs = 10_000;
const state = { healthy: false, nodes: {}, links: [] };

/** A name that no container has is not answered at all, so the question is bounded. */
const resolver = new Resolver({ timeout: 500, tries: 1 });
const isThere = (name) =>
  resolver.resolve4(name).then(
    () => true,
    () => false,
  );

async function request(method, url, body) {
  const answer = await fetch(url, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    signal: AbortSignal.timeout(boundMs),
  });
  return { ok: answer.ok, text: (await answer.text()).slice(0, 500) };
}

/** "ok", or why not, in the words of whoever said it. */
async function outcome(method, url, body) {
  try {
    const { ok, text } = await request(method, url, body);
    const refusal = /"outcome":"(?!ok)/.test(text);
    return ok && !refusal ? "ok" : text;
  } catch (error) {
    return String(error.cause?.message ?? error.message);
  }
}

async function alive([name, { method, url, optional }]) {
  if (optional && !(await isThere(name))) return [];
  return [[name, await outcome(method, url)]];
}

async function round() {
  state.nodes = Object.fromEntries((await Promise.all(Object.entries(nodes).map(alive))).flat());
  const wanted = links.filter(({ from, to }) => state.nodes[from] === "ok" && state.nodes[to] === "ok");
  state.links = await Promise.all(wanted.map(async ({ from, to, url, body }) => ({ from, to, dialled: await outcome("POST", url, body) })));
  state.healthy = Object.values(state.nodes).every((said) => said === "ok");
}

createServer((_, response) => {
  response.statusCode = state.healthy ? 200 : 503;
  response.setHeader("content-type", "application/json");
  response.end(`${JSON.stringify(state, null, 2)}\n`);
}).listen(9000);
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.exit(0));

let last = "";
for (;;) {
  await round();
  const now = JSON.stringify(state);
  if (now !== last) console.log(now);
  last = now;
  // While nodes are still starting, soon again.
  await new Promise((resolve) => setTimeout(resolve, state.healthy ? everyMs : everyMs / 10));
}
