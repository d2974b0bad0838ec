import { readFileSync } from "node:fs";
import { createServer } from "node:http";

// Started by the tests in a container: answers with what it was given.
const { host, port, file } = JSON.parse(process.argv.at(-1) ?? "{}") as { host?: string; port?: number; file?: string };
if (port === undefined) {
  console.log("nothing to do");
  process.exit(7);
}
process.on("SIGTERM", () => process.exit(0));
createServer(async (request, response) => {
  const path = request.url?.slice(1) ?? "";
  if (path.startsWith("fetch/")) {
    const answer = await fetch(`http://${path.slice("fetch/".length)}`).then((from) => from.text());
    response.end(answer);
  } else response.end(JSON.stringify({ content: file === undefined ? null : readFileSync(file, "utf8") }));
}).listen(port, host, () => console.log("listening"));
