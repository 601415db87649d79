// One equation: the formula, its matrices in the formula's order, and the arithmetic of one cell.

const ADDS = "⊕="; // in a formula: a contribution to a sum
const WRITTEN_TERMS = 19; // longer sums are a table instead of a line

// The views of a row of a step. An operand may be null (a norm without a mean): it is left out.
function equationOf(row) {
  const operands = row.operands.map((view) => (view ? new View(view) : null));
  return { row, out: new View(row.out), operands, partial: row.options?.partial ?? null };
}

// What is drawn between the matrices: "=" and the kind's own signs.
function signBefore(row, n) {
  const kind = KINDS[row.kind];
  const own = kind.before ? kind.before(n, row.options ?? {}) : n === 0 ? "" : ",";
  if (n > 0) return own;
  const lead = kind.leadOf ? kind.leadOf(row.options ?? {}) : (kind.lead ?? "");
  const scale = real(row.scale ?? 1);
  const times = scale === 1 ? "" : `${fourDigits(scale)} ×`;
  return [times, lead, own].filter((part) => part !== "").join(" ");
}

// Draws an equation; `matrices` collects what was drawn, for the numbers switch and the self-test.
// resultLast puts "before + this = now" in the order of the sum.
function drawEquation(equation, { range = null, notes = {}, resultLast = false } = {}) {
  const { row, out, operands } = equation;
  const shown = [out, ...operands].filter((view) => view !== null);
  const small = shown.some(isSmall);
  const line = make("div", { class: "equation" });
  const arithmetic = make("div", { class: "arithmetic", role: "status" });
  const sources = [];

  const result = drawMatrix(out, {
    range,
    small,
    note: notes.out ?? null,
    onSelect: (i, j) => selectCell(equation, i, j),
  });
  const sign = (text) => make("span", { class: text.length > 2 ? "sign words" : "sign", text });
  // A sign stays on the line of the matrix that it stands before.
  const signed = (text, matrix) =>
    make("div", { class: "signed" }, ...(text === "" ? [] : [sign(text)]), matrix.element);
  const places = [];
  operands.forEach((view, n) => {
    if (view === null) return sources.push(null);
    const matrix = drawMatrix(view, { range, small, note: notes.operands?.[n] ?? null });
    sources.push(matrix);
    const equals = places.length === 0 && !resultLast ? "=" : "";
    places.push(signed(`${equals} ${signBefore(row, n)}`.trim(), matrix));
  });
  if (resultLast) line.append(...places, signed("=", result));
  else line.append(result.element, ...places);

  Object.assign(equation, { result, sources, arithmetic });
  const [i, j] = row.options?.select ?? out.largestCell();
  result.setStop(i, j);
  selectCell(equation, i, j);
  const element = make("div", { class: "row" });
  if (row.formula) {
    element.append(make("h3", { class: "formula", text: row.formula }));
  }
  if (row.formula?.includes(ADDS)) {
    const words = `${ADDS} adds this to what other steps send to the same gradient.`;
    element.append(make("p", { class: "about", text: words }));
  }
  if (row.options?.text) element.append(make("p", { class: "about", text: row.options.text }));
  element.append(line);
  if (equation.partial) element.append(make("p", { class: "partial", text: partialWords(equation) }));
  else element.append(arithmetic);
  equation.element = element;
  return equation;
}

const partialWords = (equation) =>
  `${equation.partial}: the numbers that are left out are part of the sum, ` +
  "so it is not added up here.";

// Choose a cell of the result: ring the cells it came from and write its arithmetic.
function selectCell(equation, i, j) {
  const { result, sources } = equation;
  result.select(i, j);
  equation.chosen = [i, j];
  for (const matrix of sources) {
    for (const cell of matrix?.ring ?? []) cell.classList.remove("ringed");
    if (matrix) matrix.ring = [];
  }
  if (equation.partial) return;
  const explanation = explain(equation, i, j);
  for (const { n, i: row, j: col } of sourcesOf(explanation)) {
    const cell = sources[n].cells[row][col];
    cell.classList.add("ringed");
    sources[n].ring.push(cell);
  }
  writeArithmetic(equation, i, j, explanation);
  revealSources(equation);
  equation.onSelect?.(i, j);
}

// The chosen cell and the first of those it came from, in matrices too large to be seen whole.
function revealSources({ result, sources }) {
  if (!result.element.isConnected) return;
  if (result.selected) reveal(result, result.selected);
  for (const matrix of sources) if (matrix && matrix.ring.length > 0) reveal(matrix, matrix.ring[0]);
}

function writeArithmetic(equation, i, j, explanation) {
  const { arithmetic, out } = equation;
  if (explanation.terms.length <= WRITTEN_TERMS) {
    arithmetic.replaceChildren(writeLine(equation, i, j, explanation));
    return;
  }
  const scale = explanation.scale === 1 ? "" : `${fourDigits(explanation.scale)} × `;
  const result = fourDigits(out.at(i, j));
  const words = `${out.place(i, j)} = ${scale}sum of ${explanation.terms.length} products`;
  const shape = explanation.open ? " and what stands around it (the formula above)" : "";
  const head = make("p", { text: `${words}${shape} ≈ ${result}` });
  arithmetic.replaceChildren(head, termTable(equation, explanation));
}

// A long sum as a table: a line for each product, with the labels of the cells it came from.
function termTable(equation, explanation) {
  const body = make("tbody");
  for (const one of [...explanation.terms, ...explanation.tail]) {
    const pen = new Pen();
    const from = one.cells.map(({ n, i, j }) => equation.operands[n].place(i, j)).join(" × ");
    const write = explanation.writeTerm ?? writeProduct;
    const product = `${one.sign < 0 ? MINUS : ""}${write(one, pen)}`;
    const value = fourDigits(one.value);
    body.append(
      make("tr", {}, ...[from, product, value].map((text) => make("td", { text }))),
    );
  }
  const heads = ["cells", "product", "value"].map((text) => make("th", { scope: "col", text }));
  const table = make("table", { class: "terms" }, make("thead", {}, make("tr", {}, ...heads)), body);
  const label = "The products of the chosen cell";
  return make("div", { class: "term-scroll", tabindex: "0", role: "group", "aria-label": label }, table);
}
