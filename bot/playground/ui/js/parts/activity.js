/** What the app is doing in a thread: "Innkeeper is thinking…", with a button to stop it where it can be stopped. */

import { button } from "../dom/buttons.js";
import { el } from "../dom/element.js";
import { redraw } from "../dom/redraw.js";

/** Return {node, render(channel, matches)}; `matches` picks the thread among the channel's activities. */
export function activity(desk) {
  const node = el("div", { class: "doing", role: "status" });
  const render = (channel, matches) => {
    const found = channel?.activity?.find((one) => (one.line || one.status === "processing") && matches(one));
    const facts = found && [found.line, found.status, found.thread_ts, channel.id];
    redraw(node, facts, () => found && describe(desk, channel.id, found));
  };
  return { node, render };
}

function describe(desk, channelId, { line, status, thread_ts: thread }) {
  const stop = () =>
    desk.post("stop", { channel: channelId, thread_ts: thread }).catch((error) => desk.toast(error.message));
  return [
    el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")),
    `${desk.state().snapshot.app.name} ${line || "is working…"}`,
    status === "processing" && button("button small", stop, "Stop"),
  ];
}
