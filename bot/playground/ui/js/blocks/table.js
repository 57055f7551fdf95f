/** Tables: the first row is the heading; a wide one scrolls inside its own frame. */

import { el } from "../dom/element.js";
import { withEmoji } from "../text/emoji.js";
import { drawRichParts } from "./rich_text.js";

const ALIGN = new Set(["left", "center", "right"]);

/** Draw a table block. */
export function drawTable(block, { names }) {
  const settings = block.column_settings ?? [];
  const cell = (tag, content, column) => {
    const { align, is_wrapped: wrapped } = settings[column] ?? {};
    const side = ALIGN.has(align) ? align : content?.type === "raw_number" ? "right" : "left";
    return el(
      tag,
      { class: `to-${side} ${wrapped ? "wrapped" : ""}`, scope: tag === "th" ? "col" : null, dir: "auto" },
      drawCell(content, names),
    );
  };
  const row = (tag, cells) =>
    el(
      "tr",
      {},
      cells.map((content, column) => cell(tag, content, column)),
    );
  const [head, ...body] = block.rows;
  return el(
    "div",
    { tabindex: "0", role: "region", "aria-label": "Table" },
    el(
      "table",
      {},
      el("thead", {}, row("th", head)),
      el(
        "tbody",
        {},
        body.map((cells) => row("td", cells)),
      ),
    ),
  );
}

function drawCell(content, names) {
  if (content?.type === "rich_text") return drawRichParts(content.elements, names);
  return withEmoji(content?.text ?? content?.value ?? "");
}
