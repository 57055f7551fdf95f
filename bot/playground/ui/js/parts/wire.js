/** The drawer that shows what travels between the app and the workspace. */

import { get } from "../api.js";
import { iconButton } from "../dom/buttons.js";
import { el, fill } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { patch } from "../dom/keyed.js";
import { fullStamp, preciseClock } from "../text/dates.js";
import { drawJson } from "./json.js";

const FILTERS = [
  ["all", "All"],
  ["out", "From the app"],
  ["in", "To the app"],
  ["bad", "Failed"],
];
const MATCH = {
  all: () => true,
  out: (entry) => isOut(entry),
  in: (entry) => !isOut(entry),
  bad: (entry) => entry.ok === false || Boolean(entry.error),
};

/** Return {node, toggle(), render(state)}. Nothing of it is in the page while it is closed. */
export function wireDrawer(desk) {
  let filter = "all";
  let isOpen = localStorage.getItem("playground.wire") === "open";
  let loaded = false;
  const rows = el("div", { class: "wire-rows", role: "list", "aria-label": "Wire" });
  const scroller = el("div", {
    class: "scroller",
    tabindex: "0",
    role: "group",
    "aria-label": "Wire entries",
  });
  const nothing = el("p", { class: "empty" }, "Nothing has travelled yet.");
  const choices = FILTERS.map(([name, words]) =>
    el(
      "button",
      { type: "button", class: "chip-button", dataset: { name }, onclick: () => pick(name) },
      words,
    ),
  );
  const shut = iconButton("close", "Hide wire", () => toggle(false));
  const head = el(
    "header",
    { class: "pane-head" },
    el(
      "div",
      { class: "pane-title" },
      icon("wire"),
      el("h2", {}, "Wire"),
      el("span", { class: "pane-sub" }, "what the app and the workspace say to each other"),
    ),
    el("div", { class: "wire-filters" }, choices),
    shut,
  );
  const node = el(
    "section",
    { class: "pane wire", "aria-label": "Wire", dataset: { testid: "wire" } },
    head,
    fill(scroller, nothing, rows),
  );

  const pick = (name) => {
    filter = name;
    render(desk.state());
  };
  const toggle = (open = !isOpen) => {
    isOpen = open;
    localStorage.setItem("playground.wire", isOpen ? "open" : "closed");
    desk.redraw();
  };
  const load = async () => {
    loaded = true;
    const { entries } = await get("wire").catch(() => ({ entries: [] }));
    for (const entry of entries) desk.store.apply({ type: "wire", entry });
  };
  const render = ({ wire }) => {
    node.hidden = !isOpen;
    document.body.classList.toggle("wire-open", isOpen);
    if (!isOpen) return rows.replaceChildren();
    if (!loaded) load();
    const following = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 60;
    for (const choice of choices) choice.setAttribute("aria-pressed", String(choice.dataset.name === filter));
    const shown = [...wire].sort((one, other) => one.n - other.n).filter(MATCH[filter]);
    nothing.hidden = shown.length > 0;
    patch(rows, shown, {
      key: (entry) => entry.n,
      make: drawEntry,
      print: (entry) => `${entry.n}/${entry.ms}/${entry.ok}`,
    });
    if (following) scroller.scrollTop = scroller.scrollHeight;
    return undefined;
  };
  return { node, toggle, render };
}

function isOut(entry) {
  return entry.direction === "app→slack";
}

function drawEntry(entry) {
  const failed = entry.ok === false || entry.error;
  const direction = isOut(entry) ? ["out", "from the app", "arrowOut"] : ["in", "to the app", "arrowIn"];
  const head = el(
    "summary",
    { class: failed ? "failed" : null },
    el(
      "span",
      { class: `wire-way ${direction[0]}`, role: "img", "aria-label": direction[1], title: direction[1] },
      icon(direction[2]),
    ),
    el("span", { class: "wire-name" }, entry.name),
    el("span", { class: "wire-summary", dir: "auto" }, failed ? entry.error || "failed" : entry.summary),
    el(
      "span",
      { class: "wire-ms" },
      entry.ms === null || entry.ms === undefined ? "…" : `${Math.round(entry.ms)} ms`,
    ),
    verdict(entry, failed),
    el("time", { class: "wire-at", title: fullStamp(entry.at) }, preciseClock(entry.at)),
  );
  const warnings = (entry.warnings ?? []).map((text) =>
    el("p", { class: "wire-warning" }, icon("alert"), text),
  );
  const body = el("div", { class: "wire-body" });
  const node = el("details", { class: "wire-entry", role: "listitem" }, head, body);
  node.addEventListener(
    "toggle",
    () =>
      node.open &&
      !body.firstChild &&
      fill(
        body,
        warnings,
        el("pre", { tabindex: "0", "aria-label": `Body of ${entry.name}` }, drawJson(entry.body)),
      ),
  );
  return node;
}

function verdict(entry, failed) {
  if (failed) return el("span", { class: "wire-verdict bad" }, "failed");
  if (entry.warnings?.length) return el("span", { class: "wire-verdict odd" }, "noted");
  return entry.ok === true
    ? el("span", { class: "wire-verdict good" }, "ok")
    : el("span", { class: "wire-verdict" }, "–");
}
