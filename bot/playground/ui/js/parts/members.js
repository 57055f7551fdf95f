/** Who is in a channel, and whom one may add. */

import { iconButton } from "../dom/buttons.js";
import { showDialog } from "../dom/dialog.js";
import { el, freshId } from "../dom/element.js";
import { avatar, badge, nameOf } from "../people.js";

/** Open the list of a channel's members. */
export function showMembers(desk, channelId) {
  const { snapshot } = desk.state();
  const channel = snapshot.channels.find((one) => one.id === channelId);
  const inside = snapshot.people.filter((person) => channel.members.includes(person.id));
  const outside = snapshot.people.filter(
    (person) => !channel.members.includes(person.id) && !person.is_bot && !person.deleted,
  );
  const heading = freshId("members");
  const dialog = el(
    "dialog",
    { class: "sheet", "aria-labelledby": heading },
    el(
      "header",
      { class: "dialog-head" },
      el("h2", { id: heading }, `Members of #${channel.name}`),
      iconButton("close", "Dismiss", () => close()),
    ),
    el(
      "ul",
      { class: "member-list" },
      inside.map((person) => member(person)),
      channel.app_is_member &&
        el(
          "li",
          {},
          avatar(null, true),
          el("span", { class: "member-name" }, snapshot.app.name),
          el("span", { class: "badge badge-app" }, "App"),
        ),
    ),
    outside.length > 0 && addForm(desk, channel, outside, () => close()),
  );
  const close = showDialog(dialog, { onEscape: () => close() });
}

function member(person) {
  return el(
    "li",
    {},
    avatar(person),
    el("span", { class: "member-name" }, nameOf(person), el("small", {}, person.title)),
    badge(person),
  );
}

function addForm(desk, channel, outside, done) {
  const id = freshId("add");
  const select = el(
    "select",
    { id, class: "field" },
    outside.map((person) => el("option", { value: person.id }, nameOf(person))),
  );
  const add = async (event) => {
    event.preventDefault();
    try {
      await desk.post("invite", { channel: channel.id, member: select.value });
    } catch (error) {
      desk.toast(error.message);
    }
    done();
  };
  return el(
    "form",
    { class: "add-member", onsubmit: add },
    el("label", { for: id }, "Add somebody"),
    select,
    el("button", { type: "submit", class: "button primary" }, "Add"),
  );
}
