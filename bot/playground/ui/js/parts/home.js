/** The app's Home tab. */

import { patchBlocks } from "../blocks/draw.js";
import { el } from "../dom/element.js";

/** Return {node, render(state)}. */
export function homeTab(desk) {
  const blocks = el("div", { class: "home-blocks", tabindex: "-1", dataset: { testid: "home" } });
  const empty = el(
    "div",
    { class: "empty home-empty" },
    el("h2", {}, "Nothing on this page yet"),
    el("p", {}, "The app fills its Home when it is running. If it stays empty, look at the wire."),
  );
  const node = el(
    "div",
    { class: "home scroller", tabindex: "0", role: "group", "aria-label": "Home" },
    el("div", { class: "home-page" }, empty, blocks),
  );

  const render = ({ snapshot }) => {
    const drawn = snapshot.home?.blocks ?? [];
    empty.hidden = drawn.length > 0;
    patchBlocks(blocks, drawn, {
      ...desk.scene,
      surface: "home",
      perform: (what, control) => desk.perform({ type: "home" }, what, control),
    });
  };
  return { node, render };
}
