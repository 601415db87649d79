// The list of steps at the left: phases, in them groups that open and close, in them the steps.

const stepButtons = []; // by the step's place
const listGroups = []; // {button, list, first, last, pinned}

function buildStepList() {
  const nav = byId("steps");
  for (const phase of PHASES) {
    const steps = report.steps.map((step, index) => ({ step, index }));
    const own = steps.filter(({ step }) => step.phase === phase);
    if (own.length === 0) continue;
    const block = make("div", { class: `phase ${phase}` }, make("h2", { text: phase }));
    // Neighbours of the same group stand under one heading; a group may come again later.
    for (let at = 0; at < own.length; ) {
      let end = at + 1;
      while (end < own.length && own[end].step.group === own[at].step.group) end += 1;
      block.append(...buildGroup(own.slice(at, end)));
      at = end;
    }
    nav.append(block);
  }
  oneTabStop(nav, "button", UP_DOWN);
}

function buildGroup(members) {
  const list = make("ol", {});
  for (const { step, index } of members) {
    const button = make("button", { type: "button", text: step.title });
    button.addEventListener("click", () => goTo(index));
    stepButtons[index] = button;
    list.append(make("li", {}, button));
  }
  const name = members[0].step.group;
  if (!name) return [list];
  const group = { list, first: members[0].index, last: members.at(-1).index, pinned: null };
  group.button = make("button", { type: "button", class: "group", text: name });
  group.button.addEventListener("click", () => {
    group.pinned = list.hidden;
    openGroup(group, group.pinned);
  });
  listGroups.push(group);
  return [group.button, list];
}

function openGroup(group, open) {
  group.list.hidden = !open;
  group.button.setAttribute("aria-expanded", String(open));
}

const MANY_STEPS = 45; // a longer list opens only the group of the current step

function showStepInList() {
  const few = report.steps.length <= MANY_STEPS;
  for (const group of listGroups) {
    const holds = group.first <= state.index && state.index <= group.last;
    openGroup(group, holds || (group.pinned ?? few));
  }
  stepButtons.forEach((button, index) => {
    button.classList.toggle("past", index < state.index);
    if (index === state.index) button.setAttribute("aria-current", "step");
    else button.removeAttribute("aria-current");
  });
  const current = stepButtons[state.index];
  setTabStop(byId("steps"), current);
  current.scrollIntoView({ block: "nearest" });
}
