// A gradient that several consumers send to: which of them have sent, and "before + this = now".

// The sums of a step: none, one, or several (a step that sends to more than one such tensor).
const sumsOf = (step) => (step.sum ? [step.sum].flat() : []);

// "∂x is a sum: ✓ via the residual, via q (now), via k, via v"
function drawChips(sum) {
  const chips = sum.parts.map(({ consumer, done, this: now }) => {
    const className = now ? "chip now" : done ? "chip done" : "chip";
    const said = now ? `${consumer} (now)` : done ? `✓ ${consumer}` : consumer;
    return make("li", { class: className, text: said });
  });
  const words = make("span", { text: `${sum.label} is a sum:` });
  return make("div", { class: "sum-chips" }, words, make("ul", {}, ...chips));
}

// The three matrices share one colour scale, or the eye could not add them up. The cell that is
// chosen in the contribution's own equation is followed into the sum.
function drawSum(sum, contribution) {
  const row = {
    kind: "add",
    formula: null,
    out: sum.now,
    operands: sum.before ? [sum.before, sum.this] : [sum.this],
  };
  const equation = equationOf(row);
  const range = Math.max(...[equation.out, ...equation.operands].map((view) => view.range()));
  const final = sum.number === sum.of;
  const now = `now (${sum.number} of ${sum.of}, ${final ? "final" : "not final"})`;
  const before = `before (${sum.number - 1} of ${sum.of})`;
  const operands = sum.before ? [before, "this contribution"] : ["this contribution, the first"];
  drawEquation(equation, { range, notes: { out: now, operands }, resultLast: true });
  equation.element.classList.add("sum");
  const follow = (i, j) => {
    equation.result.setStop(i, j);
    selectCell(equation, i, j);
  };
  const { rows, cols } = contribution.out;
  if (rows === equation.out.rows && cols === equation.out.cols) {
    follow(...contribution.chosen);
    contribution.onSelect = follow;
  }
  equation.element.prepend(make("p", { class: "about", text: "add it up:" }));
  return equation;
}
