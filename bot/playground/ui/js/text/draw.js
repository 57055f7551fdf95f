/** Text trees → DOM nodes. Mentions, ranges and dates are marks to look at: nothing here can be triggered. */

import { el, link, plain } from "../dom/element.js";
import { fillDate, fullStamp } from "./dates.js";
import { emojiFor, withEmoji } from "./emoji.js";
import { parseMarkdown } from "./markdown.js";
import { parseMrkdwn } from "./mrkdwn.js";

/** Return nodes for a tree; `names.person(id)` and `names.channel(id)` answer with the name to show, or null. */
export function drawTree(tree, names) {
  return tree.map((node) => (DRAW[node.is] ?? DRAW.text)(node, names));
}

/** Draw a text object ({type: "plain_text" | "mrkdwn", text}) or null. */
export function drawText(object, names) {
  if (!object) return [];
  if (object.type === "mrkdwn") return drawTree(parseMrkdwn(object.text), names);
  return withEmoji(object.text)
    .split("\n")
    .flatMap((line, index) => (index ? [el("br"), line] : [line]));
}

/** Draw message markup. */
export function drawMrkdwn(text, names) {
  return drawTree(parseMrkdwn(text), names);
}

/** Draw Markdown. */
export function drawMarkdown(text, names) {
  return drawTree(parseMarkdown(text), names);
}

const inner = (tag, props) => (node, names) => el(tag, props, drawTree(node.inside, names));

const DRAW = {
  text: ({ text }) => document.createTextNode(plain(text)),
  break: () => el("br"),
  bold: inner("strong"),
  italic: inner("em"),
  strike: inner("s"),
  underline: inner("u"),
  quote: inner("blockquote"),
  item: drawItem,
  paragraph: inner("p"),
  code: ({ text }) => el("code", {}, text),
  pre: ({ text }) => el("pre", { tabindex: "0" }, el("code", {}, text)),
  rule: () => el("hr"),
  heading: (node, names) => el(node.level < 3 ? "h4" : "h5", {}, drawTree(node.inside, names)),
  list: (node, names) =>
    el(
      node.ordered ? "ol" : "ul",
      node.ordered ? { start: node.start } : {},
      node.items.map((item) => el("li", {}, drawTree(item, names))),
    ),
  link: (node, names) => link(node.url, drawTree(node.inside, names)),
  person: ({ id, label }, names) => el("span", { class: "mention" }, `@${names.person(id) ?? (label || id)}`),
  channel: ({ id, label }, names) =>
    el("span", { class: "mention" }, `#${names.channel(id) ?? (label || id)}`),
  group: ({ id, label }) => el("span", { class: "mention" }, `@${label.replace(/^@/, "") || id}`),
  everyone: ({ range }) => el("span", { class: "mention everyone" }, `@${range}`),
  emoji: ({ name }) =>
    emojiFor(name) ? el("span", { class: "emoji" }, emojiFor(name)) : document.createTextNode(`:${name}:`),
  date: drawDate,
};

/** A line that begins with a bullet or a number: the rest of it keeps clear of the mark. */
function drawItem({ mark, inside }, names) {
  return el(
    "span",
    { class: "line-item" },
    el("span", {}, `${mark} `),
    el("span", {}, drawTree(inside, names)),
  );
}

function drawDate({ at, format, url, fallback }) {
  const time = el(
    "time",
    { datetime: new Date(at * 1000).toISOString(), title: fallback || fullStamp(at) },
    fillDate(at, format),
  );
  return url ? link(url, time) : time;
}
