/** The bar at the bottom of narrow screens. */

import { el } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { redraw } from "../dom/redraw.js";
import { unreadIn } from "./sidebar.js";

/** Return {node, render(state, route)}. */
export function conversationBar(desk) {
  const node = el("nav", { class: "bottom-bar", "aria-label": "Shortcuts" });
  const goTo = (place) => () => {
    desk.toggleWire(false); // here the drawer covers what was asked for
    desk.go({ ...desk.route(), place, thread: "" });
  };
  const item = (shape, words, act, { here, count } = {}) =>
    el(
      "button",
      { type: "button", class: "bar-item", "aria-current": here ? "page" : null, onclick: act },
      icon(shape),
      el("span", {}, words),
      count > 0 && el("span", { class: "count" }, String(count)),
    );

  const render = ({ snapshot }, { place }) => {
    const isWire = document.body.classList.contains("wire-open");
    const count = unreadIn(desk, snapshot, snapshot.app.dm_channel);
    const isApp = place === "home" || place === "messages";
    redraw(node, [place, count, snapshot.app.name, isWire], () => [
      item("chat", "Places", goTo(""), { here: !place && !isWire }),
      item("key", snapshot.app.name, goTo("messages"), { here: isApp && !isWire, count }),
      item("wire", "Wire", () => desk.toggleWire(), { here: isWire }),
      item("guide", "Welcome", () => desk.showGuide()),
    ]);
  };
  return { node, render };
}
