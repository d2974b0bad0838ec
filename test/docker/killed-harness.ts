import { type DockerRuntimeOptions, dockerRuntime } from "../../fixtures/runtimes/docker/docker-runtime.ts";
import { echo, launchOf } from "./support.ts";

// Started by sweep.spec.ts: a harness that starts a node and is then killed.
const runtime = await dockerRuntime(JSON.parse(process.argv.at(-1) ?? "") as DockerRuntimeOptions);
await runtime.launch(launchOf(await echo(), { args: ({ port }) => [JSON.stringify({ port: port("control") })] }));
console.log("started");
setInterval(() => {}, 1_000);
