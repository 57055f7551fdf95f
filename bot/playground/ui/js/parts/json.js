/** JSON as coloured, indented text nodes; characters that would turn the line around are shown by their number. */

import { el } from "../dom/element.js";

const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
const DEEPEST = 40;

/** Return nodes for a value. */
export function drawJson(value, depth = 0) {
  if (value === null || typeof value !== "object")
    return [
      el(
        "span",
        { class: `json-${value === null ? "null" : typeof value}` },
        visible(JSON.stringify(value) ?? "null"),
      ),
    ];
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const entries = Array.isArray(value) ? value.map((part) => [null, part]) : Object.entries(value);
  if (!entries.length) return [open + close];
  if (depth > DEEPEST) return [`${open} … ${close}`];
  const indent = "  ".repeat(depth + 1);
  const lines = entries.flatMap(([name, part], index) => [
    `\n${indent}`,
    name !== null && [el("span", { class: "json-key" }, visible(JSON.stringify(name))), ": "],
    drawJson(part, depth + 1),
    index < entries.length - 1 && ",",
  ]);
  return [open, ...lines, `\n${"  ".repeat(depth)}${close}`];
}

function visible(text) {
  return text.replace(HIDDEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
