/** Buttons and what behaves like one: plain, with an address, overflow menus, icon and feedback buttons. */

import { el, freshId, safeLink } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { menuButton } from "../dom/menu.js";
import { drawText } from "../text/draw.js";
import { withEmoji } from "../text/emoji.js";
import { send } from "./send.js";

const STYLES = { primary: "primary", danger: "danger" };
const ICONS = { trash: "close", copy: "copy", refresh: "reset" };

/** Draw a button; one with an address opens it and tells the app too. */
export function drawButton(element, spot) {
  const address = safeLink(element.url);
  const node = el(
    "button",
    { type: "button", class: `button ${STYLES[element.style] ?? ""}` },
    drawText(element.text, spot.scene.names),
  );
  if (element.accessibility_label) node.setAttribute("aria-label", element.accessibility_label);
  if (address) {
    node.append(icon("external"));
    node.title = address;
  }
  mark(node, element, spot);
  node.addEventListener("click", async () => {
    const went = await send(spot, element, {}, node);
    if (went && address) spot.scene.open(address);
  });
  return node;
}

/** Draw a "more" button with a menu of options. */
export function drawOverflow(element, spot) {
  const node = el(
    "button",
    { type: "button", class: "button quiet square", "aria-label": "More actions" },
    icon("dots"),
  );
  mark(node, element, spot);
  const entries = () =>
    element.options.map((option) => ({
      label: drawText(option.text, spot.scene.names),
      choose: async () => {
        const went = await send(spot, element, { selected: option.value }, node);
        const address = safeLink(option.url);
        if (went && address) spot.scene.open(address);
      },
    }));
  return menuButton(node, entries, { label: "More actions" });
}

/** Draw a small button with an icon. */
export function drawIconButton(element, spot) {
  const node = el(
    "button",
    { type: "button", class: "button quiet small" },
    icon(ICONS[element.icon] ?? element.icon),
    drawText(element.text, spot.scene.names),
  );
  if (element.accessibility_label) node.setAttribute("aria-label", element.accessibility_label);
  node.addEventListener("click", () => send(spot, element, {}, node));
  return mark(node, element, spot);
}

/** Draw the pair "helpful / not helpful"; the chosen one stays pressed. */
export function drawFeedback(element, spot) {
  const group = el("span", { class: "feedback", role: "group", "aria-label": "Feedback" });
  const add = (choice, shape) => {
    const id = freshId("feedback");
    const node = el(
      "button",
      { type: "button", id, class: "button quiet small", "aria-pressed": "false" },
      icon(shape),
      withEmoji(choice.text?.text),
    );
    if (choice.accessibility_label) node.setAttribute("aria-label", choice.accessibility_label);
    node.addEventListener("click", async () => {
      if (!(await send(spot, element, { selected: choice.value }, node))) return;
      for (const one of group.children) one.setAttribute("aria-pressed", String(one === node));
    });
    group.append(node);
  };
  add(element.positive_button, "thumbUp");
  add(element.negative_button, "thumbDown");
  return mark(group, element, spot);
}

function mark(node, element, spot) {
  Object.assign(node.dataset, { blockId: spot.blockId, actionId: element.action_id ?? "" });
  return node;
}
