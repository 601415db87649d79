// The header: the texts, the loss before and after the step, and what first order promised.

function buildHeader() {
  const { header, title } = report;
  byId("title").textContent = title;
  byId("title").title = report.model;
  for (const { label, tokens } of header.texts) {
    const line = tokens.join(" ");
    const element = cut("span", "", { class: "text" });
    element.title = `${label}: ${line}`;
    element.append(`${label} `, make("b", { text: line }));
    byId("texts").append(element);
  }
  const number = (x) => fourDigits(real(x));
  const rate = header.learning_rate === null ? "" : `, learning rate ${number(header.learning_rate)}`;
  const losses = [
    `loss ${number(header.loss_before)} → ${number(header.loss_after)} after this step`,
    `(first order: ${number(header.loss_predicted)}; ${header.optimizer}${rate})`,
  ];
  byId("losses").textContent = losses.join(" ");
}

function buildNotes() {
  const list = make("ul", {}, ...report.header.notes.map((text) => make("li", { text })));
  const head = make("div", { class: "step-head" }, make("h2", { text: "About this report" }));
  byId("panel-notes").replaceChildren(
    head,
    make("p", { text: report.model }),
    list,
    make("h3", { text: "Reading the matrices" }),
    make("ul", {}, ...READING.map((text) => make("li", { text }))),
  );
}

const READING = [
  "Blue is below zero, orange above, white exactly zero. An exact 0 is written 0; a very small " +
    `number keeps a tint and is written such as 2e${MINUS}5.`,
  "Probabilities are violet: they have no sign. Hatched cells are masked: they take no part.",
  "The cell with the thick frame is the one whose arithmetic is written out; the cells with " +
    "dashed frames are those it came from. Choose another with a click or the arrow keys.",
  "“≈” says that numbers in the line are rounded to four significant digits.",
  "“✓ numeric” is the relative error between the gradient and the complex-step derivative.",
  `In cells without numbers “${MINUS}” marks a negative number and “·” an exact 0.`,
];

function showCount() {
  const step = currentStep();
  byId("count").textContent = `step ${state.index + 1} of ${report.steps.length}`;
  byId("back").disabled = state.index === 0;
  byId("next").disabled = state.index === report.steps.length - 1;
  byId("twin").disabled = step.twin === null || step.twin === undefined;
}
