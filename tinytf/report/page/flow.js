// Gradient flow: how large the gradients are from layer to layer, and how much each weight moves.

function drawFlow() {
  const panel = byId("panel-flow");
  const head = make("div", { class: "step-head" }, make("h2", { text: "Gradient flow" }));
  const words =
    "The root mean square (RMS) of every gradient, and the length of each update against the " +
    "length of its weight. Both scales are logarithmic: each line is ten times the line before.";
  head.append(make("p", { text: words }));
  const charts = make("div", { class: "charts" });
  charts.append(
    flowChart("Gradient RMS", (part) => real(part.grad_rms)),
    flowChart("|update| / |weight|", (part) => real(part.update_ratio)),
  );
  panel.replaceChildren(head, charts);
}

const isNumber = (x) => x !== null && x !== undefined && !Number.isNaN(x);

// At most so many powers of ten: a gradient that is 0 but for rounding (that of the keys' bias) would
// press all the others against the right end. Its bar is a mere stroke; its number is written out.
const DECADES = 8;

// Bars from the smallest whole power of ten. Layers without such a number are left out.
function flowChart(title, number) {
  const rows = report.flow.flatMap(({ layer, parts }) =>
    parts.map((part) => ({ layer, name: part.name, value: number(part) })),
  ).filter(({ value }) => isNumber(value));
  const sizes = rows.map(({ value }) => value).filter((value) => value > 0 && Number.isFinite(value));
  // a little below the smallest, so that its bar can be seen
  const lowest = sizes.length > 0 ? Math.floor(Math.log10(Math.min(...sizes)) - 0.2) : 0;
  const high = sizes.length > 0 ? Math.max(Math.ceil(Math.log10(Math.max(...sizes))), lowest + 1) : 1;
  const low = Math.max(lowest, high - DECADES);
  const chart = make("table", { class: "flow" }, make("caption", { text: title }));
  const body = make("tbody");
  let before = null;
  for (const { layer, name, value } of rows) {
    if (layer !== before) {
      const heading = cut("th", layer, { scope: "rowgroup", colspan: "3" });
      body.append(make("tr", { class: "layer" }, heading));
      before = layer;
    }
    body.append(flowRow(name, value, low, high));
  }
  body.append(axisRow(low, high));
  chart.append(body);
  return chart;
}

function flowRow(name, value, low, high) {
  const bar = make("span", { class: "flow-bar" });
  const share = value > 0 ? (Math.log10(value) - low) / (high - low) : 0;
  bar.style.width = `${100 * Math.min(Math.max(share, 0.01), 1)}%`;
  const track = make("div", { class: "track" }, value === 0 ? "" : bar);
  track.style.backgroundSize = `${100 / (high - low)}% 100%`;
  return make(
    "tr",
    {},
    cut("th", name, { scope: "row" }),
    make("td", {}, track),
    make("td", { class: "number", text: value === 0 ? "0" : fourDigits(value) }),
  );
}

// The powers of ten under the bars: both ends, and the middle where it is a whole power.
function axisRow(low, high) {
  const ends = make("div", { class: "axis", "aria-hidden": "true" });
  for (const power of [low, high]) {
    ends.append(make("span", { text: withMinus(`1e${power}`) }));
  }
  return make("tr", {}, make("th", {}), make("td", {}, ends), make("td", {}));
}
