// Attention: a small picture for every layer and head of each kind, and one of them large.

let largeAttention = null; // the matrix shown large

const ATTENTION_KINDS = {
  self: "Self-attention",
  causal: "Causal self-attention",
  cross: "Cross-attention",
};

// A pattern may come without a gradient, and the other way round: the other one is shown then.
function attentionView(entry) {
  const wanted = state.attentionGradient ? entry.grad : entry.value;
  return new View({ tensor: wanted ?? entry.value ?? entry.grad });
}

// One scale for all maps of a kind: shares go from 0 to 1, gradients to the largest there is.
function attentionRange() {
  if (!state.attentionGradient) return 1;
  return Math.max(...report.attention.map((entry) => attentionView(entry).range()));
}

// The attention that the current step works in, or that of its layer: its place; -1 for none.
function attentionOfStep() {
  const [where, part] = (currentStep().group ?? "").split(", ");
  const ofLayer = report.attention.map((entry, place) => ({ ...entry, place }));
  const own = ofLayer.filter((entry) => entry.where === where);
  const kinds = part === "cross-attention" ? ["cross"] : ["self", "causal"];
  const fitting = own.filter(({ kind }) => kinds.includes(kind));
  const found = part?.endsWith("attention") ? fitting : own;
  const same = found.some(({ place }) => place === state.attention);
  return same ? state.attention : (found[0]?.place ?? -1);
}

// The panel follows the steps: it begins where the reader comes from.
function followStepInAttention() {
  const place = attentionOfStep();
  if (place >= 0) change({ attention: place });
}

function drawAttention() {
  const panel = byId("panel-attention");
  if (report.attention.length === 0) {
    panel.replaceChildren(make("p", { class: "about", text: "No attention in this report." }));
    return;
  }
  const maps = make("div", { class: "attention-maps" });
  for (const [kind, heading] of Object.entries(ATTENTION_KINDS)) {
    const entries = report.attention.map((entry, place) => ({ ...entry, place }));
    const own = entries.filter((entry) => entry.kind === kind);
    if (own.length > 0) maps.append(make("h3", { text: heading }), attentionGrid(own));
  }
  oneTabStop(maps, "button", ALL_ARROWS);
  const range = attentionRange();
  const view = attentionView(report.attention[state.attention]);
  largeAttention = drawMatrix(view, { range });
  const { where, head, kind } = report.attention[state.attention];
  const words = `${where}, head ${head}, ${ATTENTION_KINDS[kind].toLowerCase()}`;
  const large = make("div", { class: "attention-large" }, make("h3", { text: words }));
  large.append(largeAttention.element);
  const axes = "Rows: the token that looks (query). Columns: the token looked at (key).";
  panel.replaceChildren(
    make("div", { class: "step-head" }, make("h2", { text: "Attention" }), make("p", { text: axes })),
    make("div", { class: "attention-head" }, valueOrGradient(), drawScale(range, view.kind)),
    make("p", { class: "about", text: state.attentionGradient ? GRADIENT_WORDS : VALUE_WORDS }),
    make("div", { class: "attention-sides" }, maps, large),
  );
  setTabStop(maps, maps.querySelector("[aria-pressed=true]"));
}

function valueOrGradient() {
  const button = (text, gradient) =>
    make("button", {
      type: "button",
      text,
      "aria-pressed": String(state.attentionGradient === gradient),
      onclick: () => change({ attentionGradient: gradient }),
    });
  const choice = make("div", { class: "choice", role: "group", "aria-label": "What the maps show" });
  choice.append(button("pattern", false), button("its gradient", true));
  return choice;
}

// Rows are layers, columns heads.
function attentionGrid(entries) {
  const layers = [...new Set(entries.map((entry) => entry.where))];
  const heads = [...new Set(entries.map((entry) => entry.head))].sort((a, b) => a - b);
  const headRow = heads.map((head) => make("th", { scope: "col", text: `head ${head}` }));
  const rows = layers.map((where) => {
    const cells = heads.map((head) => {
      const entry = entries.find((one) => one.where === where && one.head === head);
      return make("td", {}, entry ? attentionButton(entry) : "");
    });
    return make("tr", {}, make("th", { scope: "row", text: where }), ...cells);
  });
  const top = make("thead", {}, make("tr", {}, make("td", {}), ...headRow));
  return make("table", { class: "attention-grid" }, top, make("tbody", {}, ...rows));
}

const VALUE_WORDS = "All maps have this one scale.";
const GRADIENT_WORDS =
  "All maps have this one scale. Where a mask hides a token there is a gradient as well: it meets a " +
  "share of 0 in the softmax's backward and comes to nothing.";

// Pixels, the longer side of a small picture: the more heads, the smaller.
const pictureSide = () => {
  const heads = new Set(report.attention.map(({ head }) => head)).size;
  return heads <= 2 ? 84 : heads <= 4 ? 56 : 36;
};

function attentionButton(entry) {
  const view = attentionView(entry);
  const range = attentionRange();
  const side = Math.min(Math.max(Math.floor(pictureSide() / Math.max(view.rows, view.cols)), 2), 14);
  const picture = make("span", { class: "picture", "aria-hidden": "true" });
  picture.style.gridTemplateColumns = `repeat(${view.cols}, ${side}px)`;
  picture.style.gridAutoRows = `${side}px`;
  for (let i = 0; i < view.rows; i += 1) {
    for (let j = 0; j < view.cols; j += 1) {
      const dot = make("span", view.masked(i, j) ? { class: "masked" } : {});
      if (!view.masked(i, j)) {
        dot.style.backgroundColor = css(cellColour(view.at(i, j), range, view.kind));
      }
      picture.append(dot);
    }
  }
  const label = `${entry.where}, head ${entry.head}, ${ATTENTION_KINDS[entry.kind]}`;
  const pressed = String(entry.place === state.attention);
  const button = make("button", { type: "button", title: label, "aria-label": label }, picture);
  button.setAttribute("aria-pressed", pressed);
  button.addEventListener("click", () => {
    change({ attention: entry.place });
    byId("panel-attention").querySelector(".attention-maps [aria-pressed=true]").focus();
  });
  return button;
}
