// The self-test: opened with "#selftest", the page walks through every step, makes every cell of
// every equation again from the numbers it shows, and writes what it found into the page.

const WORST_ALLOWED = 1e-5; // relative to the sum of absolute products: the numbers are 32-bit floats
const LISTED_FAILURES = 50;

// How far a remade value is from the shown one. Equal infinities are equal; NaN never passes.
function relativeError(remade, shown, magnitude) {
  if (remade === shown) return 0;
  const size = Math.max(magnitude, Math.abs(shown));
  return Math.abs(remade - shown) / size;
}

function testEquation(equation, where, result) {
  const { out } = equation;
  for (let i = 0; i < out.rows; i += 1) {
    for (let j = 0; j < out.cols; j += 1) {
      result.cells += 1;
      const { value, magnitude, terms } = explain(equation, i, j);
      result.products += terms.length;
      const error = relativeError(value, out.at(i, j), magnitude);
      if (error > result.worst.error) result.worst = { error, ...where, cell: [i, j] };
      if (error <= WORST_ALLOWED) continue;
      const failure = { ...where, cell: [i, j], shown: `${out.at(i, j)}`, remade: `${value}` };
      addFailure(result, { ...failure, error: `${error}` });
    }
  }
}

function addFailure(result, failure) {
  result.failed += 1;
  if (result.failures.length < LISTED_FAILURES) result.failures.push(failure);
}

// The tables on the page hold the numbers that were tested, and not others.
function testTables(equation, where, result) {
  for (const matrix of [equation.result, ...equation.sources]) {
    if (!matrix || matrix.small) continue;
    matrix.cells.forEach((row, i) =>
      row.forEach((cell, j) => {
        const { view } = matrix;
        const expected = view.masked(i, j) ? "" : shortNumber(view.at(i, j));
        if (cell.textContent === expected) return;
        addFailure(result, { ...where, cell: [i, j], shown: cell.textContent, remade: expected });
      }),
    );
  }
}

function testStep(index, result) {
  goTo(index);
  const step = currentStep();
  result.steps += 1;
  drawnEquations.forEach((equation, row) => {
    const where = { step: step.id, row, kind: equation.row.kind, formula: equation.row.formula };
    result.rows += 1;
    testTables(equation, where, result);
    if (equation.partial) result.partial += 1;
    else testEquation(equation, where, result);
  });
}

function selfTest() {
  const result = { steps: 0, rows: 0, cells: 0, products: 0, partial: 0, failed: 0 };
  Object.assign(result, { worst: { error: 0 }, failures: [] });
  for (let index = 0; index < report.steps.length; index += 1) {
    try {
      testStep(index, result);
    } catch (error) {
      addFailure(result, { step: report.steps[index].id, error: `${error}` });
    }
  }
  result.passed = result.failed === 0;
  // Drawn last and as text, so that a program finds it and a reader can read it.
  const text = JSON.stringify(result, null, 1);
  byId("panel-step").prepend(make("pre", { id: "selftest", tabindex: "0", text }));
}
