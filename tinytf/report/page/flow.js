// Gradient flow: how large the gradients are from layer to layer, and how much each weight moves.

function drawFlow() {
  const panel = byId("panel-flow");
  const head = make("div", { class: "step-head" }, make("h2", { text: "Gradient flow" }));
  const words =
    "The root mean square (RMS) of every gradient, and the length of each update against the " +
    "length of its weight. Both scales are logarithmic: each line is ten times the line before. " +
    `A number more than ${DECADES} powers of ten below the largest has no bar: it is below the scale.`;
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
  const body = make("tbody", {}, axisRow(low, high));
  let before = null;
  for (const { layer, name, value } of rows) {
    if (layer !== before) {
      const heading = make("th", { scope: "rowgroup", colspan: "3", text: layer });
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
  const share = value > 0 ? (Math.log10(value) - low) / (high - low) : 0;
  const bar = make("span", { class: "flow-bar" });
  bar.style.width = `${100 * Math.min(Math.max(share, 0), 1)}%`;
  const track = make("div", { class: "track" });
  if (value > 0 && share < 0) track.append(make("span", { class: "below", text: "◂ below the scale" }));
  else if (value !== 0) track.append(bar);
  if (share >= 0) track.append(gridLines(low, high));
  return make(
    "tr",
    {},
    make("th", { scope: "row", text: name }),
    make("td", {}, track),
    make("td", { class: "number", text: value === 0 ? "0" : fourDigits(value) }),
  );
}

// A line for each power of ten, over the bar, so that it can be read off.
function gridLines(low, high) {
  const lines = make("span", { class: "lines", "aria-hidden": "true" });
  for (let power = low; power <= high; power += 1) lines.append(atPower("span", power, low, high));
  return lines;
}

// What the lines mean. Every second one has no number where they stand close together.
function axisRow(low, high) {
  const axis = make("div", { class: "axis", "aria-hidden": "true" });
  const every = high - low > 4 ? 2 : 1;
  for (let power = high; power >= low; power -= every) {
    const label = atPower("span", power, low, high);
    label.append("10", make("sup", { text: withMinus(`${power}`) }));
    axis.append(label);
  }
  return make("tr", {}, make("th", {}), make("td", {}, axis), make("td", {}));
}

function atPower(tag, power, low, high) {
  const mark = make(tag);
  mark.style.left = `${(100 * (power - low)) / (high - low)}%`;
  return mark;
}
