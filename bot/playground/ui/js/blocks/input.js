/** A labelled field with its hint and, after a refusal, its error. */

import { el, fill, freshId } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { drawElement, isGroup } from "../elements/draw.js";
import { drawText } from "../text/draw.js";

/** Draw an input block: the label names the control and nothing else, so that it can be found by its words. */
export function drawInput(block, scene) {
  const controlId = freshId("control");
  const ids = {
    label: `${controlId}-label`,
    hint: `${controlId}-hint`,
    error: `${controlId}-error`,
    optional: `${controlId}-optional`,
  };
  const described = [block.optional && ids.optional, block.hint && ids.hint, ids.error]
    .filter(Boolean)
    .join(" ");
  const element = drawElement(block.element, {
    scene,
    controlId,
    blockId: block.block_id ?? "",
    sends: block.dispatch_action === true,
    labelId: ids.label,
    describedBy: described,
    required: !block.optional,
  });
  const label = isGroup(block.element)
    ? el("span", { id: ids.label, class: "label" }, drawText(block.label, scene.names))
    : el("label", { id: ids.label, class: "label", for: controlId }, drawText(block.label, scene.names));
  return el(
    "div",
    { dataset: { inputBlock: block.block_id ?? "" } },
    el(
      "div",
      { class: "label-line" },
      label,
      block.optional && el("span", { id: ids.optional, class: "optional" }, "optional"),
    ),
    element,
    el("div", { class: "field-error", id: ids.error }),
    block.hint && el("div", { class: "hint", id: ids.hint }, drawText(block.hint, scene.names)),
  );
}

/** Show errors {block_id: text} under their fields and clear the others; returns the first wrong field and the texts without a field. */
export function showErrors(root, errors) {
  const homeless = { ...errors };
  let first = null;
  for (const block of root.querySelectorAll("[data-input-block]")) {
    const text = errors?.[block.dataset.inputBlock];
    delete homeless[block.dataset.inputBlock];
    block.classList.toggle("has-error", Boolean(text));
    fill(block.querySelector(".field-error"), text && [icon("alert"), text]);
    const node = block.querySelector("input, select, textarea, summary");
    for (const one of block.querySelectorAll(".field, [role=radiogroup], [role=group]")) {
      if (text) one.setAttribute("aria-invalid", "true");
      else one.removeAttribute("aria-invalid");
    }
    if (text) first ??= node;
  }
  return { first, homeless: Object.values(homeless) };
}
