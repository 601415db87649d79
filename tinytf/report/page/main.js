// Putting the page together: build once what stays, and draw again what changed.

function drawChanged(changed) {
  const step = changed.has("index");
  if (step) {
    followStepInAttention();
    showCount();
    drawStep();
    if (state.map) drawMap();
    showStepInList();
    document.querySelector("main").scrollTop = 0;
  }
  if (changed.has("numbers")) {
    byId("numbers").checked = state.numbers;
    renumberMatrices();
  }
  if (changed.has("map")) showMap();
  if (changed.has("panel")) showPanel();
  if (changed.has("attention") || changed.has("attentionGradient")) redrawAttention();
  if (step || changed.has("panel")) followInAddress();
}

// A drawing anew takes the focus away: give it back to the button of the same place.
function redrawAttention() {
  const buttons = () => [...byId("panel-attention").querySelectorAll(".choice button")];
  const place = buttons().indexOf(document.activeElement);
  drawAttention();
  if (place >= 0) buttons()[place].focus();
}

function begin() {
  buildHeader();
  buildNotes();
  buildStepList();
  buildMap();
  buildControls();
  drawAttention();
  drawFlow();
  const testing = location.hash === "#selftest";
  if (!testing) readAddress();
  watch(drawChanged);
  drawChanged(new Set(["index", "panel", "map"]));
  if (testing) selfTest();
  addEventListener("hashchange", readAddress);
  addEventListener("resize", () => state.map && drawMap());
}

begin();
