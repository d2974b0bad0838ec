// The rest of the page's script: filters, keys, and opening a row in full.
const byId = (id) => document.getElementById(id);
const controls = {
  text: byId("filter"),
  differing: byId("differing"),
  verdict: byId("verdict"),
  area: byId("area"),
  participant: byId("participant"),
};
const groups = [...document.querySelectorAll("#matrix > tbody")];
const lines = [...document.querySelectorAll("#matrix tr[data-row], #matrix tr[data-role]")];
const width = document.querySelectorAll("#matrix thead th").length;
const details = new Map();

const rowOf = (line) => data.rows[Number(line.dataset.row)];

// What each line is found by.
const finders = new Map(
  lines.map((line) => {
    const row = rowOf(line);
    const words =
      row === undefined
        ? ["roles", line.dataset.role]
        : [row.name, row.title, row.area, row.level, ...row.tags, ...row.requirements.map(({ id }) => id)];
    return [line, words.join("\n").toLowerCase()];
  }),
);

function hasOutcome(row, outcome, participant) {
  const cells = row.cells.filter((cell) => participant === "" || cell.participant === participant);
  return outcome === "" ? cells.length > 0 : cells.some((cell) => cell.casts.some((cast) => cast.outcome === outcome));
}

function matches(line, { words, differing, verdict, area, participant }) {
  const row = rowOf(line);
  if (differing && !line.classList.contains("differs")) return false;
  if (area !== "" && (row === undefined || row.area !== area)) return false;
  if (row === undefined ? verdict !== "" : !hasOutcome(row, verdict, participant)) return false;
  return words.every((word) => finders.get(line).includes(word));
}

function applyFilters() {
  const wanted = {
    words: controls.text.value.toLowerCase().split(/\s+/).filter(Boolean),
    differing: controls.differing.checked,
    verdict: controls.verdict.value,
    area: controls.area.value,
    participant: controls.participant.value,
  };
  let shown = 0;
  for (const line of lines) {
    const visible = matches(line, wanted);
    line.hidden = !visible;
    const detail = details.get(line);
    if (detail !== undefined) detail.hidden = !visible || !isOpen(line);
    if (visible && line.dataset.row !== undefined) shown++;
  }
  for (const group of groups) group.hidden = !lines.some((line) => line.parentNode === group && !line.hidden);
  byId("shown").value = `${shown} of ${data.rows.length} checks`;
  byId("nothing").hidden = groups.some((group) => !group.hidden);
  byId("clear").hidden = wanted.words.length === 0 && !wanted.differing && wanted.verdict + wanted.area + wanted.participant === "";
}

function clearFilters() {
  for (const control of Object.values(controls)) {
    if (control.type === "checkbox") control.checked = false;
    else control.value = "";
  }
  applyFilters();
}

const buttonOf = (line) => line.querySelector("button");
const isOpen = (line) => buttonOf(line)?.getAttribute("aria-expanded") === "true";

function setOpen(line, open) {
  let detail = details.get(line);
  if (detail === undefined && open) {
    detail = element("tr", { class: "detail", id: `detail-${line.dataset.row}` }, element("td", { colspan: width }, panel(rowOf(line))));
    details.set(line, detail);
    line.after(detail);
    buttonOf(line).setAttribute("aria-controls", detail.id);
  }
  if (detail !== undefined) detail.hidden = !open;
  buttonOf(line).setAttribute("aria-expanded", String(open));
}

function toggle(line) {
  const open = !isOpen(line);
  setOpen(line, open);
  history.replaceState(null, "", open ? address(rowOf(line)) : location.pathname + location.search);
}

function openAddressed() {
  let name;
  try {
    name = decodeURI(location.hash.slice(1));
  } catch {
    return;
  }
  const line = lines.find((candidate) => rowOf(candidate)?.name === name);
  if (line === undefined) return;
  if (line.hidden) clearFilters();
  setOpen(line, true);
  line.scrollIntoView({ block: "start" });
  buttonOf(line).focus({ preventScroll: true });
}

function move(step) {
  const stops = lines.filter((line) => !line.hidden && buttonOf(line) !== null);
  const line = document.activeElement?.closest("#matrix > tbody > tr");
  const here = stops.indexOf(line?.matches(".detail") ? line.previousElementSibling : line);
  const next = stops[here === -1 ? (step > 0 ? 0 : stops.length - 1) : here + step];
  if (next === undefined) return;
  buttonOf(next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

const steps = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const active = document.activeElement;
  const onRow = active?.matches("#matrix th button");
  if (event.key === "Escape") {
    if (active === controls.text) clearFilters();
    else if (onRow && isOpen(active.closest("tr"))) toggle(active.closest("tr"));
    return;
  }
  if (active?.matches("input, select, pre")) return;
  if (event.key === "/") {
    event.preventDefault();
    controls.text.focus();
  } else if (event.key in steps && (onRow || !event.key.startsWith("Arrow"))) {
    event.preventDefault();
    move(steps[event.key]);
  }
});

byId("matrix").addEventListener("click", (event) => {
  const line = event.target.closest("tr[data-row]");
  // A click that ends a selection of text is no wish to open the row.
  if (line !== null && (event.target.closest("button") !== null || getSelection().isCollapsed)) toggle(line);
});
for (const control of Object.values(controls)) control.addEventListener("input", applyFilters);
byId("clear").addEventListener("click", clearFilters);
addEventListener("hashchange", openAddressed);
applyFilters();
openAddressed();
