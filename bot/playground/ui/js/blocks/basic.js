/** The blocks every message is made of. */

import { el, picture } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { drawElement } from "../elements/draw.js";
import { drawMarkdown, drawText } from "../text/draw.js";

/** Return the spot of an element that acts as soon as it is used. */
export function actingSpot(block, scene) {
  return { scene, blockId: block.block_id ?? "", sends: true };
}

/** Text, up to ten fields, and one element beside them. */
export function drawSection(block, scene) {
  const { names } = scene;
  const words = el("div", { class: "section-words" });
  if (block.text) words.append(el("div", { class: "text", dir: "auto" }, drawText(block.text, names)));
  if (block.fields)
    words.append(
      el(
        "div",
        { class: "fields" },
        block.fields.map((field) => el("div", { class: "text", dir: "auto" }, drawText(field, names))),
      ),
    );
  const beside =
    block.accessory &&
    el("div", { class: "accessory" }, drawElement(block.accessory, actingSpot(block, scene)));
  return el("div", {}, words, beside);
}

/** A heading. */
export function drawHeader(block, { names }) {
  return el("h3", { dir: "auto" }, drawText(block.text, names));
}

/** A line. */
export function drawDivider() {
  return el("hr");
}

/** Small print with little pictures. */
export function drawContext(block, { names }) {
  return el(
    "div",
    {},
    block.elements.map((element) =>
      element.type === "image"
        ? picture(element.image_url, element.alt_text, "context-picture")
        : el("span", { class: "text", dir: "auto" }, drawText(element, names)),
    ),
  );
}

/** A row of elements. */
export function drawActions(block, scene) {
  return el(
    "div",
    {},
    block.elements.map((element) => drawElement(element, actingSpot(block, scene))),
  );
}

/** A picture with a title. */
export function drawImage(block, { names }) {
  const title = block.title && el("figcaption", {}, drawText(block.title, names));
  return el("figure", {}, title, picture(block.image_url, block.alt_text, "large-picture"));
}

/** Markdown, as language models write it. */
export function drawMarkdownBlock(block, { names }) {
  return el("div", { class: "text prose", dir: "auto" }, drawMarkdown(block.text, names));
}

const LEVELS = { default: "info", info: "info", warning: "alert", error: "alert", success: "check" };

/** A line that stands out, with its level told by shape as well as by colour. */
export function drawAlert(block, { names }) {
  const level = Object.hasOwn(LEVELS, block.level ?? "") ? block.level : "default";
  const role = level === "error" || level === "warning" ? "alert" : "status";
  return el(
    "div",
    { class: `level-${level}`, role },
    icon(LEVELS[level]),
    el("div", { class: "text", dir: "auto" }, drawText(block.text, names)),
  );
}
