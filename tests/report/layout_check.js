// Run in the page by the tests: which texts are cut off, and which lie over each other?
// Inside a matrix a label may be cut short by an ellipsis if a title or aria-label tells the whole,
// and a wide matrix may be scrolled; elsewhere no text is shortened, and none is cut in half at the
// side of what scrolls. Cells under a matrix's fixed labels are scrolled, not overlapped.
(() => {
  const problems = [];
  // Its own label, or that of the button or cell it stands in; a label of a whole region is none.
  const labelled = (element) =>
    Boolean(element.closest("[title], button[aria-label], td[aria-label]"));

  const scrolls = (element) => /auto|scroll/.test(getComputedStyle(element).overflow);

  const clips = ({ overflowX, overflowY }) => overflowX !== "visible" || overflowY !== "visible";

  // The part of a box that can be seen, after every element around it has clipped it. What an
  // element cuts off that cannot be scrolled to is lost, unless a title or label tells it.
  function visible(box, element, text) {
    let { left, top, right, bottom } = box;
    let reachable = false; // by scrolling
    for (let around = element; around; around = around.parentElement) {
      const window = around === document.documentElement;
      if (!window && !clips(getComputedStyle(around))) continue;
      const frame = window
        ? { left: 0, top: 0, right: innerWidth, bottom: innerHeight }
        : around.getBoundingClientRect();
      const inside = right <= frame.right + 1 && left >= frame.left - 1 && bottom <= frame.bottom + 3;
      reachable ||= !window && scrolls(around);
      if (!inside && !reachable && !labelled(element)) problems.push(`cut off: ${text}`);
      [left, right] = [Math.max(left, frame.left), Math.min(right, frame.right)];
      [top, bottom] = [Math.max(top, frame.top), Math.min(bottom, frame.bottom)];
    }
    return { left, top, right, bottom };
  }

  // A text that stands out of its own box would be drawn over its neighbours.
  function checkOut(element, box, text) {
    const own = element.getBoundingClientRect();
    const out = box.right > own.right + 2 || box.left < own.left - 2;
    if (out && getComputedStyle(element).overflowX === "visible") problems.push(`sticks out: ${text}`);
  }

  // What a reader scrolls through line by line anyway: matrices, source, long tables.
  const free = (element) => element.closest(".matrix, pre, .term-scroll") !== null;

  // A text that its own box shortens: "resid_mid_...".
  function checkShortened(element, text) {
    const { textOverflow, overflowX } = getComputedStyle(element);
    const tooWide = element.scrollWidth > element.clientWidth + 1 && overflowX !== "visible";
    if (tooWide && textOverflow === "ellipsis") problems.push(`shortened: ${text}`);
  }

  // A text at the left or right edge of something that scrolls: "arameters:", "encoder.lay".
  function checkHalves(element, box, text) {
    for (let around = element; around; around = around.parentElement) {
      if (!/auto|scroll|hidden|clip/.test(getComputedStyle(around).overflowX)) continue;
      const frame = around.getBoundingClientRect();
      const seen = Math.min(box.right, frame.right) - Math.max(box.left, frame.left);
      if (seen > 1 && seen < box.width - 1.5) problems.push(`cut in half: ${text}`);
    }
  }

  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const element = node.parentElement;
    const text = node.data.trim();
    if (!text || /^(SCRIPT|STYLE|OPTION)$/.test(element.tagName)) continue;
    const shown = element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    if (element.id === "skip" || !shown) continue;
    if (!free(element)) checkShortened(element, text);
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      checkOut(element, box, text);
      if (!free(element)) checkHalves(element, box, text);
      const seen = visible(box, element, text);
      if (seen.right - seen.left > 1 && seen.bottom - seen.top > 1) texts.push({ element, text, seen });
    }
  }

  const sticky = (element) => {
    for (let around = element; around; around = around.parentElement) {
      if (getComputedStyle(around).position === "sticky") return around;
    }
    return null;
  };
  for (const one of texts) one.sticky = sticky(one.element);
  texts.sort((a, b) => a.seen.top - b.seen.top);
  texts.forEach((a, n) => {
    for (let m = n + 1; m < texts.length && texts[m].seen.top < a.seen.bottom - 2; m += 1) {
      const b = texts[m];
      if (a.element === b.element || a.sticky !== b.sticky) continue;
      const across = Math.min(a.seen.right, b.seen.right) - Math.max(a.seen.left, b.seen.left);
      const down = Math.min(a.seen.bottom, b.seen.bottom) - Math.max(a.seen.top, b.seen.top);
      if (across > 2 && down > 2) problems.push(`overlap: "${a.text}" and "${b.text}"`);
    }
  });
  return { problems: [...new Set(problems)], texts: texts.length };
})()
