// How one cell of a result was made: which numbers it came from, and the sum of products that gives
// it. The page writes this out, rings the cells it names, and the self-test adds it up again.

// KINDS[kind] = { explain(operands, i, j, options, scale), before(n, options), ... }; the files
// arithmetic-*.js fill it. `before` is the sign drawn before operand n of the equation.
const KINDS = {};

// A cell of operand n; an operand with one row or one column serves all rows or columns.
function cellOf(operands, n, i, j) {
  const view = operands[n];
  const row = view.rows === 1 ? 0 : i;
  const col = view.cols === 1 ? 0 : j;
  return { n, i: row, j: col, value: view.at(row, col), single: view.single };
}

// A term of a sum: sign * constants * cells.
function term(cells, sign = 1, constants = []) {
  let value = sign;
  for (const constant of constants) value *= constant;
  for (const cell of cells) value *= cell.value;
  return { sign, constants, cells, value };
}

// An explanation: value = scale * (sum of terms) + (sum of tail). `magnitude` is the same sum with
// every product made positive: what rounding errors are measured against.
function sumOf(terms, scale = 1, tail = []) {
  let value = 0;
  let magnitude = 0;
  for (const one of terms) {
    value += one.value;
    magnitude += Math.abs(one.value);
  }
  value *= scale;
  magnitude *= Math.abs(scale);
  for (const one of tail) {
    value += one.value;
    magnitude += Math.abs(one.value);
  }
  return { terms, scale, tail, value, magnitude };
}

// An explanation of another form than a sum of products: `open` and `close` write what stands
// around the terms, `writeTerm` writes one, and `also` names cells outside the terms.
function formOf(terms, value, magnitude, { open, close, writeTerm, also = [] } = {}) {
  return { terms, scale: 1, tail: [], value, magnitude, open, close, writeTerm, also };
}

// The explanation of out[i, j] of one row of a step.
function explain(equation, i, j) {
  const { out, operands, row } = equation;
  const value = out.at(i, j);
  if (out.masked(i, j) && value === -Infinity) {
    return { terms: [], value, magnitude: 0, words: "masked: may not be looked at" };
  }
  const kind = KINDS[row.kind];
  return kind.explain(operands, i, j, row.options ?? {}, real(row.scale ?? 1), out);
}

// Every cell that an explanation used.
function sourcesOf(explanation) {
  const all = [...explanation.terms, ...(explanation.tail ?? [])].flatMap((one) => one.cells);
  return [...all, ...(explanation.also ?? [])];
}

function writeProduct(one, pen) {
  const factors = [...one.constants.map((constant) => pen.factor(constant))];
  for (const cell of one.cells) factors.push(pen.factor(cell.value, cell.single));
  return factors.join("×") || "1";
}

// "0.5 × (a×b + c×d) + e": the right side of the written line, without its result.
function writeExplanation(explanation, pen) {
  const { terms, tail = [], scale = 1, open, close } = explanation;
  const writeTerm = explanation.writeTerm ?? writeProduct;
  let text = "";
  terms.forEach((one, n) => {
    if (one.sign < 0) text += n === 0 ? `${MINUS}` : ` ${MINUS} `;
    else if (n > 0) text += " + ";
    const alone = n === 0 && one.sign > 0 && one.cells.length === 1 && one.constants.length === 0;
    const plain = alone && writeTerm === writeProduct; // no brackets around the first number of a line
    text += plain ? pen.number(one.cells[0].value, one.cells[0].single) : writeTerm(one, pen);
  });
  if (terms.length === 0) text = "0";
  if (open) text = open(pen) + text;
  if (close) text += close(pen);
  if (scale !== 1) text = `${pen.factor(scale)} × (${text})`;
  for (const one of tail) {
    text += ` ${one.sign < 0 ? MINUS : "+"} ${writeProduct(one, pen)}`;
  }
  return text;
}

// The whole line: "q[3 the, 1] = 1.01×0.013 + ... ≈ 0.02667". The sign "≈" says that a number of
// the line is rounded to four digits.
function writeLine(equation, i, j, explanation) {
  const { out } = equation;
  const pen = new Pen();
  if (explanation.words) {
    return `${out.place(i, j)} = ${pen.number(out.at(i, j))} (${explanation.words})`;
  }
  const right = writeExplanation(explanation, pen);
  const result = pen.number(out.at(i, j), out.single);
  if (right === result) return `${out.place(i, j)} ${pen.rounded ? "≈" : "="} ${result}`;
  return `${out.place(i, j)} = ${right} ${pen.rounded ? "≈" : "="} ${result}`;
}
