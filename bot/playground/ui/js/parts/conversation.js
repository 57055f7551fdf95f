/** A conversation: its messages, what the app is doing, what it suggests, and the composer. */

import { button } from "../dom/buttons.js";
import { el } from "../dom/element.js";
import { redraw } from "../dom/redraw.js";
import { avatar } from "../people.js";
import { channelIdOf, repliesByThread, topLevel } from "../store.js";
import { activity } from "./activity.js";
import { composer } from "./composer.js";
import { messageList } from "./message_list.js";

/** Return {node, render(state, route), write(text)} for a channel or the app's Messages tab. */
export function conversation(desk) {
  const intro = el("div", { class: "intro" });
  const list = messageList(desk, {
    label: "Messages",
    openThread: (thread) => desk.go({ ...desk.route(), thread }),
    top: intro,
  });
  const box = composer(desk, {
    send: (text) => desk.say(channelIdOf(desk.state().snapshot, desk.route().place), text),
  });
  const prompts = el("div", { class: "prompts" });
  const doing = activity(desk);
  const node = el("div", { class: "conversation" }, list.node, doing.node, prompts, box.node);

  const render = ({ snapshot }, { place }) => {
    const id = channelIdOf(snapshot, place);
    const channel = snapshot.channels.find((one) => one.id === id);
    const messages = topLevel(snapshot, id);
    const label = place === "messages" ? `Message ${snapshot.app.name}` : `Message #${channel?.name ?? ""}`;
    introduce(intro, place, channel, snapshot, messages.length === 0);
    const replies = repliesByThread(snapshot, id);
    list.render(
      messages.map((message) => rowOf(desk, id, message, replies.get(message.ts))),
      id,
    );
    box.render({ key: `${desk.viewer().user}/${id}`, label });
    doing.render(channel, () => true);
    offer(prompts, channel?.prompts ?? [], (text) =>
      desk.say(id, text).catch((error) => desk.toast(error.message)),
    );
  };
  return { node, render, write: box.write };
}

/** Return what the message list needs to draw one message; `replies` are those of its thread. */
export function rowOf(desk, channelId, message, replies = []) {
  const { snapshot } = desk.state();
  const count = Math.max(replies.length, message.reply_count ?? 0);
  const place = `${channelId}/${message.ts}`;
  const unread = replies.filter((reply) => desk.unread.isNew(desk.viewer(), place, reply)).length;
  const thread = count ? { count, unread, last: replies.at(-1)?.ts ?? null } : null;
  return { message, channelId, author: authorOf(snapshot, message), thread };
}

function authorOf(snapshot, message) {
  const found = snapshot.people.find((person) => person.id === message.user);
  return found ?? { id: message.user, real_name: message.is_app ? snapshot.app.name : message.user };
}

function introduce(node, place, channel, snapshot, isEmpty) {
  redraw(node, [place, channel?.name, channel?.topic, isEmpty], () =>
    place === "messages" ? appIntro(snapshot.app, isEmpty) : channelIntro(channel, isEmpty),
  );
}

function appIntro(app, isEmpty) {
  return [
    avatar(null, true),
    el("h2", {}, app.name),
    el("p", {}, "This is your private line to the app. Nobody else reads it."),
    isEmpty &&
      el(
        "p",
        { class: "nudge" },
        "Nothing here yet. Type ",
        el("code", {}, `${app.command[0]} connect`),
        " to begin, or just ask a question.",
      ),
  ];
}

function channelIntro(channel, isEmpty) {
  return [
    el("h2", {}, `#${channel?.name ?? ""}`),
    el("p", {}, channel?.topic || "A channel of this workspace."),
    isEmpty && el("p", { class: "nudge" }, "No messages yet. Say hello."),
  ];
}

function offer(node, prompts, choose) {
  const draw = ({ title, message }) => button("prompt", () => choose(message ?? title), title ?? message);
  redraw(node, prompts, () => prompts.map(draw));
}
