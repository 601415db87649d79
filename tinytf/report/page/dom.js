// Building the page. Every text from the report passes through textContent or an attribute set
// as text, never through HTML: a token may be any text at all, such as "<script>".

// An element with attributes and children. "text" sets the text; "on..." adds a listener; null and
// false leave the attribute out. A child that is a string becomes a text node.
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false || value === undefined) continue;
    if (name === "text") element.textContent = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

const byId = (id) => document.getElementById(id);

// A text that may be cut short by the style: its title holds the whole of it.
function cut(tag, text, attributes = {}) {
  const className = `cut ${attributes.class ?? ""}`.trim();
  return make(tag, { ...attributes, class: className, text, title: text });
}

// One stop for the Tab key in a group of buttons, and the arrow keys from one to the next: a list
// of a hundred steps would otherwise take a hundred Tabs to get past.
// `keys` says which arrows belong to the group; the others stay with the page.
function oneTabStop(group, selector, keys) {
  const members = () => [...group.querySelectorAll(selector)].filter((one) => one.checkVisibility());
  group.dataset.members = selector;
  group.addEventListener("keydown", (event) => {
    const step = keys[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = members();
    const here = all.indexOf(document.activeElement);
    if (here < 0) return;
    event.preventDefault();
    event.stopPropagation();
    const next = all[Math.min(Math.max(here + step, 0), all.length - 1)];
    setTabStop(group, next);
    next.focus();
  });
  group.addEventListener("focusin", (event) => {
    if (event.target.matches(selector)) setTabStop(group, event.target);
  });
}

const UP_DOWN = { ArrowUp: -1, ArrowDown: 1 };
const ALL_ARROWS = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -1, ArrowRight: 1 };

// Make one member of a group the one that Tab reaches; `wanted` or else the first that is seen.
function setTabStop(group, wanted = null) {
  const all = [...group.querySelectorAll(group.dataset.members)];
  const seen = all.filter((one) => one.checkVisibility());
  const choice = seen.length > 0 ? seen : all; // none is seen while its panel is hidden
  const stop = wanted && choice.includes(wanted) ? wanted : choice[0];
  for (const one of all) one.tabIndex = one === stop ? 0 : -1;
}
