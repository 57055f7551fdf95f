/** The rail and the list of places: workspaces, who you are, channels, the app. */

import { button } from "../dom/buttons.js";
import { el } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { menuButton } from "../dom/menu.js";
import { redraw } from "../dom/redraw.js";
import { avatar, badge, nameOf } from "../people.js";
import { isReply } from "../store.js";

/** Return {node, render(state, route)}. */
export function sidebar(desk) {
  const teams = el("div", { class: "rail-teams" });
  const tools = railTools(desk);
  const rail = el("div", { class: "rail" }, teams, tools.node);
  const heading = el("header", { class: "side-head" });
  const who = personSwitcher(desk);
  const places = el("div", { class: "places" });
  const node = el(
    "nav",
    { class: "side", "aria-label": "Workspace" },
    rail,
    el("div", { class: "side-list" }, heading, who.node, places),
  );

  const render = ({ snapshot }, route) => {
    redraw(teams, [snapshot.teams, snapshot.team.id], () =>
      snapshot.teams.map((team) => teamButton(desk, team, team.id === snapshot.team.id)),
    );
    redraw(heading, snapshot.team, () => [
      el("div", { class: "side-name" }, snapshot.team.name),
      el("div", { class: "side-sub" }, "Innkeeper playground"),
    ]);
    who.render(snapshot);
    tools.render();
    const channels = snapshot.channels
      .filter((channel) => channel.kind !== "dm")
      .map((channel) => ({ channel, unread: unreadIn(desk, snapshot, channel.id) }));
    const appUnread = unreadIn(desk, snapshot, snapshot.app.dm_channel);
    redraw(places, [channels, appUnread, snapshot.app, route.place], () => [
      section(
        "Channels",
        channels.map((one) => channelLink(desk, one, route.place)),
      ),
      section("Apps", [appLink(desk, snapshot.app, appUnread, route.place)]),
    ]);
  };
  return { node, render };
}

/** Count what is new in a conversation and its threads. */
export function unreadIn(desk, snapshot, channelId) {
  const placeOf = (message) => (isReply(message) ? `${channelId}/${message.thread_ts}` : channelId);
  const messages = snapshot.messages[channelId] ?? [];
  return messages.filter((message) => desk.unread.isNew(desk.viewer(), placeOf(message), message)).length;
}

function railTools(desk) {
  const tool = (shape, words, act) => button("rail-tool", act, icon(shape), el("span", {}, words));
  const guide = tool("guide", "Welcome", () => desk.showGuide());
  const wire = tool("wire", "Wire", () => desk.toggleWire());
  const reset = tool("reset", "Reset", () => desk.reset());
  const render = () => {
    guide.setAttribute("aria-pressed", String(document.body.classList.contains("guide-open")));
    wire.setAttribute("aria-pressed", String(document.body.classList.contains("wire-open")));
  };
  return { node: el("div", { class: "rail-tools" }, guide, wire, reset), render };
}

function teamButton(desk, team, isHere) {
  const letters = team.name
    .split(/\s+/)
    .map((word) => word[0])
    .join("")
    .slice(0, 2)
    .toUpperCase();
  return el(
    "button",
    {
      type: "button",
      class: "team",
      "aria-label": team.name,
      title: team.name,
      "aria-current": isHere ? "true" : null,
      onclick: () => desk.enterTeam(team.id),
    },
    letters,
  );
}

function personSwitcher(desk) {
  const face = el("span", { class: "who-face" });
  const words = el("span", { class: "who-words" });
  const switcher = button("who", null, face, words, icon("chevron"));
  switcher.dataset.testid = "person-switcher";
  menuButton(
    switcher,
    () =>
      desk
        .people()
        .filter((person) => !person.is_bot && !person.deleted)
        .map((person) => ({
          person,
          current: person.id === desk.viewer().user,
          choose: () => desk.become(person.id),
        })),
    {
      label: "Switch person",
      className: "people-menu",
      draw: ({ person }) => [
        avatar(person),
        el("span", { class: "member-name" }, nameOf(person), el("small", {}, person.title)),
        badge(person),
      ],
    },
  );
  const render = ({ me }) => {
    redraw(face, me, () => avatar(me));
    redraw(words, me, () => [
      el("span", { class: "who-name" }, "You are: ", el("b", {}, nameOf(me))),
      el("span", { class: "who-title" }, me.title, badge(me)),
    ]);
  };
  return { node: switcher, render };
}

function section(title, links) {
  return el(
    "section",
    { class: "place-section" },
    el("h2", {}, title),
    el(
      "ul",
      {},
      links.map((one) => el("li", {}, one)),
    ),
  );
}

function placeLink(desk, { place, isHere, unread, face, words, detail }) {
  const count =
    unread > 0 &&
    el("span", { class: "count" }, String(unread), el("span", { class: "hidden-words" }, " new"));
  return el(
    "a",
    {
      class: `place ${unread ? "unread" : ""}`,
      href: desk.addressOf({ place }),
      "aria-current": isHere ? "page" : null,
      dataset: { place },
    },
    face,
    el("span", { class: "place-name" }, words),
    detail,
    count,
  );
}

function channelLink(desk, { channel, unread }, place) {
  const shared = channel.is_shared && el("span", { class: "place-note" }, "shared");
  return placeLink(desk, {
    place: channel.id,
    isHere: place === channel.id,
    unread,
    face: icon(channel.kind === "private" ? "lock" : "hash"),
    words: channel.name,
    detail: shared,
  });
}

function appLink(desk, app, unread, place) {
  const dot = el("span", {
    class: `dot ${app.connected ? "on" : "off"}`,
    role: "img",
    "aria-label": app.connected ? "connected" : "not connected",
  });
  return placeLink(desk, {
    place: "messages",
    isHere: place === "messages" || place === "home",
    unread,
    face: avatar(null, true),
    words: app.name,
    detail: dot,
  });
}
