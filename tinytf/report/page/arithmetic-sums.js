// Kinds of equation that are sums of products: products of matrices, sums, means, gathers.

KINDS.matmul = {
  before: (n) => ["", "·", "+"][n], // a third operand is added, such as the bias
  explain(operands, i, j, options, scale) {
    const terms = [];
    for (let k = 0; k < operands[0].cols; k += 1) {
      terms.push(term([cellOf(operands, 0, i, k), cellOf(operands, 1, k, j)]));
    }
    return sumOf(terms, scale, operands[2] ? [term([cellOf(operands, 2, i, j)])] : []);
  },
};

KINDS.add = {
  before: (n, options) => (options.signs && options.signs[n] < 0 ? MINUS : n === 0 ? "" : "+"),
  explain(operands, i, j, options, scale) {
    const signs = options.signs ?? operands.map(() => 1);
    return sumOf(operands.map((_, n) => term([cellOf(operands, n, i, j)], signs[n])), scale);
  },
};

KINDS.multiply = {
  before: (n) => (n === 0 ? "" : "×"),
  explain(operands, i, j, options, scale) {
    const cells = operands.map((_, n) => cellOf(operands, n, i, j));
    return sumOf([term(cells, 1, scale === 1 ? [] : [scale])]);
  },
};

KINDS.divide = {
  before: (n) => (n === 0 ? "" : "÷"),
  explain(operands, i, j, options, scale) {
    const above = cellOf(operands, 0, i, j);
    const below = cellOf(operands, 1, i, j);
    const value = (scale * above.value) / below.value;
    const terms = [term([above], 1, scale === 1 ? [] : [scale])];
    const close = (pen) => ` ÷ ${pen.factor(below.value, below.single)}`;
    return formOf(terms, value, Math.abs(value), { close, also: [below] });
  },
};

KINDS.sum_rows = {
  lead: "column sums of",
  explain(operands, i, j, options, scale) {
    const terms = [];
    for (let k = 0; k < operands[0].rows; k += 1) terms.push(term([cellOf(operands, 0, k, j)]));
    return sumOf(terms, scale);
  },
};

function rowSum(operands, i, scale) {
  const terms = [];
  const length = Math.max(...operands.map((view) => view.cols));
  for (let k = 0; k < length; k += 1) {
    terms.push(term(operands.map((_, n) => cellOf(operands, n, i, k))));
  }
  return sumOf(terms, scale);
}

KINDS.sum_cols = {
  lead: "row sums of",
  explain: (operands, i, j, options, scale) => rowSum(operands, i, scale),
};

KINDS.mean_cols = {
  lead: "row means of",
  explain: (operands, i, j, options, scale) => rowSum(operands, i, scale / operands[0].cols),
};

KINDS.dot_rows = {
  lead: "row sums of",
  before: (n) => (n === 0 ? "" : "×"),
  explain: (operands, i, j, options, scale) => rowSum(operands, i, scale),
};

KINDS.lookup = {
  lead: "rows of",
  explain(operands, i, j, options) {
    const id = options.ids[i];
    const row = options.rows ? options.rows.indexOf(id) : id;
    return sumOf([term([cellOf(operands, 0, row, j)])]);
  },
};

KINDS.scatter_add = {
  lead: "rows of the same token, added up:",
  explain(operands, i, j, options) {
    const id = options.row_ids ? options.row_ids[i] : i;
    const terms = [];
    options.ids.forEach((one, k) => {
      if (one === id) terms.push(term([cellOf(operands, 0, k, j)]));
    });
    return sumOf(terms);
  },
};

// The operands side by side (options.stack "columns", the usual) or one below the other ("rows");
// of these, the part that begins at options.row_start, options.col_start.
KINDS.copy = {
  lead: "copy of",
  before: (n) => (n === 0 ? "" : "|"),
  explain(operands, i, j, options) {
    let row = i + (options.row_start ?? 0);
    let col = j + (options.col_start ?? 0);
    let n = 0;
    const down = options.stack === "rows";
    while (n < operands.length - 1 && (down ? row >= operands[n].rows : col >= operands[n].cols)) {
      if (down) row -= operands[n].rows;
      else col -= operands[n].cols;
      n += 1;
    }
    return sumOf([term([cellOf(operands, n, row, col)])]);
  },
};
