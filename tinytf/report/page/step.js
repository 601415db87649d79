// The panel of one step: what happens, in words, in matrices, and in the source.

let drawnEquations = []; // those on the page now

function drawStep() {
  const step = currentStep();
  const panel = byId("panel-step");
  const hadFocus = panel.contains(document.activeElement);
  const equations = [];
  const parts = [drawStepHead(step)];
  const sums = sumsOf(step);
  parts.push(...sums.map(drawChips));
  step.rows.forEach((row, n) => {
    const drawn = [drawEquation(equationOf(row))];
    for (const sum of sums) if ((sum.row ?? 0) === n) drawn.push(drawSum(sum, drawn[0]));
    equations.push(...drawn);
    parts.push(...drawn.map((equation) => equation.element));
  });
  if (step.phase === "update") followThrough(equations);
  parts.push(drawSource(step.source));
  panel.replaceChildren(...parts);
  panel.dataset.phase = step.phase;
  drawnEquations = equations;
  for (const equation of equations) revealSources(equation);
  // The focused cell is gone with the old step: the reader goes on from the new step's title.
  if (hadFocus) byId("step-title").focus();
}

// An update: the cell that is chosen in "delta = ..." is the one of "after = before + delta", too.
function followThrough(equations) {
  for (let n = 1; n < equations.length; n += 1) {
    const [one, two] = [equations[n - 1], equations[n]];
    const uses = two.row.operands.some((view) => view?.tensor === one.row.out.tensor);
    if (!uses || one.out.rows !== two.out.rows || one.out.cols !== two.out.cols) continue;
    const follow = (other) => (i, j) => {
      if (other.chosen[0] === i && other.chosen[1] === j) return;
      other.result.setStop(i, j);
      selectCell(other, i, j);
    };
    one.onSelect = follow(two);
    two.onSelect = follow(one);
    one.onSelect(...one.chosen);
  }
}

function drawStepHead(step) {
  return make(
    "div",
    { class: "step-head" },
    make("span", { class: `badge ${step.phase}`, text: step.phase }),
    make("h2", { id: "step-title", tabindex: "-1", text: step.title }),
    make("span", { class: "where", text: step.group ?? "" }),
    make("p", { class: "words", text: step.words }),
  );
}

function drawSource(source) {
  if (!source || source.lines.length === 0) return "";
  const code = make("pre", { tabindex: "0", text: source.lines.join("\n") });
  code.setAttribute("aria-label", `Source, ${source.where}`);
  const where = make("span", { class: "meta", text: source.where });
  return make("div", { class: "source" }, make("h3", {}, "Source ", where), code);
}

// The numbers switch keeps the step, the chosen cells and the focus as they are.
function renumberMatrices() {
  for (const { result, sources } of drawnEquations) {
    for (const matrix of [result, ...sources]) if (matrix) showNumbers(matrix, state.numbers);
  }
  if (largeAttention) showNumbers(largeAttention, state.numbers);
}
