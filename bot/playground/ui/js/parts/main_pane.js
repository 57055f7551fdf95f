/** The pane in the middle: a heading, and under it a conversation or the app's Home. */

import { button, iconButton } from "../dom/buttons.js";
import { el } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { redraw } from "../dom/redraw.js";
import { avatar } from "../people.js";
import { conversation } from "./conversation.js";
import { homeTab } from "./home.js";
import { showMembers } from "./members.js";

const TABS = [
  ["home", "Home"],
  ["messages", "Messages"],
];

/** Return {node, render(state, route), write(text), focus()}. */
export function mainPane(desk) {
  const title = el("div", { class: "pane-title" });
  const tools = el("div", { class: "pane-tools" });
  const back = iconButton("back", "All conversations", () =>
    desk.go({ ...desk.route(), place: "", thread: "" }),
  );
  back.classList.add("only-narrow");
  const tabs = tabList(desk);
  const invite = el("div", { class: "invite", hidden: true });
  const talk = conversation(desk);
  const home = homeTab(desk);
  const node = el(
    "main",
    { class: "pane main-pane", tabindex: "-1" },
    el("header", { class: "pane-head" }, back, title, tools),
    tabs.node,
    invite,
    talk.node,
    home.node,
  );

  const render = (state, route) => {
    const { snapshot } = state;
    const isApp = route.place === "home" || route.place === "messages";
    const channel = snapshot.channels.find((one) => one.id === route.place);
    node.hidden = !route.place;
    tabs.node.hidden = !isApp;
    home.node.hidden = route.place !== "home";
    talk.node.hidden = route.place === "home" || (!isApp && !channel);
    if (node.hidden) return;
    redraw(
      title,
      [route.place, isApp, channel?.name, channel?.topic, snapshot.app.name, snapshot.app.connected],
      () => (isApp ? appTitle(snapshot.app) : channelTitle(channel)),
    );
    redraw(
      tools,
      [channel?.id, channel?.members, channel?.app_is_member],
      () => channel && membersButton(desk, channel),
    );
    redraw(
      invite,
      [channel?.id, channel?.app_is_member],
      () => channel && !channel.app_is_member && inviteBar(desk, channel, snapshot.app),
    );
    invite.hidden = !invite.firstChild;
    tabs.render(route.place);
    if (!home.node.hidden) home.render(state);
    if (!talk.node.hidden) talk.render(state, route);
  };
  return { node, render, write: talk.write, focus: () => node.focus() };
}

function appTitle(app) {
  const state = app.connected ? ["on", "Connected"] : ["off", "Not connected"];
  return [
    avatar(null, true),
    el(
      "div",
      {},
      el("h1", {}, app.name, el("span", { class: "badge badge-app" }, "App")),
      el("span", { class: `pane-sub presence ${state[0]}` }, state[1]),
    ),
  ];
}

function channelTitle(channel) {
  if (!channel)
    return el(
      "div",
      {},
      el("h1", {}, "Not here"),
      el("span", { class: "pane-sub" }, "You are not in this channel."),
    );
  const mark = channel.kind === "private" ? "lock" : "hash";
  const shared = channel.is_shared && el("span", { class: "badge" }, "Shared");
  return el(
    "div",
    {},
    el("h1", {}, icon(mark), channel.name, shared),
    el("span", { class: "pane-sub" }, channel.topic),
  );
}

function membersButton(desk, channel) {
  const count = channel.members.length + (channel.app_is_member ? 1 : 0);
  const node = button("button quiet", () => showMembers(desk, channel.id), icon("people"), String(count));
  node.setAttribute("aria-label", `${count} members`);
  return node;
}

function inviteBar(desk, channel, app) {
  const invite = () =>
    desk.post("invite", { channel: channel.id, member: "app" }).catch((error) => desk.toast(error.message));
  const add = button("button small", invite, `Add ${app.name}`);
  return [el("span", {}, `${app.name} is not in this channel and cannot read or write here.`), add];
}

function tabList(desk) {
  const buttons = TABS.map(([place, words]) =>
    el(
      "button",
      {
        type: "button",
        role: "tab",
        class: "tab",
        dataset: { place },
        onclick: () => desk.go({ ...desk.route(), place, thread: "" }),
      },
      words,
    ),
  );
  const node = el("div", { class: "tabs", role: "tablist", "aria-label": "Parts of the app" }, buttons);
  node.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length];
    next.focus();
    next.click();
  });
  const render = (place) => {
    for (const one of buttons) {
      const chosen = one.dataset.place === place;
      one.setAttribute("aria-selected", String(chosen));
      one.tabIndex = chosen ? 0 : -1;
    }
  };
  return { node, render };
}
