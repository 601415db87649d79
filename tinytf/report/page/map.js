// The map: one pill a tensor. A pill fills as its value, its gradient and its update arrive; while
// contributions to a gradient are still to come, it is part-filled.

const openLayers = new Map(); // group -> true or false, where the reader has chosen

const mapLayers = () => [...new Set(report.map.nodes.map((node) => node.group))].filter(Boolean);

// node id -> {value, gradient, update}: the share that has arrived after the current step.
function arrivals() {
  const found = new Map(report.map.nodes.map(({ id }) => [id, { value: 0, gradient: 0, update: 0 }]));
  for (const step of report.steps.slice(0, state.index + 1)) {
    for (const { node, what, done = 1, of = 1 } of step.fills ?? []) {
      if (found.has(node)) found.get(node)[what] = done / of;
    }
  }
  return found;
}

const touchedNodes = () => new Set((currentStep().fills ?? []).map(({ node }) => node));

// A layer is open where the reader opened it, or, unasked, where the current step works.
function isLayerOpen(group) {
  if (!group) return true;
  if (openLayers.has(group)) return openLayers.get(group);
  const touched = touchedNodes();
  return report.map.nodes.some((node) => node.group === group && touched.has(node.id));
}

// What is drawn: {id, label, column, row, nodes, parameter, layer}. A closed layer is one item.
function mapItems() {
  const items = [];
  const closed = new Map();
  for (const node of report.map.nodes) {
    if (isLayerOpen(node.group)) {
      const { id, label, column, row, parameter } = node;
      items.push({ id, label, column, row, parameter, nodes: [node], layer: null });
      continue;
    }
    const key = `${node.group} ${node.parameter ? "parameters" : ""}`;
    if (!closed.has(key)) {
      const item = { id: key, label: node.group, nodes: [], layer: node.group };
      Object.assign(item, { column: node.column, row: node.row, parameter: node.parameter });
      closed.set(key, item);
      items.push(item);
    }
    const item = closed.get(key);
    item.nodes.push(node);
    item.column = Math.min(item.column, node.column);
    item.row = Math.min(item.row, node.row);
  }
  return items;
}

// Columns and rows without the gaps that closed layers leave.
function packed(items, field) {
  const used = [...new Set(items.map((item) => item[field]))].sort((a, b) => a - b);
  return new Map(used.map((value, place) => [value, place + 1]));
}

function drawMap() {
  const items = mapItems();
  const tensors = items.filter((item) => !item.parameter);
  const columns = packed(tensors, "column");
  const rows = packed(tensors, "row");
  const shares = arrivals();
  const touched = touchedNodes();
  const pills = new Map();
  const place = (item) => {
    const pill = drawPill(item, shares, touched);
    for (const node of item.nodes) pills.set(node.id, pill);
    return pill;
  };
  const field = tensors.map((item) => {
    const pill = place(item);
    pill.style.gridColumn = columns.get(item.column);
    pill.style.gridRow = rows.get(item.row);
    return pill;
  });
  const focused = document.activeElement?.dataset?.pill;
  byId("map-pills").replaceChildren(...field);
  const parameters = items.filter((item) => item.parameter).map(place);
  byId("map-parameters").replaceChildren(make("span", { text: "parameters:" }), ...parameters);
  drawLayerButtons();
  for (const id of ["map-pills", "map-parameters"]) {
    const current = byId(id).querySelector(".current");
    setTabStop(byId(id), current);
    const again = [...byId(id).querySelectorAll("button")].find((one) => one.dataset.pill === focused);
    if (focused !== undefined) again?.focus();
  }
  drawLines(pills, touched);
  showCurrentPills();
}

// Scroll the map sideways until the current pills are in sight, the first column in sight whole.
function showCurrentPills() {
  const scroll = byId("map-scroll");
  const pills = [...byId("map-pills").children];
  const current = pills.filter((pill) => pill.classList.contains("current"));
  const margin = byId("map-field").offsetLeft;
  const edges = current.flatMap((pill) => [pill.offsetLeft, pill.offsetLeft + pill.offsetWidth]);
  const middle = edges.length > 0 ? (Math.min(...edges) + Math.max(...edges)) / 2 : 0;
  const wanted = Math.max(middle - scroll.clientWidth / 2, 0);
  const starts = pills.map((pill) => pill.offsetLeft).filter((left) => left <= wanted);
  scroll.scrollLeft = starts.length > 0 && wanted > 0 ? Math.max(...starts) + margin : 0;
  hideCutPills();
}

