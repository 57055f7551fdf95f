/** Puts the page together: address → person → snapshot → live events → parts. */

import { get } from "./api.js";
import { Desk } from "./desk.js";
import { button } from "./dom/buttons.js";
import { ask } from "./dom/dialog.js";
import { el } from "./dom/element.js";
import { listen } from "./live.js";
import { conversationBar } from "./parts/bottom_bar.js";
import { guide } from "./parts/guide.js";
import { mainPane } from "./parts/main_pane.js";
import { modalLayer } from "./parts/modal.js";
import { banner, toasts } from "./parts/notices.js";
import { sidebar } from "./parts/sidebar.js";
import { threadPane } from "./parts/thread.js";
import { wireDrawer } from "./parts/wire.js";
import { go, readRoute } from "./route.js";
import { channelIdOf, Store, threadOf, topLevel } from "./store.js";
import { useZone } from "./text/dates.js";
import { Unread } from "./unread.js";
import { forgetViewers, remember, usualViewer } from "./viewers.js";

const NARROW = matchMedia("(max-width: 899px)");
const RETRY_MS = 2_000;

const store = new Store();
const notes = toasts();
const desk = new Desk(store, {
  toast: notes.toast,
  ask,
  redraw: () => draw(store.state),
  showGuide: () => showGuide(),
  toggleWire: (open) => parts.wire.toggle(open),
  compose: (text) => compose(text),
});
const parts = {
  banner: banner(),
  side: sidebar(desk),
  main: mainPane(desk),
  thread: threadPane(desk),
  wire: wireDrawer(desk),
  guide: guide(desk),
  modal: modalLayer(desk),
  bar: conversationBar(desk),
};
const hereAndNow = el("div", { class: "hidden-words", role: "status" });

let hangUp = () => {};
let openedTab = "";
let arrivals = 0;

document.body.append(
  button("skip button", () => parts.main.focus(), "Skip to the conversation"),
  parts.banner.node,
  el(
    "div",
    { class: "frame" },
    parts.side.node,
    el(
      "div",
      { class: "center" },
      el("div", { class: "panes" }, parts.main.node, parts.thread.node, parts.guide.node),
      parts.wire.node,
    ),
  ),
  parts.bar.node,
  notes.node,
  hereAndNow,
);
store.subscribe(draw);
addEventListener("hashchange", follow);
document.addEventListener("click", (event) => {
  const href = event.target.closest("a[target=_blank]")?.href;
  if (href && desk.follow(href)) event.preventDefault();
});
document.addEventListener("visibilitychange", () => draw(store.state));
NARROW.addEventListener("change", follow);
follow();

/** Make the page show what the address says. */
async function follow() {
  const { team, user } = readRoute();
  const { viewer } = store.state;
  const isSame = viewer && viewer.team === team && viewer.user === user;
  if (isSame || (await arrive(team && user ? { team, user } : usualViewer(team)))) settle();
}

/** Become somebody; returns false when that failed or another address came in between. */
async function arrive(wanted) {
  arrivals += 1;
  const turn = arrivals;
  let snapshot;
  try {
    snapshot = await get("snapshot", wanted);
  } catch (error) {
    if (turn === arrivals) cannotArrive(wanted, error);
    return false;
  }
  if (turn !== arrivals) return false;
  hangUp();
  const viewer = { team: snapshot.team.id, user: snapshot.me.id };
  remember(viewer);
  desk.unread.begin(snapshot.now);
  useZone(snapshot.me.tz);
  openedTab = "";
  store.set({ viewer, snapshot, line: "connecting", wire: [], viewProblem: null });
  hangUp = listen(viewer, { onEvent: take, onLine: (line) => store.set({ line }) });
  const route = readRoute();
  if (route.team !== viewer.team || route.user !== viewer.user)
    go({ ...route, ...viewer }, { replace: true });
  return true;
}

/** Nobody of that name: start as the usual person. No answer: try again in a while. */
function cannotArrive(wanted, error) {
  notes.toast(error.message);
  const usual = usualViewer("");
  if (error.status === 404 && usual.user !== wanted.user) return go(usual, { replace: true });
  if (error.status === 404) forgetViewers();
  store.set({ line: "lost" });
  return setTimeout(follow, RETRY_MS);
}

