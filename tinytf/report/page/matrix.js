// One matrix as a table with labels on both sides, a title, and its colour scale.

const WIDEST = 19; // more columns than this: small cells without numbers
const TALLEST = 32; // and more rows than this

const isSmall = (view) => view.cols > WIDEST || view.rows > TALLEST;

const KIND_WORDS = {
  value: "value",
  gradient: "gradient",
  parameter: "parameter",
  update: "update",
  probability: "probability",
};

// Draws a view. Options: range (colour scale; null for the view's own), small (cells without
// numbers), note (a line such as "before (1 of 4)"), onSelect(i, j) for a matrix whose cells can be
// chosen. Returns {element, ring(cells), select(i, j), showNumbers(on)}.
function drawMatrix(view, { range = null, small = isSmall(view), note = null, onSelect } = {}) {
  const scale = range ?? view.range();
  const table = make("table", { role: "grid", class: "cells", "aria-label": gridLabel(view) });
  const body = make("tbody");
  const cells = [];
  for (let i = 0; i < view.rows; i += 1) {
    const row = [];
    for (let j = 0; j < view.cols; j += 1) row.push(drawCell(view, i, j, scale));
    cells.push(row);
    body.append(make("tr", {}, cut("th", view.rowLabels[i], { scope: "row" }), ...row));
  }
  table.append(columnHeads(view, small), body);

  const readout = make("span", { class: "readout" });
  const legend = make("div", { class: "foot" }, drawScale(scale, view.kind), readout);
  const scroll = make("div", { class: "scroll" }, table);
  const head = drawCaption(view, note);
  const element = make("figure", { class: `matrix ${view.kind}` }, head, scroll, legend);
  if (small) element.classList.add("small");
  if (view.rows > 14) element.classList.add("tall");

  const matrix = { element, scroll, view, cells, small, ring: [], selected: null };
  matrix.select = (i, j) => {
    matrix.selected?.classList.remove("selected");
    matrix.selected?.setAttribute("aria-selected", "false");
    matrix.selected = cells[i][j];
    matrix.selected.classList.add("selected");
    matrix.selected.setAttribute("aria-selected", "true");
  };
  walkCells(matrix, table, readout, onSelect);
  showNumbers(matrix, state.numbers);
  return matrix;
}

const gridLabel = (view) =>
  `${view.title}, ${view.rows} by ${view.cols}; rows: ${view.rowAxis}; columns: ${view.colAxis}`;

function columnHeads(view, small) {
  const heads = view.colLabels.map((label) => cut("th", label, { scope: "col" }));
  const longest = Math.max(...view.colLabels.map((label) => label.length));
  const className = longest > (small ? 2 : 7) ? "upright" : null;
  return make("thead", { class: className }, make("tr", {}, make("td", {}), ...heads));
}

function drawCaption(view, note) {
  const { about } = view;
  const title = `${view.title} [${view.of[0]}×${view.of[1]}]`;
  const first = make("div", { class: "line" }, cut("b", title), drawCheck(about.check));
  const caption = make("figcaption", {}, first);
  const named = about.name === about.title ? "" : ` · ${about.name}`;
  caption.append(cut("div", note ?? `${KIND_WORDS[view.kind]}${named}`, { class: "meta" }));
  caption.append(cut("div", `↓ ${view.rowAxis} → ${view.colAxis}`, { class: "meta axes" }));
  const cropped = croppedWords(view);
  if (cropped) caption.append(make("div", { class: "cropped", text: cropped }));
  return caption;
}

function croppedWords(view) {
  const parts = [];
  if (view.rows < view.of[0]) parts.push(`${view.rows} of ${view.of[0]} rows`);
  if (view.cols < view.of[1]) parts.push(`${view.cols} of ${view.of[1]} columns`);
  return parts.length > 0 ? `showing ${parts.join(", ")}` : null;
}

const CHECK_LIMIT = 1e-8; // what a gradient must agree with complex-step to

function drawCheck(check) {
  if (!check) return "";
  const error = real(check.error);
  const good = error <= CHECK_LIMIT;
  const words = `${good ? "✓" : "✗"} numeric ${shortNumber(error)}`;
  const title = `relative error against the complex-step derivative: ${fourDigits(error)}`;
  return make("span", { class: good ? "check" : "check wrong", text: words, title });
}

function drawCell(view, i, j, scale) {
  const value = view.at(i, j);
  const masked = view.masked(i, j);
  const cell = make("td", { role: "gridcell", tabindex: "-1" });
  const said = masked ? "masked" : shortNumber(value);
  const place = `row ${view.rowLabels[i]}, column ${view.colLabels[j]}`;
  cell.setAttribute("aria-label", `${view.title}, ${place}: ${said}`);
  if (masked) {
    cell.className = "masked";
  } else {
    const colour = cellColour(value, scale, view.kind);
    cell.style.backgroundColor = css(colour);
    cell.style.color = inkOn(colour);
  }
  return cell;
}

// Numbers, or only what the colour cannot say for sure: the minus sign, and a dot for exactly 0.
function showNumbers(matrix, on) {
  const { view } = matrix;
  matrix.cells.forEach((row, i) => {
    row.forEach((cell, j) => {
      const value = view.at(i, j);
      if (on && !matrix.small) cell.textContent = view.masked(i, j) ? "" : shortNumber(value);
      else if (view.masked(i, j)) cell.textContent = "";
      else cell.textContent = value < 0 ? MINUS : value === 0 ? "·" : "";
    });
  });
}

// Scroll a matrix, and nothing around it, until a cell of it is in sight.
function reveal({ scroll }, cell) {
  const place = cell.getBoundingClientRect();
  const frame = scroll.getBoundingClientRect();
  const margin = 90; // more than the labels, which stay in place over the scrolled cells
  if (place.right > frame.right) scroll.scrollLeft += place.right - frame.right;
  else if (place.left < frame.left + margin) scroll.scrollLeft -= frame.left + margin - place.left;
  if (place.bottom > frame.bottom) scroll.scrollTop += place.bottom - frame.bottom;
  else if (place.top < frame.top + margin) scroll.scrollTop -= frame.top + margin - place.top;
}

// The arrow keys inside a matrix, and the exact number of the cell under the pointer or the focus.
function walkCells(matrix, table, readout, onSelect) {
  const { view, cells } = matrix;
  cells[0][0].tabIndex = 0;
  let stop = cells[0][0];
  const place = (cell) => [cell.parentNode.sectionRowIndex, cell.cellIndex - 1];
  const show = (i, j) => {
    const said = view.masked(i, j) ? "masked" : fourDigits(view.at(i, j));
    readout.textContent = `[${inLine(view.rowLabels[i])}, ${inLine(view.colLabels[j])}] ${said}`;
    readout.title = readout.textContent;
  };
  const enter = (cell) => {
    const [i, j] = place(cell);
    stop.tabIndex = -1;
    stop = cell;
    cell.tabIndex = 0;
    show(i, j);
    onSelect?.(i, j);
  };
  matrix.setStop = (i, j) => {
    stop.tabIndex = -1;
    stop = cells[i][j];
    stop.tabIndex = 0;
  };
  table.addEventListener("focusin", (event) => enter(event.target.closest("td")));
  table.addEventListener("mouseover", (event) => {
    const cell = event.target.closest("tbody td");
    if (cell) show(...place(cell));
  });
  table.addEventListener("keydown", (event) => {
    const way = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const step = way[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const [i, j] = place(event.target);
    const row = Math.min(Math.max(i + step[0], 0), view.rows - 1);
    const col = Math.min(Math.max(j + step[1], 0), view.cols - 1);
    cells[row][col].focus();
  });
}
