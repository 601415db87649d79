// The lines of the map, from each tensor to those made of it. They run between the rows and columns of
// pills and never behind one.

const NEAR = 40; // pixels: the next column
const ROW_GAP = 9; // pixels, that of #map-pills
const BESIDE = 8; // from a pill to the line that passes it

function drawLines(pills, touched) {
  const svg = byId("map-lines");
  const field = byId("map-field");
  const drawn = new Map(); // the pills of a closed layer share their lines
  for (const [from, to] of report.map.edges) {
    const [start, end] = [pills.get(from), pills.get(to)];
    if (!start || !end || start === end || !field.contains(start) || !field.contains(end)) continue;
    const key = `${start.dataset.pill} ${end.dataset.pill}`;
    const bright = touched.has(from) || touched.has(to);
    drawn.set(key, { start, end, bright: bright || drawn.get(key)?.bright });
  }
  const all = [...drawn.values()].sort((a, b) => Number(Boolean(a.bright)) - Number(Boolean(b.bright)));
  const lines = all.map(({ start, end, bright }) => {
    const line = document.createElementNS(svg.namespaceURI, "path");
    line.setAttribute("d", path(start, end));
    line.setAttribute("class", bright ? "bright" : "");
    return line;
  });
  // Its size is that of the pills, so that the lines never make the field larger.
  svg.setAttribute("width", String(byId("map-pills").offsetWidth));
  svg.setAttribute("height", String(byId("map-pills").offsetHeight));
  svg.replaceChildren(...lines);
}

// From the right edge of one pill to the left edge of the other: straight over to the next column, or
// through the gap beside the row of the first pill.
function path(start, end) {
  const x0 = start.offsetLeft + start.offsetWidth;
  const y0 = start.offsetTop + start.offsetHeight / 2;
  const x1 = end.offsetLeft;
  const y1 = end.offsetTop + end.offsetHeight / 2;
  const gap = x1 - x0;
  if (gap > 0 && gap < NEAR) {
    const bend = gap / 2;
    return `M${x0},${y0} C${x0 + bend},${y0} ${x1 - bend},${y1} ${x1},${y1}`;
  }
  const half = start.offsetHeight / 2 + ROW_GAP / 2;
  const lane = y0 + (y1 < y0 ? -half : half);
  return `M${x0},${y0} L${x0 + BESIDE},${lane} L${x1 - BESIDE},${lane} L${x1},${y1}`;
}
