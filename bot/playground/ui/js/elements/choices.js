/** Radio buttons and checkboxes. */

import { el, freshId } from "../dom/element.js";
import { drawText } from "../text/draw.js";
import { labelling, send } from "./send.js";
import { control } from "./state.js";

/** Draw radio buttons; the raw value is the chosen option's value. */
export function drawRadios(element, spot) {
  const { group, inputs } = drawOptions(element, spot, "radio", [element.initial_option?.value]);
  const read = () => inputs.find((input) => input.checked)?.value ?? null;
  const write = (value) => inputs.forEach((input) => (input.checked = input.value === value));
  return finish(group, element, spot, { read, write });
}

/** Draw checkboxes; the raw value is the list of chosen options' values. */
export function drawCheckboxes(element, spot) {
  const { group, inputs } = drawOptions(
    element,
    spot,
    "checkbox",
    (element.initial_options ?? []).map((option) => option.value),
  );
  const read = () => inputs.filter((input) => input.checked).map((input) => input.value);
  const write = (values) => inputs.forEach((input) => (input.checked = values.includes(input.value)));
  return finish(group, element, spot, { read, write });
}

function drawOptions(element, spot, type, chosen) {
  const attributes = labelling(spot, element);
  const group = el("div", {
    class: "options",
    role: type === "radio" ? "radiogroup" : "group",
    ...attributes,
    autofocus: null,
  });
  const name = freshId(type);
  const inputs = element.options.map((option, index) => {
    const id = `${name}-${index}`;
    const hintId = option.description ? `${id}-hint` : null;
    const input = el("input", {
      type,
      id,
      name,
      value: option.value,
      checked: chosen.includes(option.value),
      "aria-describedby": hintId,
    });
    const hint =
      hintId &&
      el("span", { id: hintId, class: "option-hint" }, drawText(option.description, spot.scene.names));
    group.append(
      el(
        "div",
        { class: "option" },
        input,
        el("label", { for: id }, drawText(option.text, spot.scene.names)),
        hint,
      ),
    );
    return input;
  });
  inputs[0]?.toggleAttribute("autofocus", attributes.autofocus);
  return { group, inputs };
}

function finish(group, element, spot, { read, write }) {
  let before = read();
  group.addEventListener("change", async () => {
    const went = await send(spot, element, { selected: read() }, group);
    if (spot.sends && !went) write(before);
    before = read();
  });
  return control(group, { blockId: spot.blockId, actionId: element.action_id ?? "", read, write });
}
