/** The pane at the right: one message and its replies. */

import { iconButton } from "../dom/buttons.js";
import { el, setText } from "../dom/element.js";
import { channelIdOf, threadOf } from "../store.js";
import { activity } from "./activity.js";
import { composer } from "./composer.js";
import { rowOf } from "./conversation.js";
import { messageList } from "./message_list.js";

/** Return {node, render(state, route)}; the pane is hidden while no thread is open. */
export function threadPane(desk) {
  const close = () => desk.go({ ...desk.route(), thread: "" });
  const where = el("span", { class: "pane-sub" });
  const shut = iconButton("close", "Leave thread", close);
  const head = el(
    "header",
    { class: "pane-head" },
    el("div", { class: "pane-title" }, el("h2", {}, "Thread"), where),
    shut,
  );
  const list = messageList(desk, { label: "Thread" });
  const box = composer(desk, {
    send: (text) =>
      desk.say(channelIdOf(desk.state().snapshot, desk.route().place), text, desk.route().thread),
  });
  const doing = activity(desk);
  const gone = el("p", { class: "empty", hidden: true }, "This thread is gone.");
  const node = el(
    "section",
    { class: "pane thread-pane", "aria-label": "Thread", tabindex: "-1", hidden: true },
    head,
    gone,
    list.node,
    doing.node,
    box.node,
  );
  node.addEventListener("keydown", (event) => event.key === "Escape" && !event.defaultPrevented && close());
  let open = "";
  // On a touch screen the composer's focus would raise the keyboard over the thread.
  const arrive = () => (matchMedia("(pointer: coarse)").matches ? node.focus() : box.focus());

  const render = ({ snapshot }, { place, thread }) => {
    const id = channelIdOf(snapshot, place);
    const hadFocus = node.contains(document.activeElement);
    node.hidden = !thread || !id;
    if (node.hidden) {
      if (open && hadFocus) goBack(open);
      open = "";
      return;
    }
    const { root, replies } = threadOf(snapshot, id, thread);
    const channel = snapshot.channels.find((one) => one.id === id);
    const title = channel?.activity?.find((one) => one.thread_ts === thread)?.title;
    setText(where, title || (place === "messages" ? snapshot.app.name : `#${channel?.name ?? ""}`));
    gone.hidden = Boolean(root) || replies.length > 0;
    const rows = [root, ...replies]
      .filter(Boolean)
      .map((message) => ({ ...rowOf(desk, id, message), thread: null, joins: message !== replies[0] }));
    list.render(rows, `${id}/${thread}`);
    box.render({ key: `${desk.viewer().user}/${id}/${thread}`, label: "Reply in this thread" });
    doing.render(channel, (one) => one.thread_ts === thread);
    if (open !== thread) arrive();
    open = thread;
  };
  return { node, render };
}

/** The focus returns to the message the thread hangs on. */
function goBack(thread) {
  const message = document.querySelector(`.main-pane [data-ts="${CSS.escape(thread)}"]`);
  (message?.querySelector(".thread-link") ?? message)?.focus();
}
