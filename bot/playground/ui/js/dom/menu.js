/** A menu that opens from a button: arrow keys move, Escape and a click elsewhere close, focus comes home. */

import { el, freshId } from "./element.js";

/**
 * Return `button` wired to a menu of `entries()`: `[{label, detail?, icon?, current?, choose}]`, drawn when it opens.
 * `draw(entry)` may give an entry a richer face than its label.
 */
export function menuButton(button, entries, { label, draw = (entry) => entry.label, className = "" }) {
  const id = freshId("menu");
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => {
    const open = document.getElementById(id);
    if (open) return open.hidePopover();
    return openMenu(button, entries(), { id, label, draw, className });
  });
  return button;
}

function openMenu(button, entries, { id, label, draw, className }) {
  const menu = el("div", {
    id,
    class: `menu ${className}`,
    role: "menu",
    "aria-label": label,
    popover: "auto",
  });
  for (const entry of entries) {
    const item = el(
      "button",
      { type: "button", role: "menuitem", class: "menu-item", tabindex: "-1" },
      draw(entry),
    );
    if (entry.current) item.setAttribute("aria-current", "true");
    item.addEventListener("click", () => {
      menu.hidePopover();
      entry.choose();
    });
    menu.append(item);
  }
  menu.addEventListener("keydown", (event) => walk(event, menu));
  menu.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    const hadFocus = menu.contains(document.activeElement) || document.activeElement === document.body;
    menu.remove();
    button.setAttribute("aria-expanded", "false");
    if (hadFocus) button.focus();
  });
  // Inside a modal dialog everything else is inert, so the menu must be born there.
  (button.closest("dialog") ?? document.body).append(menu);
  menu.showPopover();
  button.setAttribute("aria-expanded", "true");
  place(menu, button);
  (menu.querySelector("[aria-current]") ?? menu.firstElementChild)?.focus();
}

function walk(event, menu) {
  const items = [...menu.children];
  const at = items.indexOf(document.activeElement);
  const to = {
    ArrowDown: (at + 1) % items.length,
    ArrowUp: (at - 1 + items.length) % items.length,
    Home: 0,
    End: items.length - 1,
  }[event.key];
  if (event.key === "Tab") menu.hidePopover();
  if (to === undefined) return;
  event.preventDefault();
  items[to].focus();
}

/** Put a popover under its button, or above it where there is no room, and keep it inside the window. */
export function place(popover, button) {
  const from = button.getBoundingClientRect();
  const size = popover.getBoundingClientRect();
  const below = from.bottom + 6;
  const top = below + size.height > innerHeight - 8 ? Math.max(8, from.top - size.height - 6) : below;
  const left = Math.min(Math.max(8, from.left), Math.max(8, innerWidth - size.width - 8));
  popover.style.setProperty("top", `${top}px`);
  popover.style.setProperty("left", `${left}px`);
}