// A pill that is not whole in sight is not shown at all: half a name says nothing.
function hideCutPills() {
  const scroll = byId("map-scroll");
  const frame = scroll.getBoundingClientRect();
  let beyond = 0;
  for (const pill of byId("map-pills").children) {
    const { left, right } = pill.getBoundingClientRect();
    const cut = left < frame.left - 1 || right > frame.right + 1;
    pill.classList.toggle("beyond", cut);
    if (cut) beyond += 1;
  }
  byId("map-more").textContent = beyond > 0 ? `${beyond} more tensors to the sides: scroll, or Tab and arrows` : "";
}

// A name that no pill has room for loses its middle; the pill's title has all of it.
const LONGEST_LABEL = 28;

function shortLabel(label) {
  const letters = [...label];
  if (letters.length <= LONGEST_LABEL) return label;
  return `${letters.slice(0, 15).join("")}…${letters.slice(-12).join("")}`;
}

const PILL_PARTS = ["value", "gradient", "update"];

function drawPill(item, shares, touched) {
  const parts = PILL_PARTS.slice(0, item.parameter ? 3 : 2);
  const mean = (part) => {
    const all = item.nodes.map((node) => shares.get(node.id)[part]);
    return all.reduce((sum, share) => sum + share, 0) / all.length;
  };
  const label = item.layer ? `${item.label} ▸` : shortLabel(item.label);
  const said = [];
  const fills = parts.map((part) => {
    const share = mean(part);
    if (share > 0) said.push(share < 1 ? `${part} ${Math.round(share * 100)}%` : part);
    const fill = make("span", { class: `fill ${part}`, "aria-hidden": "true" });
    fill.style.width = `${(100 * share) / parts.length}%`;
    fill.style.left = `${(100 * parts.indexOf(part)) / parts.length}%`;
    return fill;
  });
  const name = item.layer ?? item.nodes[0].id;
  const title = `${name}: ${said.join(", ") || "nothing yet"}`;
  const pill = make("button", { type: "button", class: "pill", title, "aria-label": title }, ...fills);
  pill.append(make("span", { class: "pill-label", text: label }));
  pill.dataset.pill = item.id;
  if (item.layer) pill.classList.add("layer");
  if (item.nodes.some((node) => touched.has(node.id))) pill.classList.add("current");
  if (mean("gradient") > 0 && mean("gradient") < 1) pill.classList.add("pending");
  pill.addEventListener("click", () => (item.layer ? openLayer(item.layer, true) : visit(item.id)));
  return pill;
}

// Go to the next step that fills this tensor; after the last of them, to the first again.
function visit(id) {
  const fills = (step) => (step.fills ?? []).some(({ node }) => node === id);
  const places = report.steps.map((step, index) => (fills(step) ? index : -1)).filter((at) => at >= 0);
  if (places.length > 0) goTo(places.find((at) => at > state.index) ?? places[0]);
}

function openLayer(group, open) {
  openLayers.set(group, open);
  drawMap();
}

function drawLayerButtons() {
  const focused = document.activeElement?.dataset?.layer;
  const buttons = mapLayers().map((group) => {
    const open = isLayerOpen(group);
    const button = make("button", { type: "button", "aria-expanded": String(open) });
    button.textContent = `${open ? "▾" : "▸"} ${group}`;
    button.dataset.layer = group;
    button.addEventListener("click", () => openLayer(group, !open));
    return button;
  });
  byId("map-groups").replaceChildren(...buttons);
  setTabStop(byId("map-groups"));
  if (focused !== undefined) buttons.find((one) => one.dataset.layer === focused)?.focus();
}

function buildMap() {
  byId("map-scroll").addEventListener("scroll", hideCutPills);
  oneTabStop(byId("map-pills"), "button", ALL_ARROWS);
  oneTabStop(byId("map-parameters"), "button", ALL_ARROWS);
  oneTabStop(byId("map-groups"), "button", ALL_ARROWS);
  const legend = [["value", "value"], ["gradient", "gradient"], ["update", "updated"]];
  for (const [part, text] of legend) {
    byId("map-legend").append(make("span", { class: `swatch ${part}` }), make("span", { text }));
  }
}
