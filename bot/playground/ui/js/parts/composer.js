/** Where people write: Enter sends, Shift+Enter breaks the line, `/` and `@` offer what there is. */

import { el, freshId } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { suggestions } from "./suggestions.js";

const drafts = new Map();

/** Return {node, render({key, label, hint}), focus(), write(text)}; `send(text)` resolves when the server took it. */
export function composer(desk, { send, placeholderId = freshId("composer") }) {
  const box = el("textarea", {
    id: placeholderId,
    class: "composer-box",
    rows: "1",
    autocomplete: "off",
    enterkeyhint: "send",
  });
  const button = el(
    "button",
    { type: "submit", class: "button primary square", "aria-label": "Send" },
    icon("send"),
  );
  const offers = suggestions(desk, box);
  const form = el(
    "form",
    { class: "composer" },
    offers.node,
    el("div", { class: "composer-frame" }, box, button),
  );
  const hint = el(
    "p",
    { class: "composer-hint", "aria-hidden": "true" },
    el("kbd", {}, "Enter"),
    " sends · ",
    el("kbd", {}, "/"),
    " commands · ",
    el("kbd", {}, "@"),
    " people",
  );
  let key = null;

  const keep = () => {
    drafts.set(key, box.value);
    button.disabled = !box.value.trim();
    grow(box);
  };
  const submit = async () => {
    const text = box.value.trim();
    if (!text) return;
    const sentFrom = key;
    offers.close();
    write("");
    button.setAttribute("aria-busy", "true");
    try {
      await send(text);
    } catch (error) {
      desk.toast(error.message);
      if (!drafts.get(sentFrom)) drafts.set(sentFrom, text); // nothing somebody wrote gets lost
      if (key === sentFrom && !box.value) write(text);
    } finally {
      button.removeAttribute("aria-busy");
    }
  };
  const write = (text) => {
    box.value = text;
    keep();
  };
  box.addEventListener("input", keep);
  box.addEventListener("keydown", (event) => {
    if (event.isComposing || offers.take(event)) return;
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    submit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });

  return {
    node: el("div", { class: "composer-wrap" }, form, hint),
    focus: () => box.focus(),
    write: (text) => {
      write(text);
      box.focus();
    },
    render: ({ key: now, label }) => {
      box.setAttribute("aria-label", label);
      box.placeholder = label;
      if (now === key) return;
      key = now;
      write(drafts.get(key) ?? "");
      offers.close();
    },
  };
}

/** Grow with the text where the browser does not do it by itself (`field-sizing: content`). */
function grow(box) {
  if (CSS.supports("field-sizing", "content")) return;
  box.style.setProperty("height", "auto");
  box.style.setProperty("height", `${box.scrollHeight}px`);
}
