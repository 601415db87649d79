// The header: the texts, the loss before and after the step, and what first order promised.

function buildHeader() {
  const { header, title } = report;
  byId("title").textContent = title;
  for (const { label, tokens } of header.texts) {
    const element = make("span", { class: "text" }, `${label} `);
    element.append(make("b", { text: tokens.join(" ") }));
    byId("texts").append(element);
  }
  const number = (x) => fourDigits(real(x));
  const loss = (x) => wholeFourDigits(real(x));
  const rate = header.learning_rate === null ? "" : `, learning rate ${number(header.learning_rate)}`;
  const losses = [
    `loss ${loss(header.loss_before)} → ${loss(header.loss_after)} after this step`,
    `(first order: ${loss(header.loss_predicted)}; ${header.optimizer}${rate})`,
  ];
  byId("losses").textContent = losses.join(" ");
  buildLeftOut(header.left_out ?? []);
}

// What is not shown: the first line of it (a text that was cut comes first), the rest in the notes.
function buildLeftOut(left) {
  if (left.length === 0) return;
  const more = left.length > 1 ? `and ${left.length - 1} more in the notes` : "notes";
  const open = () => change({ panel: "notes" });
  const button = make("button", { type: "button", text: more, onclick: open });
  byId("left-out").append(`Not all is shown: ${left[0]} `, button);
  byId("left-out").hidden = false;
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
  "“⊕=” adds to a gradient that several steps send to: this equation is one of their " +
    "contributions, and “add it up” below it says how far the sum has come.",
  `In cells without numbers “${MINUS}” marks a negative number and “·” an exact 0.`,
];

function showCount() {
  const step = currentStep();
  byId("count").textContent = `step ${step.id} of ${report.steps.at(-1).id}`;
  byId("count").title = `Counted from 0, as in the address: #s=${step.id}`;
  byId("back").disabled = state.index === 0;
  byId("next").disabled = state.index === report.steps.length - 1;
  byId("twin").disabled = step.twin === null || step.twin === undefined;
}
