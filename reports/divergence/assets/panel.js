// The divergence page's script begins here: its data, and one row of it in full.
// Every text from a run becomes a text node; nothing here writes markup.
const data = JSON.parse(document.getElementById("data").textContent);

const text = (number) => data.texts[number];

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

function address(row) {
  return `#${encodeURI(row.name)}`;
}

// biome-ignore lint/correctness/noUnusedVariables: page.js follows in the same script and calls it
function panel(row) {
  const requirements = row.requirements.map(({ id, href, rule }) =>
    element(
      "div",
      {},
      href === undefined ? id : element("a", { href, rel: "noreferrer" }, id),
      rule === undefined ? undefined : ` ${rule}`,
    ),
  );
  const facts = [
    ["check", [element("a", { href: address(row) }, row.name)]],
    ["level", [row.level]],
    ["requirements", requirements.length > 0 ? requirements : ["none"]],
    ["tags", [row.tags.join(" ")]],
  ];
  const list = element("dl", {}, ...facts.flatMap(([name, parts]) => [element("dt", {}, name), element("dd", {}, ...parts)]));
  return element("div", { class: "panel" }, list, ...valueTable(row), element("h4", {}, "Casts"), ...castList(row));
}

function valueTable(row) {
  if (row.paths.length === 0) return [];
  const head = element(
    "tr",
    {},
    element("th", { scope: "col" }, "compared value"),
    ...row.cells.map(({ participant }) => element("th", { scope: "col" }, participant)),
  );
  const body = row.paths.map(({ path, differs }, index) =>
    element(
      "tr",
      differs ? { class: "differs" } : {},
      element("th", { scope: "row" }, differs ? `≠ ${path}` : path),
      ...row.cells.map((cell) => element("td", {}, ...distinctValues(cell, index))),
    ),
  );
  return [
    element("h4", {}, "Observed, side by side"),
    element("div", { class: "wide" }, element("table", {}, element("thead", {}, head), element("tbody", {}, ...body))),
  ];
}

const asked = new Set(["pass", "fail", "known", "advised", "observed"]);

// One value where all casts of the subject agree; else each value with the casts it was seen in.
function distinctValues(cell, index) {
  const answered = cell.casts.filter(({ outcome }) => asked.has(outcome));
  const casts = Map.groupBy(answered, (cast) => cast.values[index]);
  return [...casts].map(([number, members]) => {
    const value = element("code", {}, number === -1 ? "nothing" : text(number));
    return casts.size === 1 ? value : element("div", {}, value, element("small", {}, castNames(members)));
  });
}

function castNames(casts) {
  const named = casts.slice(0, 3).map(({ cast, peers }) => peers || cast);
  return casts.length > 3 ? `${named.join("; ")}; ${casts.length - 3} more` : named.join("; ");
}

function castList(row) {
  const urgent = new Set(["fail", "harness-error", "known", "advised"]);
  const casts = row.cells.flatMap(({ casts }) => casts);
  return [...casts.filter(({ outcome }) => urgent.has(outcome)), ...casts.filter(({ outcome }) => !urgent.has(outcome))].map((cast) =>
    castPanel(cast, row, casts.length === 1 || cast.outcome === "fail"),
  );
}

function castPanel(cast, row, open) {
  const { participant } = row.cells.find(({ casts }) => casts.includes(cast));
  const box = [...document.querySelectorAll(`#verdict option[value="${cast.outcome}"]`)];
  const verdict = element("span", { class: `verdict ${cast.outcome}` }, box[0].textContent);
  const blame = cast.blame === null ? "" : `, blame: ${cast.blame}`;
  const title = element(
    "summary",
    {},
    verdict,
    " ",
    element("b", {}, participant),
    ` in ${cast.cast} `,
    element("small", {}, `${cast.durationMs} ms${blame}`),
  );
  const blocked = cast.blockedBy === null ? undefined : element("p", {}, "Blocked by ", element("code", {}, cast.blockedBy));
  const parts = [
    blocked,
    reasonTable(cast.reasons),
    logList(cast.logs),
    fold("Observation", text(cast.observation)),
    replay(text(cast.replay)),
  ];
  const made = element(
    "details",
    { class: "cast" },
    title,
    element("div", {}, element("p", {}, element("code", {}, cast.key)), ...parts.filter((part) => part !== undefined)),
  );
  made.open = open;
  return made;
}

function reasonTable(reasons) {
  if (reasons.length === 0) return undefined;
  const head = element("tr", {}, ...["reason", "at", "expected", "observed"].map((name) => element("th", { scope: "col" }, name)));
  const body = reasons.map(({ code, path, expected, observed }) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, code),
      ...[path, text(expected), text(observed)].map((value) => element("td", {}, element("code", {}, value))),
    ),
  );
  return element("div", { class: "wide" }, element("table", {}, element("thead", {}, head), element("tbody", {}, ...body)));
}

function logList(logs) {
  if (logs.length === 0) return undefined;
  const entries = logs.map(({ name, href, excerpt }) =>
    element(
      "li",
      {},
      href === undefined ? name : element("a", { href }, name),
      excerpt === undefined ? undefined : fold("Show it here", text(excerpt)),
    ),
  );
  return element("div", {}, element("h4", {}, "Node logs"), element("ul", {}, ...entries));
}

function fold(title, content) {
  return element("details", {}, element("summary", {}, title), element("pre", { tabindex: "0" }, content));
}

function replay(command) {
  const code = element("code", {}, command);
  const button = element("button", { type: "button" }, "Copy");
  button.addEventListener("click", async () => {
    const copied = await navigator.clipboard?.writeText(command).then(
      () => true,
      () => false,
    );
    if (!copied) getSelection().selectAllChildren(code);
    button.textContent = copied ? "Copied" : "Selected: press Ctrl+C";
  });
  return element("p", { class: "replay" }, "Run it again: ", code, button);
}
