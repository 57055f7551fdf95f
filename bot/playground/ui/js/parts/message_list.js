/** A scrolling list of messages that stays where the reader is, and follows along when they are at the end. */

import { button } from "../dom/buttons.js";
import { el } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { patch } from "../dom/keyed.js";
import { day } from "../text/dates.js";
import { changeMessage, makeMessage } from "./message.js";

const TOGETHER_S = 300;
const NEAR_END_PX = 80;

/** Return {node, list, render(rows, place)}; `openThread(ts)` is null inside a thread, `top` stands above the first message. */
export function messageList(desk, { label, openThread = null, top = null }) {
  const list = el("div", {
    class: "message-list",
    role: "log",
    "aria-live": "polite",
    "aria-relevant": "additions text",
    "aria-label": label,
  });
  const down = button("jump", () => toEnd(), "Jump to the latest", icon("chevron"));
  down.hidden = true;
  const scroller = el(
    "div",
    { class: "scroller", tabindex: "0", role: "group", "aria-label": label },
    top,
    list,
  );
  const node = el("div", { class: "message-pane" }, scroller, down);
  let place = null;
  let following = true;

  const toEnd = () => {
    scroller.scrollTop = scroller.scrollHeight;
    following = true;
    down.hidden = true;
  };
  scroller.addEventListener("scroll", () => {
    following = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END_PX;
    if (following) down.hidden = true;
  });
  new ResizeObserver(() => following && toEnd()).observe(list);
  new ResizeObserver(() => following && toEnd()).observe(scroller);

  const render = (rows, nowAt) => {
    const arrived = nowAt !== place;
    const before = list.lastElementChild?.dataset.key;
    list.setAttribute("aria-busy", String(arrived));
    if (arrived) list.replaceChildren();
    place = nowAt;
    patch(list, withDays(rows), {
      key: (row) => row.day ?? row.message.ts,
      make: (row) => (row.day ? divider(row) : makeMessage(row, desk, openThread)),
      change: (old, row) => (row.day ? divider(row) : changeMessage(old, row, desk, openThread)),
    });
    list.setAttribute("aria-busy", "false");
    const mine = rows.at(-1)?.message.user === desk.viewer().user;
    if (arrived || following || (mine && before !== list.lastElementChild?.dataset.key)) toEnd();
    else if (before !== list.lastElementChild?.dataset.key) down.hidden = false;
  };
  return { node, list, render };
}

function divider({ day: words }) {
  return el("div", { class: "day", role: "separator", "aria-label": words }, el("span", {}, words));
}

/** Put a divider before the first message of each day, and say which messages continue the one before. */
function withDays(rows) {
  const result = [];
  let before = null;
  let today = null;
  for (const row of rows) {
    const at = Number(row.message.ts);
    const words = day(at);
    if (words !== today) result.push({ day: words });
    const goesOn =
      words === today &&
      row.joins !== false &&
      before &&
      before.user === row.message.user &&
      at - before.at < TOGETHER_S;
    result.push({ ...row, compact: Boolean(goesOn) && before.ephemeral === row.message.ephemeral });
    before = { user: row.message.user, at, ephemeral: row.message.ephemeral };
    today = words;
  }
  return result;
}
