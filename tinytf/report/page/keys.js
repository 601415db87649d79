// The keyboard and the buttons. Arrows inside a matrix, the list or the map belong to those.

const LETTERS = {
  f: () => goToPhase("forward"),
  l: () => goToPhase("loss"),
  b: () => goToPhase("backward"),
  u: () => goToPhase("update"),
  p: goToTwin,
  n: () => change({ numbers: !state.numbers }),
};

const NAMED_KEYS = {
  ArrowLeft: () => goTo(state.index - 1),
  ArrowRight: () => goTo(state.index + 1),
  Home: () => goTo(0),
  End: () => goTo(report.steps.length - 1),
  Escape: () => byId("step-title").focus(),
};

const HELP =
  "← → step · Home End first, last · f l b u phase · p twin · n numbers · Tab and arrow keys, or " +
  "a click: choose a cell · Esc leave a matrix";

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const letter = state.letters ? LETTERS[event.key.toLowerCase()] : undefined;
  const action = NAMED_KEYS[event.key] ?? letter;
  if (!action) return;
  event.preventDefault();
  action();
}

function buildControls() {
  document.addEventListener("keydown", onKey);
  byId("back").addEventListener("click", () => goTo(state.index - 1));
  byId("next").addEventListener("click", () => goTo(state.index + 1));
  byId("twin").addEventListener("click", goToTwin);
  byId("letters").addEventListener("change", (event) => change({ letters: event.target.checked }));
  byId("numbers").addEventListener("change", (event) => change({ numbers: event.target.checked }));
  byId("skip").addEventListener("click", (event) => {
    event.preventDefault(); // the address names the step, not a place on the page
    byId("step-title").focus();
  });
  byId("help").textContent = HELP;
  byId("help").title = HELP;
  const map = make("button", { type: "button", id: "map-switch", "aria-controls": "map" });
  map.addEventListener("click", () => change({ map: !state.map }));
  byId("panels").append(map);
  for (const [panel, text] of Object.entries(PANELS)) {
    const button = make("button", { type: "button", text, onclick: () => change({ panel }) });
    button.dataset.panel = panel;
    byId("panels").append(button);
  }
}

function showMap() {
  byId("map").hidden = !state.map;
  byId("map-switch").textContent = state.map ? "▾ Map" : "▸ Map";
  byId("map-switch").setAttribute("aria-expanded", String(state.map));
  if (state.map) drawMap(); // its lines can be measured only while it is seen
}

function showPanel() {
  for (const panel of Object.keys(PANELS)) byId(`panel-${panel}`).hidden = panel !== state.panel;
  for (const button of byId("panels").querySelectorAll("[data-panel]")) {
    button.setAttribute("aria-pressed", String(button.dataset.panel === state.panel));
  }
}
