/**
 * Message markup → a tree of plain objects. Knows no DOM.
 *
 * Nodes: {is:"text",text} · {is:"bold"|"italic"|"strike",inside} · {is:"code"|"pre",text} · {is:"quote",inside} · {is:"item",mark,inside}
 * · {is:"break"} · {is:"link",url,inside} · {is:"person"|"channel"|"group",id,label} · {is:"everyone",range}
 * · {is:"date",at,format,url,fallback} · {is:"emoji",name}
 */

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
const STYLES = { "*": "bold", _: "italic", "~": "strike" };
const BULLET = /^\s*([•◦▪–-]|\d{1,2}[.)])\s+/;

/** Return the three escapes as the characters they stand for; nothing else is an entity here. */
export function decode(text) {
  return text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity]);
}

/** Parse a whole message: fences first, then lines, then what stands inside a line. */
export function parseMrkdwn(source) {
  const tree = [];
  let rest = String(source ?? "");
  while (rest) {
    const open = rest.indexOf("```");
    const close = open < 0 ? -1 : rest.indexOf("```", open + 3);
    if (close < 0) return tree.concat(parseLines(rest));
    const before = rest.slice(0, open).replace(/\n$/, "");
    if (before) tree.push(...parseLines(before));
    tree.push({ is: "pre", text: plainSpecials(rest.slice(open + 3, close).replace(/^\n|\n$/g, "")) });
    rest = rest.slice(close + 3).replace(/^\n/, "");
  }
  return tree;
}

/** Items and quotations are blocks of their own: a break before them shows only where the text has an empty line. */
function parseLines(text) {
  const tree = [];
  let before = null;
  for (const line of text.split("\n").map(readLine)) {
    const goesOn = line.is === "quote" && before === "quote";
    const isBlock = line.is === "quote" || line.is === "item";
    if (goesOn) tree.at(-1).inside.push({ is: "break" }, ...line.inside);
    else {
      if (before === "empty" || (before === "text" && !isBlock)) tree.push({ is: "break" });
      tree.push(...(isBlock ? [line] : line.inside));
    }
    before = line.is;
  }
  return tree;
}

/** Return what a line is ("quote", "item", "text" or "empty") with what stands in it. */
function readLine(line) {
  const [quoted] = /^(?:>|&gt;)\s?/.exec(line) ?? [];
  if (quoted) return { is: "quote", inside: parseInline(line.slice(quoted.length)) };
  const [bullet, mark] = BULLET.exec(line) ?? [];
  if (bullet) return { is: "item", mark, inside: parseInline(line.slice(bullet.length)) };
  return { is: line ? "text" : "empty", inside: parseInline(line) };
}

/** Parse one line (or a piece of one). */
export function parseInline(source) {
  const tree = [];
  let text = "";
  let at = 0;
  const flush = () => {
    if (text) tree.push({ is: "text", text: decode(text) });
    text = "";
  };
  while (at < source.length) {
    const found = readToken(source, at);
    if (found) {
      flush();
      tree.push(found.node);
      at = found.end;
    } else {
      text += source[at];
      at += 1;
    }
  }
  flush();
  return tree;
}

function readToken(source, at) {
  const here = source[at];
  if (here === "<") return readAngle(source, at);
  if (here === "`") return readCode(source, at);
  if (STYLES[here]) return readStyle(source, at);
  if (here === ":") return readEmoji(source, at);
  if (here === "h") return readBareAddress(source, at);
  return null;
}

function readCode(source, at) {
  const close = source.indexOf("`", at + 1);
  if (close < 0 || close === at + 1) return null;
  return { node: { is: "code", text: plainSpecials(source.slice(at + 1, close)) }, end: close + 1 };
}

/** Inside code a link is shown as the words it stands for. */
function plainSpecials(text) {
  return decode(
    text.replace(/<((?:https?|mailto):[^<>|]+)(?:\|([^<>]*))?>/g, (_, url, label) => label || url),
  );
}

function readEmoji(source, at) {
  const name = /^:([a-z0-9_+'-]{1,60}):(?::skin-tone-[2-6]:)?/.exec(source.slice(at, at + 90));
  return name && { node: { is: "emoji", name: name[1] }, end: at + name[0].length };
}

function readBareAddress(source, at) {
  if (isWordy(source[at - 1])) return null;
  const found = /^https?:\/\/[^\s<>|"'`]+/.exec(source.slice(at));
  if (!found) return null;
  const address = found[0].replace(/[.,;:!?)\]}*_~]+$/, "");
  return {
    node: { is: "link", url: decode(address), inside: [{ is: "text", text: decode(address) }] },
    end: at + address.length,
  };
}

function readStyle(source, at) {
  const mark = source[at];
  if (isWordy(source[at - 1]) || source[at - 1] === mark || !/\S/.test(source[at + 1] ?? "")) return null;
  const close = findClosing(source, at + 1, mark);
  if (close <= at + 1) return null;
  return { node: { is: STYLES[mark], inside: parseInline(source.slice(at + 1, close)) }, end: close + 1 };
}

/** Find the mark that ends a style; marks inside code or angle brackets do not count. */
function findClosing(source, from, mark) {
  for (let at = from; at < source.length; at += 1) {
    const skipped =
      source[at] === "<" ? readAngle(source, at) : source[at] === "`" ? readCode(source, at) : null;
    if (skipped) at = skipped.end - 1;
    else if (source[at] === mark && /\S/.test(source[at - 1]) && !isWordy(source[at + 1])) return at;
  }
  return -1;
}

function readAngle(source, at) {
  const close = source.indexOf(">", at);
  const inside = source.slice(at + 1, close);
  if (close < 0 || !inside || /[<\n]/.test(inside)) return null;
  const bar = inside.indexOf("|");
  const head = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? "" : inside.slice(bar + 1);
  const node = special(head, label);
  return node && { node, end: close + 1 };
}

function special(head, label) {
  const words = decode(label);
  if (/^@[UWB][A-Z0-9]+$/.test(head)) return { is: "person", id: head.slice(1), label: words };
  if (/^#[CGD][A-Z0-9]+$/.test(head)) return { is: "channel", id: head.slice(1), label: words };
  if (/^!(?:here|channel|everyone)$/.test(head)) return { is: "everyone", range: head.slice(1) };
  if (head.startsWith("!subteam^")) return { is: "group", id: head.slice(9), label: words };
  if (head.startsWith("!date^")) return date(head, words);
  if (/^[a-z][a-z0-9+.-]*:/i.test(head))
    return { is: "link", url: decode(head), inside: [{ is: "text", text: words || decode(head) }] };
  return null;
}

function date(head, fallback) {
  const [, at, format, ...url] = head.split("^");
  if (!/^\d{1,12}$/.test(at) || !format) return { is: "text", text: fallback };
  return { is: "date", at: Number(at), format: decode(format), url: decode(url.join("^")), fallback };
}

function isWordy(character) {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character);
}
