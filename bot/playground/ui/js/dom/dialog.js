/** Modal dialogs: the browser traps focus and makes the rest inert; we bring focus home and answer Escape. */

import { el, fill, freshId } from "./element.js";

/** Open a dialog; `onEscape` decides what Escape does. Returns a function that closes it and brings focus home. */
export function showDialog(dialog, { onEscape }) {
  const opener = document.activeElement;
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    onEscape();
  });
  dialog.addEventListener("keydown", (event) => {
    // A second Escape in a row comes without a `cancel` that can be stopped; an open menu takes the first for itself.
    if (event.key !== "Escape" || event.defaultPrevented || dialog.querySelector(":popover-open")) return;
    event.preventDefault();
    onEscape();
  });
  document.body.append(dialog);
  dialog.showModal();
  return () => {
    dialog.close();
    dialog.remove();
    if (opener?.isConnected) opener.focus();
  };
}

/** Ask a yes-or-no question; resolves to true only when the person agrees. */
export function ask({ title, text, confirm, deny, danger }) {
  return new Promise((resolve) => {
    const heading = freshId("ask");
    const answer = (yes) => {
      close();
      resolve(yes);
    };
    const dialog = el("dialog", { class: "ask", "aria-labelledby": heading, role: "alertdialog" });
    const no = el("button", { type: "button", class: "button", onclick: () => answer(false) }, deny);
    const yes = el(
      "button",
      { type: "button", class: `button ${danger ? "danger" : "primary"}`, onclick: () => answer(true) },
      confirm,
    );
    fill(
      dialog,
      el("h2", { id: heading }, title),
      el("div", { class: "ask-text" }, text),
      el("div", { class: "dialog-foot" }, no, yes),
    );
    const close = showDialog(dialog, { onEscape: () => answer(false) });
    (danger ? no : yes).focus();
  });
}
