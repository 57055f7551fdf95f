/** One message: face, name, time, blocks, and what belongs to it. */

import { patchBlocks } from "../blocks/draw.js";
import { el, fill } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { redraw } from "../dom/redraw.js";
import { avatar, nameOf } from "../people.js";
import { clock, fullStamp } from "../text/dates.js";

/**
 * Draw a message for the first time. A row is {message, author, compact, thread: {count, unread, last} | null, channelId};
 * `openThread` is null inside a thread.
 */
export function makeMessage(row, desk, openThread) {
  const node = el("article", { class: "message", tabindex: "-1" });
  const ts = row.message.ts;
  Object.assign(node.dataset, { ts, testid: "message" });
  const parts = {
    face: el("div", { class: "message-face" }),
    head: el("div", { class: "message-head" }),
    body: el("div", { class: "message-body" }),
    foot: el("div", { class: "message-foot" }),
  };
  node.append(parts.face, el("div", { class: "message-main" }, parts.head, parts.body, parts.foot));
  if (openThread && !row.message.ephemeral) {
    const reply = el("button", {
      type: "button",
      class: "message-tool",
      title: "Reply in thread",
      onclick: () => openThread(ts),
    });
    node.append(fill(reply, icon("reply"), el("span", { class: "tool-words" }, "Reply in thread")));
  }
  node.parts = parts;
  return changeMessage(node, row, desk, openThread);
}

/** Alter a message in place: only what differs is drawn anew. */
export function changeMessage(node, row, desk, openThread) {
  const { message, author, compact } = row;
  const { face, head, body, foot } = node.parts;
  node.classList.toggle("compact", compact);
  node.classList.toggle("ephemeral", message.ephemeral === true);
  redraw(face, [compact, author?.color, author?.initials, message.is_app], () =>
    compact ? shortTime(message) : avatar(author, message.is_app),
  );
  redraw(head, [compact, author?.id, author?.real_name, message.is_app, message.ephemeral], () =>
    headOf(row),
  );
  patchBlocks(body, blocksOf(message), sceneOf(row, desk));
  redraw(foot, [message.edited, message.streaming, row.thread], () => [
    message.streaming && el("span", { class: "edited" }, "still writing…"),
    message.edited && !message.streaming && el("span", { class: "edited" }, "edited"),
    openThread && threadLink(row, openThread),
  ]);
  return node;
}

function headOf({ message, author, compact }) {
  const note = message.ephemeral && el("span", { class: "only-you" }, icon("eye"), "Only visible to you");
  if (compact) return note;
  return [
    el("strong", { class: "author", dir: "auto" }, nameOf(author)),
    message.is_app && el("span", { class: "badge badge-app" }, "App"),
    author?.is_stranger && el("span", { class: "badge" }, "Partner workspace"),
    el(
      "time",
      { datetime: new Date(message.ts * 1000).toISOString(), title: fullStamp(message.ts) },
      clock(message.ts),
    ),
    note,
  ];
}

function shortTime(message) {
  return el("time", { class: "short-time", title: fullStamp(message.ts) }, clock(message.ts));
}

/** The text of an app's message with blocks is only for notifications; what people type is all in their text. */
function blocksOf(message) {
  if (message.is_app && message.blocks?.length) return message.blocks;
  return [{ type: "section", block_id: "the text", text: { type: "mrkdwn", text: message.text ?? "" } }];
}

function sceneOf({ message, channelId }, desk) {
  const container = { type: "message", channel: channelId, ts: message.ts };
  return {
    ...desk.scene,
    surface: "message",
    channelId,
    perform: (what, node) => desk.perform(container, what, node),
  };
}

function threadLink({ message, thread }, openThread) {
  if (!thread?.count) return null;
  const words = thread.count === 1 ? "1 reply" : `${thread.count} replies`;
  return el(
    "button",
    {
      type: "button",
      class: `thread-link ${thread.unread ? "unread" : ""}`,
      onclick: () => openThread(message.ts),
    },
    icon("chat"),
    el("span", { class: "thread-count" }, words),
    thread.unread > 0 && el("span", { class: "thread-new" }, `${thread.unread} new`),
    thread.last && el("span", { class: "thread-last" }, `last ${clock(thread.last)}`),
  );
}
