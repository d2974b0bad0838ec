#!/usr/bin/env node
// Plain JavaScript: finds a Node that can run the rest, then hands over.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const [major, minor] = process.versions.node.split(".").map(Number);
const enough = major > 22 || (major === 22 && minor >= 19);
const installed = fileURLToPath(new URL("../node_modules/.bin/node", import.meta.url));

if (!existsSync(fileURLToPath(new URL("../node_modules", import.meta.url)))) {
  console.error("waku-conformance: its packages are not installed; run: npm ci");
  process.exit(2);
}
if (enough) {
  // Started by an older Node, see below: it must not outlive that one.
  process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
  process.channel?.unref();
  const { register } = await import("tsx/esm/api");
  register();
  await import("./main.ts");
} else if (existsSync(installed)) {
  const child = spawn(installed, process.argv.slice(1), { stdio: ["inherit", "inherit", "inherit", "ipc"] });
  // The terminal signals both; this one waits for the other to clean up.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 143)));
} else {
  console.error(`waku-conformance: Node ${process.versions.node} is too old, 22.19 or newer is needed; on Linux x64 \`npm ci\` brings one`);
  process.exit(2);
}
