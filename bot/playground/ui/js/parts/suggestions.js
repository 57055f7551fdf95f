/** The list over the composer: commands after `/`, people after `@`. */

import { el, fill, freshId } from "../dom/element.js";
import { nameOf, roleWords } from "../people.js";

/** Return {node, take(keydown) → handled, close()} for a text box. */
export function suggestions(desk, box) {
  const id = freshId("offers");
  const node = el("div", { class: "offers", role: "listbox", id, "aria-label": "Suggestions", hidden: true });
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", id);
  let offers = [];
  let chosen = 0;

  const close = () => {
    offers = [];
    node.hidden = true;
    box.removeAttribute("aria-activedescendant");
  };
  const show = () => {
    fill(
      node,
      offers.map((offer, index) => {
        const item = el("div", {
          id: `${id}-${index}`,
          class: "offer",
          role: "option",
          "aria-selected": String(index === chosen),
        });
        item.addEventListener("mousedown", (event) => {
          event.preventDefault(); // the box keeps the focus
          accept(index);
        });
        return fill(item, el("strong", {}, offer.text), offer.detail && el("span", {}, offer.detail));
      }),
    );
    node.hidden = false;
    box.setAttribute("aria-activedescendant", `${id}-${chosen}`);
  };
  const look = () => {
    offers = find(desk, box.value.slice(0, box.selectionStart));
    chosen = 0;
    if (offers.length) show();
    else close();
  };
  const accept = (index) => {
    const { text, from } = offers[index];
    const rest = box.value.slice(box.selectionStart);
    box.value = `${box.value.slice(0, from)}${text} ${rest}`;
    box.setSelectionRange(from + text.length + 1, from + text.length + 1);
    close();
    box.dispatchEvent(new Event("input"));
  };
  box.addEventListener("input", look);
  box.addEventListener("blur", close);

  const take = (event) => {
    if (!offers.length) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      chosen = (chosen + step + offers.length) % offers.length;
      show();
    } else if (event.key === "Escape") close();
    else if (event.key === "Tab" || (event.key === "Enter" && !event.shiftKey)) accept(chosen);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  return { node, take, close };
}

/** A word that is already whole needs no offer: Enter then sends it. */
function find(desk, before) {
  const command = /^\/[a-z-]*$/i.exec(before);
  if (command)
    return desk
      .commands()
      .filter(({ text }) => text.startsWith(before.toLowerCase()) && text !== before)
      .map((offer) => ({ ...offer, from: 0 }));
  const mention = /(?:^|\s)@([\p{L}\p{N} .'-]{0,30})$/u.exec(before);
  if (!mention) return [];
  const begun = mention[1].toLowerCase();
  const from = before.length - mention[1].length - 1;
  return desk
    .mentionable()
    .filter(
      (person) => nameOf(person).toLowerCase().startsWith(begun) && nameOf(person).toLowerCase() !== begun,
    )
    .slice(0, 8)
    .map((person) => ({ text: `@${nameOf(person)}`, detail: person.title || roleWords(person), from }));
}
