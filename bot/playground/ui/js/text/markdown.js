/** The safe subset of Markdown that markdown blocks use → the same tree as mrkdwn, plus headings, lists and rules. */

const PAIRS = [
  ["**", "bold"],
  ["__", "bold"],
  ["~~", "strike"],
  ["*", "italic"],
  ["_", "italic"],
];

/** Parse a document. Further nodes: {is:"heading",level,inside} · {is:"list",ordered,start,items} · {is:"rule"} · {is:"paragraph",inside}. */
export function parseMarkdown(source) {
  const lines = String(source ?? "")
    .replaceAll("\r\n", "\n")
    .split("\n");
  const tree = [];
  while (lines.length) {
    if (!lines[0].trim()) lines.shift();
    else tree.push((READERS.find(([test]) => test.test(lines[0]))?.[1] ?? readParagraph)(lines));
  }
  return tree;
}

const FENCE = /^\s{0,3}```/;
const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/;
const QUOTE = /^\s{0,3}>\s?/;
const RULE = /^\s{0,3}(?:-{3,}|\*{3,}|_{3,})\s*$/;
const ITEM = /^(\s*)(?:[-*+]|(\d{1,9})[.)])\s+/;

const READERS = [
  [FENCE, readFence],
  [HEADING, (lines) => heading(HEADING.exec(lines.shift()))],
  [RULE, (lines) => lines.shift() && { is: "rule" }],
  [QUOTE, readQuote],
  [ITEM, readList],
];

function heading([, marks, text]) {
  return { is: "heading", level: marks.length, inside: parseMarkdownInline(text) };
}

function readFence(lines) {
  lines.shift();
  const end = lines.findIndex((line) => FENCE.test(line));
  const text = lines.splice(0, end < 0 ? lines.length : end).join("\n");
  lines.shift();
  return { is: "pre", text };
}

function readQuote(lines) {
  const inside = [];
  while (lines.length && QUOTE.test(lines[0])) inside.push(lines.shift().replace(QUOTE, ""));
  return { is: "quote", inside: parseMarkdown(inside.join("\n")) };
}

/** A list ends at a line that is neither item nor indented; deeper items become a list inside the item above. */
function readList(lines) {
  const [, indent, number] = ITEM.exec(lines[0]);
  const list = { is: "list", ordered: number !== undefined, start: Number(number ?? 1), items: [] };
  while (lines.length) {
    const item = ITEM.exec(lines[0]);
    if (item && item[1].length > indent.length + 1) list.items.at(-1).push(readList(lines));
    else if (item && item[1].length < indent.length) break;
    else if (item && (item[2] !== undefined) === list.ordered)
      list.items.push(parseMarkdownInline(lines.shift().replace(ITEM, "")));
    else if (!item && /^\s+\S/.test(lines[0]))
      list.items.at(-1).push({ is: "break" }, ...parseMarkdownInline(lines.shift().trim()));
    else break;
  }
  return list;
}

function readParagraph(lines) {
  const inside = parseMarkdownInline(lines.shift());
  while (lines.length && lines[0].trim() && !READERS.some(([test]) => test.test(lines[0]))) {
    inside.push({ is: "break" }, ...parseMarkdownInline(lines.shift()));
  }
  return { is: "paragraph", inside };
}

/** Parse what stands inside a line. */
export function parseMarkdownInline(source) {
  const tree = [];
  let text = "";
  let at = 0;
  while (at < source.length) {
    const found = readInline(source, at);
    if (!found) {
      text += source[at];
      at += 1;
      continue;
    }
    if (text) tree.push({ is: "text", text });
    text = "";
    tree.push(found.node);
    at = found.end;
  }
  if (text) tree.push({ is: "text", text });
  return tree;
}

function readInline(source, at) {
  const rest = source.slice(at);
  const escaped = /^\\([\\`*_{}[\]()#+\-.!~>|])/.exec(rest);
  if (escaped) return { node: { is: "text", text: escaped[1] }, end: at + 2 };
  const code = /^(`+)([^`]+)\1(?!`)/.exec(rest);
  if (code) return { node: { is: "code", text: code[2] }, end: at + code[0].length };
  const labelled = /^!?\[([^\]]+)\]\(\s*<?([^\s<>)]+)>?(?:\s+"[^"]*")?\s*\)/.exec(rest);
  if (labelled)
    return {
      node: { is: "link", url: labelled[2], inside: parseMarkdownInline(labelled[1]) },
      end: at + labelled[0].length,
    };
  const bare = /^<?((?:https?:\/\/|mailto:)[^\s<>|"'`)]*[^\s<>|"'`).,;:!?])>?/.exec(rest);
  if (bare && !/\w/.test(source[at - 1] ?? ""))
    return {
      node: { is: "link", url: bare[1], inside: [{ is: "text", text: bare[1] }] },
      end: at + bare[0].length,
    };
  const emoji = /^:([a-z0-9_+'-]{1,60}):/.exec(rest);
  if (emoji) return { node: { is: "emoji", name: emoji[1] }, end: at + emoji[0].length };
  return readPair(source, at);
}

function readPair(source, at) {
  for (const [mark, style] of PAIRS) {
    if (!source.startsWith(mark, at) || /\s/.test(source[at + mark.length] ?? " ")) continue;
    if (mark[0] === "_" && /\w/.test(source[at - 1] ?? "")) continue;
    const close = source.indexOf(mark, at + mark.length + 1);
    if (close < 0 || /\s/.test(source[close - 1])) continue;
    return {
      node: { is: style, inside: parseMarkdownInline(source.slice(at + mark.length, close)) },
      end: close + mark.length,
    };
  }
  return null;
}
