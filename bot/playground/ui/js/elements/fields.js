/** Fields to type in: text, e-mail, address, number, date and time. Checking is the server's work, as in the real client. */

import { el } from "../dom/element.js";
import { labelling, placeholderOf, send } from "./send.js";
import { control } from "./state.js";

const TYPING_PAUSE_MS = 400;

const KINDS = {
  plain_text_input: { type: "text" },
  rich_text_input: { type: "text", multiline: true }, // typed as plain text; the server makes it rich
  email_text_input: { type: "email", inputmode: "email" },
  url_text_input: { type: "url", inputmode: "url" },
  number_input: { type: "text", inputmode: "decimal" }, // type=number would hide what cannot be a number from the check
  datepicker: { type: "date", initial: "initial_date" },
  timepicker: { type: "time", initial: "initial_time" },
};

/** Draw a field; the raw value is the text in it ("2026-11-22" and "14:05" for dates and times). */
export function drawField(element, spot) {
  const { initial = "initial_value", multiline = element.multiline, ...kind } = KINDS[element.type];
  const common = {
    class: "field",
    id: spot.controlId,
    placeholder: placeholderOf(element) || null,
    autocomplete: "off",
    spellcheck: "false",
    autocapitalize: "off",
    value: typeof element[initial] === "string" ? element[initial] : "",
    ...labelling(spot, element),
  };
  const node = multiline ? el("textarea", { ...common, rows: "4" }) : el("input", { ...common, ...kind });
  const picks = initial !== "initial_value";
  if (spot.sends) listen(node, element, spot, picks);
  const read = () => (picks ? node.value || null : node.value);
  return control(node, {
    blockId: spot.blockId,
    actionId: element.action_id ?? "",
    read,
    write: (value) => (node.value = value),
  });
}

/** Tell the app when the element asks for it: a picked date at once, text on Enter or after a pause in typing. */
function listen(node, element, spot, picks) {
  const say = () => send(spot, element, picks ? { selected: node.value } : { text: node.value }, node);
  if (picks) return node.addEventListener("change", say);
  const when = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  let pause;
  if (when.includes("on_character_entered")) {
    node.addEventListener("input", () => {
      clearTimeout(pause);
      pause = setTimeout(say, TYPING_PAUSE_MS);
    });
  }
  if (when.includes("on_enter_pressed")) {
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return undefined;
      event.preventDefault();
      return say();
    });
  }
  return undefined;
}
