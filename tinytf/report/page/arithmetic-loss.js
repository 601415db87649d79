// Kinds of equation of the loss: cross-entropy with label smoothing, and its gradient.

// What the loss wants of class v in row i: 1 for the target, or a little for every class.
function wanted(options, i, v, classes) {
  const smoothing = options.smoothing ?? 0;
  const share = smoothing / (options.classes ?? classes);
  return (options.targets[i] === v ? 1 - smoothing : 0) + share;
}

const isIgnored = (options, i) => Boolean(options.ignored && options.ignored[i]);

const ignoredRow = { terms: [], value: 0, magnitude: 0, words: "this target takes no part" };

KINDS.pick_nll = {
  lead: `${MINUS} the target's entry of`,
  explain(operands, i, j, options) {
    if (isIgnored(options, i)) return ignoredRow;
    const terms = [];
    for (let v = 0; v < operands[0].cols; v += 1) {
      const share = wanted(options, i, v, operands[0].cols);
      if (share === 0) continue;
      terms.push(term([cellOf(operands, 0, i, v)], -1, share === 1 ? [] : [share]));
    }
    return sumOf(terms);
  },
};

KINDS.mean_real = {
  lead: "mean of",
  explain(operands, i, j, options) {
    const terms = [];
    for (let k = 0; k < operands[0].rows; k += 1) {
      if (!options.real || options.real[k]) terms.push(term([cellOf(operands, 0, k, 0)]));
    }
    return sumOf(terms, 1 / Math.max(terms.length, 1));
  },
};

// (probs - wanted) * dper_token; operands [probs, dper_token].
KINDS.cross_entropy_grad = {
  before: (n) => (n === 0 ? "" : `${MINUS} the target, ×`),
  explain(operands, i, j, options) {
    if (isIgnored(options, i)) return ignoredRow;
    const gradient = cellOf(operands, 1, i, 0);
    const terms = [term([cellOf(operands, 0, i, j), gradient])];
    const share = wanted(options, i, j, operands[0].cols);
    if (share !== 0) terms.push(term([gradient], -1, share === 1 ? [] : [share]));
    return sumOf(terms);
  },
};
