// What the reader looks at now. One object, changed in one place, watched by whoever draws.

const PHASES = ["forward", "loss", "backward", "update"];
const PANELS = { step: "This step", attention: "Attention", flow: "Gradient flow", notes: "Notes" };

const state = {
  index: 0, // the step, by its place in report.steps
  panel: "step", // one of PANELS
  map: innerHeight >= 700, // the map open or closed; in a low window it would hide the step
  numbers: true, // numbers in the cells, or their signs alone
  letters: true, // single-letter keys on (WCAG 2.1.4 asks for the switch)
  attention: 0, // the pattern shown large, by its place in report.attention
  attentionGradient: false, // patterns' gradients instead of their values
};

const watchers = [];
const watch = (draw) => watchers.push(draw);

// Change some fields; each watcher is told which of them really changed.
function change(fields) {
  const changed = new Set();
  for (const [name, value] of Object.entries(fields)) {
    if (state[name] !== value) changed.add(name);
    state[name] = value;
  }
  if (changed.size > 0) for (const draw of watchers) draw(changed);
}

const currentStep = () => report.steps[state.index];

// Go to a step by its place; out of range is the nearest end. It is shown in the first panel.
function goTo(index) {
  const last = report.steps.length - 1;
  change({ index: Math.min(Math.max(index, 0), last), panel: "step" });
}

const indexOfId = (id) => report.steps.findIndex((step) => step.id === id);

function goToPhase(phase) {
  const index = report.steps.findIndex((step) => step.phase === phase);
  if (index >= 0) goTo(index);
}

function goToTwin() {
  const { twin } = currentStep();
  if (twin !== null && twin !== undefined) goTo(indexOfId(twin));
}

// "#s=18" is the step with the id 18; "#s=18&panel=flow" a panel beside it.
function readAddress() {
  const address = new URLSearchParams(location.hash.slice(1));
  const fields = {};
  const index = indexOfId(Number(address.get("s")));
  if (address.has("s") && index >= 0) fields.index = index;
  if (address.has("s")) fields.panel = "step";
  if (Object.hasOwn(PANELS, address.get("panel") ?? "")) fields.panel = address.get("panel");
  change(fields);
}

// The address follows the reader without filling the browser's history; a little later, for a
// browser refuses changes that come as fast as a key held down.
const ADDRESS_DELAY = 80; // milliseconds
let addressTimer = null;

function followInAddress() {
  clearTimeout(addressTimer);
  addressTimer = setTimeout(writeAddress, ADDRESS_DELAY);
}

function writeAddress() {
  const panel = state.panel === "step" ? "" : `&panel=${state.panel}`;
  const address = `#s=${currentStep().id}${panel}`;
  if (location.hash !== address) history.replaceState(null, "", address);
}
