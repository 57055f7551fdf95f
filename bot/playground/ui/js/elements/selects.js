/** Menus: the browser's own select for one choice, a foldable list of checkboxes for several. */

import { el, fill, freshId, plain } from "../dom/element.js";
import { withEmoji } from "../text/emoji.js";
import { labelling, placeholderOf, send } from "./send.js";
import { control } from "./state.js";

/** Draw a select over the element's own options or groups. */
export const drawStaticSelect = (element, spot) =>
  drawSelect(element, spot, ownGroups(element), element.initial_option?.value);

/** Draw a select over the people of the workspace. */
export const drawUsersSelect = (element, spot) =>
  drawSelect(element, spot, people(spot), element.initial_user);

/** Draw a select over the channels. */
export const drawChannelsSelect = (element, spot) =>
  drawSelect(element, spot, channels(spot), element.initial_channel);

/** Draw a select over channels and, where asked for, people. */
export function drawConversationsSelect(element, spot) {
  const here = element.default_to_current_conversation ? spot.scene.channelId : undefined;
  return drawSelect(element, spot, conversations(element, spot), element.initial_conversation ?? here);
}

/** Draw the "several" forms of the same four. */
export const drawMultiStatic = (element, spot) =>
  drawMulti(
    element,
    spot,
    ownGroups(element),
    (element.initial_options ?? []).map((option) => option.value),
  );
export const drawMultiUsers = (element, spot) =>
  drawMulti(element, spot, people(spot), element.initial_users ?? []);
export const drawMultiChannels = (element, spot) =>
  drawMulti(element, spot, channels(spot), element.initial_channels ?? []);
export const drawMultiConversations = (element, spot) =>
  drawMulti(element, spot, conversations(element, spot), element.initial_conversations ?? []);

function drawSelect(element, spot, groups, initial) {
  const node = el("select", { class: "field", id: spot.controlId, ...labelling(spot, element) });
  const empty = el("option", { value: "" }, placeholderOf(element) || "Choose…");
  empty.hidden = spot.required === true;
  node.append(empty);
  for (const { label, options } of groups) {
    const items = options.map(({ value, text }) =>
      el("option", { value, selected: value === initial }, withEmoji(text)),
    );
    node.append(...(label ? [el("optgroup", { label: withEmoji(plain(label)) }, items)] : items));
  }
  let before = node.value;
  node.addEventListener("change", async () => {
    const went = node.value && (await send(spot, element, { selected: node.value }, node));
    if (spot.sends && !went) node.value = before;
    before = node.value;
  });
  const write = (value) => {
    node.value = value;
    before = node.value;
  };
  return control(node, {
    blockId: spot.blockId,
    actionId: element.action_id ?? "",
    read: () => node.value || null,
    write,
  });
}

function drawMulti(element, spot, groups, initial) {
  const most = element.max_selected_items ?? Infinity;
  const chips = el("span", { class: "chips" });
  const list = el("div", {
    class: "multi-list",
    role: "group",
    ...labelling(spot, element),
    autofocus: null,
  });
  const node = el(
    "details",
    { class: "multi" },
    el("summary", { class: "field", autofocus: element.focus_on_load === true }, chips),
    list,
  );
  const inputs = [];
  for (const { label, options } of groups) {
    if (label) list.append(el("p", { class: "multi-group" }, withEmoji(label)));
    for (const { value, text } of options) {
      const id = freshId("choice");
      const input = el("input", { type: "checkbox", id, value, checked: initial.includes(value) });
      inputs.push(input);
      list.append(el("div", { class: "option" }, input, el("label", { for: id }, withEmoji(text))));
    }
  }
  const chosen = () => inputs.filter((input) => input.checked);
  const refresh = () => {
    for (const input of inputs) input.disabled = !input.checked && chosen().length >= most;
    const names = chosen().map((input) => el("span", { class: "chip" }, input.nextSibling.textContent));
    fill(chips, names.length ? names : placeholderOf(element) || "Choose…");
  };
  refresh();
  const read = () => chosen().map((input) => input.value);
  const write = (values) => {
    for (const input of inputs) input.checked = values.includes(input.value);
    refresh();
  };
  list.addEventListener("change", () => {
    refresh();
    send(spot, element, { selected: read() }, node);
  });
  return control(node, { blockId: spot.blockId, actionId: element.action_id ?? "", read, write });
}

function ownGroups(element) {
  const asOptions = (options) => options.map(({ value, text }) => ({ value, text: text.text }));
  if (!element.option_groups) return [{ options: asOptions(element.options ?? []) }];
  return element.option_groups.map((group) => ({
    label: group.label.text,
    options: asOptions(group.options),
  }));
}

function people({ scene }) {
  const there = scene.people().filter((person) => !person.deleted && !person.is_bot);
  return [{ options: there.map((person) => ({ value: person.id, text: person.real_name || person.name })) }];
}

function channels({ scene }) {
  const open = scene.channels().filter((channel) => channel.kind !== "dm" && !channel.is_archived);
  return [{ options: open.map((channel) => ({ value: channel.id, text: `#${channel.name}` })) }];
}

/** With a filter, only the kinds it names are offered; without one, channels (a person is found by users_select). */
function conversations(element, spot) {
  const kinds = element.filter?.include ?? ["public", "private"];
  const named = channels(spot)[0].options.filter(({ value }) => {
    const channel = spot.scene.channels().find((one) => one.id === value);
    const sharedOut = element.filter?.exclude_external_shared_channels && channel.is_shared;
    return kinds.includes(channel.kind === "private" ? "private" : "public") && !sharedOut;
  });
  const groups = [
    { label: "Channels", options: named },
    { label: "People", options: kinds.includes("im") ? people(spot)[0].options : [] },
  ];
  return groups.filter(({ options }) => options.length);
}
