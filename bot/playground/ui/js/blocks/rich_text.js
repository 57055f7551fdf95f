/** Rich text: already a tree, so it only changes names on its way to the text drawer. */

import { el } from "../dom/element.js";
import { drawTree } from "../text/draw.js";

const STYLES = ["bold", "italic", "strike", "underline"];

/** Draw a rich_text block. */
export function drawRichText(block, { names }) {
  return el("div", { class: "text prose", dir: "auto" }, drawRichParts(block.elements, names));
}

/** Draw the parts of rich text wherever they stand: a block, a table cell, a task. */
export function drawRichParts(parts, names) {
  return (parts ?? []).map((part) =>
    Object.hasOwn(PARTS, part.type) ? PARTS[part.type](part, names) : inlineParts([part], names),
  );
}

const PARTS = {
  rich_text_section: (part, names) => el("p", {}, inlineParts(part.elements, names)),
  rich_text_quote: (part, names) => el("blockquote", {}, inlineParts(part.elements, names)),
  rich_text_preformatted: (part, names) =>
    el("pre", { tabindex: "0" }, el("code", {}, inlineParts(part.elements, names))),
  rich_text_list: drawList,
};

function drawList(part, names) {
  const items = part.elements.map((item) => el("li", {}, inlineParts(item.elements, names)));
  const deep = Math.min(Number(part.indent) || 0, 6);
  return el(
    part.style === "ordered" ? "ol" : "ul",
    { class: deep ? `indent-${deep}` : null, start: part.offset ? part.offset + 1 : null },
    items,
  );
}

function inlineParts(parts, names) {
  return drawTree((parts ?? []).flatMap(inlineNode), names).flatMap((node) =>
    node instanceof Text ? lines(node) : node,
  );
}

function lines(node) {
  return node.textContent.split("\n").flatMap((line, index) => (index ? [el("br"), line] : [line]));
}

function inlineNode(part) {
  const node = NODES[part.type]?.(part) ?? { is: "text", text: part.text ?? part.fallback ?? "" };
  const styled = STYLES.filter((style) => part.style?.[style]);
  const core = part.style?.code && node.is === "text" ? { is: "code", text: node.text } : node;
  return styled.reduce((inside, style) => ({ is: style, inside: [inside] }), core);
}

const NODES = {
  text: ({ text }) => ({ is: "text", text }),
  link: ({ url, text }) => ({ is: "link", url, inside: [{ is: "text", text: text || url }] }),
  emoji: ({ name }) => ({ is: "emoji", name }),
  user: ({ user_id }) => ({ is: "person", id: user_id, label: "" }),
  channel: ({ channel_id }) => ({ is: "channel", id: channel_id, label: "" }),
  usergroup: ({ usergroup_id }) => ({ is: "group", id: usergroup_id, label: "" }),
  broadcast: ({ range }) => ({ is: "everyone", range }),
  date: ({ timestamp, format, url, fallback }) => ({ is: "date", at: timestamp, format, url, fallback }),
  color: ({ value }) => ({ is: "code", text: value }),
};
