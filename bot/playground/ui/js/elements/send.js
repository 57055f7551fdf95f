/** From a click to the app: ask first where the element says so, then spin until it is acknowledged. */

import { ask } from "../dom/dialog.js";
import { drawText } from "../text/draw.js";

/**
 * Send what a person did with an element; resolves to false when they thought better of it or it is still busy.
 * `spot` says where the element stands: {scene, blockId, sends, labelId, describedBy, required, invalid}.
 */
export async function send(spot, element, value, node) {
  if (!spot.sends || node.getAttribute("aria-busy") === "true") return false;
  if (element.confirm && !(await confirmed(element.confirm, spot.scene))) return false;
  node.setAttribute("aria-busy", "true");
  try {
    await spot.scene.perform({ block_id: spot.blockId, action_id: element.action_id ?? "", value }, node);
  } finally {
    node.removeAttribute("aria-busy");
  }
  return true;
}

function confirmed(confirm, { names }) {
  return ask({
    title: drawText(confirm.title ?? { text: "Are you sure?" }, names),
    text: drawText(confirm.text, names),
    confirm: drawText(confirm.confirm ?? { text: "Yes" }, names),
    deny: drawText(confirm.deny ?? { text: "No" }, names),
    danger: confirm.style === "danger",
  });
}

/** Return the attributes that tie a control to its label, hint and error. */
export function labelling(spot, element) {
  const named = spot.labelId
    ? { "aria-labelledby": spot.labelId }
    : { "aria-label": placeholderOf(element) || "Choose" };
  return {
    ...named,
    "aria-describedby": spot.describedBy || null,
    "aria-required": spot.required ? "true" : null,
    "aria-invalid": spot.invalid ? "true" : null,
    autofocus: element.focus_on_load === true,
  };
}

/** Return an element's placeholder as plain words. */
export function placeholderOf(element) {
  return element.placeholder?.text ?? "";
}
