/** Draw a small part again only when the facts it shows have changed. */

import { fill } from "./element.js";

const shown = new WeakMap();

/** Fill `node` with what `draw()` returns unless `facts` are those of the last time; focus inside stays on its namesake. */
export function redraw(node, facts, draw) {
  const print = JSON.stringify(facts ?? null);
  if (shown.get(node) === print) return;
  shown.set(node, print);
  const focused = node.contains(document.activeElement) ? document.activeElement : null;
  fill(node, draw());
  if (!focused || focused === node) return;
  const same = (one) =>
    one.tagName === focused.tagName &&
    one.dataset.place === focused.dataset.place &&
    one.textContent === focused.textContent;
  [...node.querySelectorAll("a, button")].find(same)?.focus();
}