/** Fill in what the address leaves open, and tell the app when its tab was opened. */
function settle() {
  const route = readRoute();
  const { snapshot } = store.state;
  if (route.place && route.place === snapshot.app.dm_channel)
    return go({ ...route, place: "messages" }, { replace: true });
  if (route.place && !isPlace(route.place, snapshot))
    return go({ ...route, place: "", thread: "" }, { replace: true });
  if (!route.place && !NARROW.matches) return go({ ...route, place: "messages" }, { replace: true });
  const tab = route.place === "home" || route.place === "messages" ? route.place : "";
  if (tab && tab !== openedTab) desk.post("home", { tab }).catch((error) => notes.toast(error.message));
  openedTab = tab;
  return draw(store.state);
}

function isPlace(place, snapshot) {
  return ["home", "messages"].includes(place) || snapshot.channels.some((channel) => channel.id === place);
}

function take(event) {
  if (event.type === "reset") return startOver();
  if (event.type === "busy") return markBusy(event);
  if (event.type === "problem") {
    if (event.where === "view" && store.state.snapshot?.view) return store.set({ viewProblem: event });
    return notes.toast(event.text);
  }
  if (event.type === "message") announce(event);
  return store.apply(event);
}

function startOver() {
  Unread.forget();
  location.reload();
}

/** A message that arrives elsewhere is told to screen readers; the open list tells its own. */
function announce({ channel, message }) {
  const { snapshot, viewer } = store.state;
  const isHere = channelIdOf(snapshot, readRoute().place) === channel;
  const isNew = !(snapshot.messages[channel] ?? []).some((one) => one.ts === message.ts);
  if (isHere || !isNew || message.user === viewer.user) return;
  const found = snapshot.channels.find((one) => one.id === channel);
  hereAndNow.textContent =
    found?.kind === "dm" ? `New message from ${snapshot.app.name}` : `New message in #${found?.name ?? ""}`;
}

/** Turn the spinner on the control that was clicked, wherever it is drawn. */
function markBusy({ what, busy }) {
  const place =
    what.type === "view"
      ? `[data-view-id="${CSS.escape(what.view_id ?? "")}"]`
      : what.type === "home"
        ? "[data-testid=home]"
        : `[data-ts="${CSS.escape(what.ts ?? "")}"]`;
  if (!what.action_id) return;
  for (const node of document.querySelectorAll(`${place} [data-action-id="${CSS.escape(what.action_id)}"]`)) {
    if (what.block_id && node.dataset.blockId !== what.block_id) continue;
    if (busy) node.setAttribute("aria-busy", "true");
    else node.removeAttribute("aria-busy");
  }
}

/** On a narrow screen the guide stands under the list of places. */
function showGuide() {
  if (!NARROW.matches) parts.guide.show(!parts.guide.isOpen());
  else {
    parts.guide.show(true);
    parts.wire.toggle(false);
    desk.go({ ...readRoute(), place: "", thread: "" });
    requestAnimationFrame(() => parts.guide.node.scrollIntoView());
  }
  desk.redraw();
}

function compose(text) {
  desk.go({ ...readRoute(), place: "messages", thread: "" });
  draw(store.state); // the conversation must be there before it can be written in
  parts.main.write(text);
}

/** What stands on the screen counts as read. */
function markSeen(snapshot, { place, thread }) {
  const id = channelIdOf(snapshot, place);
  if (!id || document.visibilityState !== "visible") return;
  desk.unread.see(desk.viewer(), id, topLevel(snapshot, id));
  if (thread) desk.unread.see(desk.viewer(), `${id}/${thread}`, threadOf(snapshot, id, thread).replies);
}

function titleOf({ team, app, channels }, place) {
  if (place === "home" || place === "messages") return app.name;
  const channel = channels.find((one) => one.id === place);
  return channel ? `#${channel.name}` : team.name;
}

function draw(state) {
  const route = readRoute();
  document.body.classList.toggle("ready", Boolean(state.snapshot));
  parts.banner.render(state);
  if (!state.snapshot) return;
  document.title = `${titleOf(state.snapshot, route.place)} · Innkeeper playground`;
  document.body.dataset.pane = route.thread ? "thread" : route.place ? "main" : "list";
  document.body.classList.toggle("guide-open", parts.guide.isOpen());
  markSeen(state.snapshot, route);
  parts.main.render(state, route);
  parts.thread.render(state, route);
  parts.wire.render(state);
  parts.side.render(state, route);
  parts.bar.render(state, route);
  parts.modal.render(state);
}
