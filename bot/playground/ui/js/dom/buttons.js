/** The page's own buttons. Those that apps send are drawn in elements/. */

import { el } from "./element.js";
import { icon } from "./icons.js";

/** Return a button of a class with words (and icons) in it. */
export function button(className, act, ...inside) {
  return el("button", { type: "button", class: className, onclick: act }, ...inside);
}

/** Return a button that is only an icon; its words are its name. */
export function iconButton(shape, words, act) {
  const node = button("button quiet square", act, icon(shape));
  node.setAttribute("aria-label", words);
  return node;
}
