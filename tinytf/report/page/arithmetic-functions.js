// Kinds of equation with a function in them: activations, softmax, normalisation, rotation.

const namedFunction = (options) => {
  const found = FUNCTIONS[options.name];
  if (!found) throw new Error(`function ${options.name}: not known to this page`);
  return found;
};

KINDS.function = {
  leadOf: (options) => `${options.name} of`,
  explain(operands, i, j, options, scale) {
    const f = namedFunction(options);
    const eps = options.eps ?? 0;
    const cell = cellOf(operands, 0, i, j);
    const value = scale * f.value(cell.value, eps);
    const spread = Math.abs(scale) * sensitivity((x) => f.value(x, eps), cell.value);
    const writeTerm = (one, pen) => {
      const times = scale === 1 ? "" : `${pen.factor(scale)} × `;
      return times + f.words(pen.factor(cell.value, cell.single), pen.number(eps));
    };
    return formOf([term([cell])], value, Math.abs(value) + spread, { writeTerm });
  },
};

KINDS.function_grad = {
  before: (n) => (n === 0 ? "" : "× slope at"),
  explain(operands, i, j, options, scale) {
    const f = namedFunction(options);
    const eps = options.eps ?? 0;
    const gradient = cellOf(operands, 0, i, j);
    const x = cellOf(operands, 1, i, j);
    const slope = f.slope(x.value, eps);
    const spread = sensitivity((at) => f.slope(at, eps), x.value);
    const magnitude = Math.abs(scale * gradient.value) * (Math.abs(slope) + spread);
    const terms = [term([gradient], 1, scale === 1 ? [] : [scale])];
    const close = (pen) =>
      ` × ${f.slopeWords(pen.factor(x.value, x.single), pen.number(eps))}`;
    return formOf(terms, scale * gradient.value * slope, magnitude, { close, also: [x] });
  },
};

// The exponentials of a row, its largest number taken off first, and their total.
function exponentials(operands, i) {
  let largest = -Infinity;
  const view = operands[0];
  for (let k = 0; k < view.cols; k += 1) largest = Math.max(largest, view.at(i, k));
  const shift = largest === -Infinity ? 0 : largest;
  let total = 0;
  const terms = [];
  for (let k = 0; k < view.cols; k += 1) {
    const cell = cellOf(operands, 0, i, k);
    const value = Math.exp(cell.value - shift);
    total += value;
    terms.push({ sign: 1, constants: [], cells: [cell], value });
  }
  return { shift, total, terms };
}

const writeExponential = (cell, shift, pen) =>
  `exp(${pen.number(cell.value, cell.single)} ${MINUS} ${pen.factor(shift)})`;

KINDS.softmax = {
  lead: "softmax of each row of",
  explain(operands, i, j) {
    const { shift, total, terms } = exponentials(operands, i);
    const value = total === 0 ? 0 : terms[j].value / total;
    const magnitude = value * (1 + Math.abs(shift) + Math.abs(finite(terms[j].cells[0].value)));
    const open = (pen) => `${writeExponential(terms[j].cells[0], shift, pen)} ÷ (`;
    const close = () => ")";
    const writeTerm = (one, pen) => writeExponential(one.cells[0], shift, pen);
    return formOf(terms, value, magnitude, { open, close, writeTerm });
  },
};

const finite = (x) => (Number.isFinite(x) ? x : 0);

KINDS.log_softmax = {
  lead: "log of softmax of each row of",
  explain(operands, i, j) {
    const { shift, total, terms } = exponentials(operands, i);
    const cell = terms[j].cells[0];
    const value = cell.value - shift - Math.log(total);
    const magnitude = Math.abs(finite(cell.value)) + Math.abs(shift) + Math.log(total) + 1;
    const open = (pen) =>
      `${pen.number(cell.value, cell.single)} ${MINUS} ${pen.factor(shift)} ${MINUS} log(`;
    const close = () => ")";
    const writeTerm = (one, pen) => writeExponential(one.cells[0], shift, pen);
    return formOf(terms, value, magnitude, { open, close, writeTerm });
  },
};

// P * (D - rowsum(D * P)); operands [P, D].
KINDS.softmax_grad = {
  before: (n) => (n === 0 ? "" : "× (the row of, less its mean under the pattern)"),
  explain(operands, i, j) {
    const p = cellOf(operands, 0, i, j);
    const d = cellOf(operands, 1, i, j);
    const { terms, value, magnitude } = rowSum(operands, i, 1);
    const open = (pen) =>
      `${pen.factor(p.value, p.single)} × (${pen.number(d.value, d.single)} ${MINUS} (`;
    const size = Math.abs(p.value) * (Math.abs(d.value) + magnitude);
    const parts = { open, close: () => "))", also: [p, d] };
    return formOf(terms, p.value * (d.value - value), size, parts);
  },
};

// rstd dnormed + (dmean - normed rstd^2 drstd) / n; operands [dnormed, normed, rstd, dmean, drstd].
// RMS normalisation has no mean: its fourth operand is null, and so is its place in the equation.
KINDS.norm_grad = {
  before: (n) => (n === 0 ? "" : "with"),
  explain(operands, i, j, options) {
    const cell = (n) => cellOf(operands, n, i, j);
    const n = options.n ?? operands[0].cols; // a crop shows fewer features than there are
    const terms = [term([cell(2), cell(0)])];
    if (operands[3]) terms.push(term([cell(3)], 1, [1 / n]));
    terms.push(term([cell(1), cell(2), cell(2), cell(4)], -1, [1 / n]));
    return sumOf(terms);
  },
};

// RoPE: feature j turns with its partner half a row away; operands [x, cos, sin].
KINDS.rotate = {
  lead: "turned by its position's angle:",
  before: (n) => (n === 0 ? "" : n === 1 ? "with cosines" : "and sines"),
  explain(operands, i, j, options) {
    const half = operands[0].cols / 2;
    const first = j < half;
    const angle = operands[1].cols === operands[0].cols ? j : j % half;
    const own = [cellOf(operands, 0, i, j), cellOf(operands, 1, i, angle)];
    const partner = [cellOf(operands, 0, i, first ? j + half : j - half)];
    partner.push(cellOf(operands, 2, i, angle));
    const sign = (first ? -1 : 1) * (options.inverse ? -1 : 1);
    return sumOf([term(own), term(partner, sign)]);
  },
};
