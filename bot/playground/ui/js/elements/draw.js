/** Which function draws which element. */

import { el, picture } from "../dom/element.js";
import { drawButton, drawFeedback, drawIconButton, drawOverflow } from "./buttons.js";
import { drawCheckboxes, drawRadios } from "./choices.js";
import { drawField } from "./fields.js";
import * as selects from "./selects.js";

const DRAW = {
  button: drawButton,
  workflow_button: drawButton,
  overflow: drawOverflow,
  icon_button: drawIconButton,
  feedback_buttons: drawFeedback,
  radio_buttons: drawRadios,
  checkboxes: drawCheckboxes,
  static_select: selects.drawStaticSelect,
  users_select: selects.drawUsersSelect,
  channels_select: selects.drawChannelsSelect,
  conversations_select: selects.drawConversationsSelect,
  multi_static_select: selects.drawMultiStatic,
  multi_users_select: selects.drawMultiUsers,
  multi_channels_select: selects.drawMultiChannels,
  multi_conversations_select: selects.drawMultiConversations,
  plain_text_input: drawField,
  rich_text_input: drawField,
  email_text_input: drawField,
  url_text_input: drawField,
  number_input: drawField,
  datepicker: drawField,
  timepicker: drawField,
  image: (element) => picture(element.image_url, element.alt_text, "accessory-picture"),
};

const GROUPS = new Set(["radio_buttons", "checkboxes"]);

/** Draw an element at a spot; one we do not know is named instead. */
export function drawElement(element, spot) {
  const draw = Object.hasOwn(DRAW, element?.type) && DRAW[element.type];
  if (!draw)
    return el("span", { class: "unsupported" }, `Unsupported element: ${element?.type ?? "nothing"}`);
  return draw(element, spot);
}

/** Tell whether a label names a group of controls instead of one. */
export function isGroup(element) {
  return GROUPS.has(element?.type) || String(element?.type).startsWith("multi_");
}
