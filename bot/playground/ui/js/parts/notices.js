/** The banner over everything and the short notes in the corner. */

import { iconButton } from "../dom/buttons.js";
import { el, fill } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { redraw } from "../dom/redraw.js";

const NOTE_MS = 7_000;
const NEWS_MS = 6_000;
const TONES = { bad: "alert", good: "check", news: "info" };

/** Return {node, render(state)}: one line about the connection, or nothing when all is well. */
export function banner() {
  const node = el("div", { class: "banner", role: "status" });
  let timer;
  const render = ({ line, snapshot, status }) => {
    const [tone, words] = tell(line, snapshot, status);
    redraw(node, [tone, words], () => words && [icon(TONES[tone]), el("span", {}, words)]);
    node.className = `banner ${words ? tone : ""}`;
    clearTimeout(timer);
    if (tone === "good" || tone === "news")
      timer = setTimeout(() => render({ line, snapshot, status: null }), NEWS_MS);
  };
  return { node, render };
}

function tell(line, snapshot, status) {
  if (line === "lost") return ["bad", "The playground does not answer. Trying again…"];
  const isFresh = status && Date.now() - status.at < NEWS_MS;
  if (snapshot && !snapshot.app.connected)
    return ["bad", status?.text ?? `${snapshot.app.name} is not connected. Is the bot running?`];
  return isFresh ? [status.isGood ? "good" : "news", status.text] : ["", ""];
}

/** Return {node, toast(text)}: notes that go by themselves, or at a click. */
export function toasts() {
  const node = el("div", { class: "toasts", role: "alert", popover: "manual" });
  const toast = (text) => {
    const note = el("div", { class: "toast" }, icon("alert"), el("span", {}, text));
    note.append(iconButton("close", "Hide note", () => drop(note)));
    node.append(note);
    if (node.matches(":popover-open")) node.hidePopover();
    node.showPopover(); // again, so that it stands over a dialog opened since
    setTimeout(() => drop(note), NOTE_MS);
  };
  const drop = (note) => {
    note.remove();
    if (!node.firstChild && node.matches(":popover-open")) node.hidePopover();
  };
  return { node, toast, clear: () => fill(node) };
}
