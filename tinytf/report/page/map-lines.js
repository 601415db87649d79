// The lines of the map, from each tensor to those made of it.

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
  const lines = [...drawn.values()].map(({ start, end, bright }) => {
    const line = document.createElementNS(svg.namespaceURI, "path");
    line.setAttribute("d", curve(start, end));
    line.setAttribute("class", bright ? "bright" : "");
    return line;
  });
  // Its size is that of the pills, so that the lines never make the field larger.
  svg.setAttribute("width", String(byId("map-pills").offsetWidth));
  svg.setAttribute("height", String(byId("map-pills").offsetHeight));
  svg.replaceChildren(...lines);
}

// From the right edge of one pill to the left edge of the other; a line that would run through the
// pills between them goes below them instead.
function curve(start, end) {
  const x0 = start.offsetLeft + start.offsetWidth;
  const y0 = start.offsetTop + start.offsetHeight / 2;
  const x1 = end.offsetLeft;
  const y1 = end.offsetTop + end.offsetHeight / 2;
  const gap = x1 - x0;
  if (gap > 0 && gap < start.offsetWidth) {
    const bend = gap / 2;
    return `M${x0},${y0} C${x0 + bend},${y0} ${x1 - bend},${y1} ${x1},${y1}`;
  }
  const [left, right] = [start.offsetLeft + start.offsetWidth / 2, x1 + end.offsetWidth / 2];
  const [top, bottom] = [start.offsetTop + start.offsetHeight, end.offsetTop + end.offsetHeight];
  const deep = Math.max(top, bottom) + Math.min(12 + Math.abs(right - left) / 30, 40);
  return `M${left},${top} C${left + 30},${deep} ${right - 30},${deep} ${right},${bottom}`;
}
