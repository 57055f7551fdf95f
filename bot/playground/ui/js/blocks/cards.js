/** Cards, a row of cards to scroll through, and containers. */

import { el, freshId, picture } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { drawElement } from "../elements/draw.js";
import { drawText } from "../text/draw.js";
import { actingSpot } from "./basic.js";
import { drawRichParts } from "./rich_text.js";

/** A card: picture, title, words, at most three buttons. */
export function drawCard(block, scene) {
  const title = freshId("card");
  const text = (name, object, props = {}) =>
    object && el("div", { class: name, dir: "auto", ...props }, drawText(object, scene.names));
  return el(
    "article",
    { class: "card", "aria-labelledby": block.title ? title : null },
    block.hero_image && picture(block.hero_image.image_url, block.hero_image.alt_text, "card-hero"),
    el(
      "div",
      { class: "card-top" },
      block.icon && picture(block.icon.image_url, block.icon.alt_text, "card-icon"),
      el(
        "div",
        { class: "card-titles" },
        text("card-title", block.title, { id: title }),
        text("card-subtitle", block.subtitle),
      ),
    ),
    text("card-body text", block.body),
    block.actions?.length &&
      el(
        "div",
        { class: "card-actions" },
        block.actions.map((button) => drawElement(button, actingSpot(block, scene))),
      ),
  );
}

/** Cards side by side; they scroll inside their own frame, by touch, wheel, keys or the two arrows. */
export function drawCarousel(block, scene) {
  const row = el("div", {
    class: "carousel-row",
    tabindex: "0",
    role: "group",
    "aria-label": `${block.elements.length} cards`,
  });
  // A button in a card belongs to the card where it has an id of its own, else to the carousel.
  row.append(
    ...block.elements.map((card) => drawCard({ ...card, block_id: card.block_id ?? block.block_id }, scene)),
  );
  const turn = (sign) =>
    row.scrollBy({ left: sign * row.clientWidth * 0.8, behavior: calm() ? "auto" : "smooth" });
  const arrow = (name, words, sign) =>
    el(
      "button",
      { type: "button", class: `carousel-arrow ${name}`, "aria-label": words, onclick: () => turn(sign) },
      icon("back"),
    );
  const node = el(
    "div",
    {},
    row,
    arrow("left", "Scroll cards left", -1),
    arrow("right", "Scroll cards right", 1),
  );
  const mark = () => {
    node.classList.toggle("at-start", row.scrollLeft < 4);
    node.classList.toggle("at-end", row.scrollLeft + row.clientWidth > row.scrollWidth - 4);
  };
  row.addEventListener("scroll", mark, { passive: true });
  new ResizeObserver(mark).observe(row);
  return node;
}

/** Blocks under one title, foldable where the app says so; `drawBlock` draws the children. */
export function drawContainer(block, scene, drawBlock) {
  const children = el(
    "div",
    { class: "container-children blocks" },
    block.child_blocks.map((child) => drawBlock(child, scene)),
  );
  const title = block.rich_text_title
    ? drawRichParts(block.rich_text_title.elements, scene.names)
    : drawText(block.title, scene.names);
  const head = [
    block.icon && picture(block.icon.image_url, block.icon.alt_text, "card-icon"),
    el(
      "div",
      { class: "card-titles" },
      el("div", { class: "card-title" }, title),
      block.subtitle && el("div", { class: "card-subtitle" }, drawText(block.subtitle, scene.names)),
    ),
  ];
  const className = `container-width-${["narrow", "standard", "wide", "full"].includes(block.width) ? block.width : "standard"}`;
  if (block.is_collapsible) {
    return el(
      "details",
      { class: className, open: !block.default_collapsed },
      el("summary", { class: "container-head" }, head, icon("chevron")),
      children,
    );
  }
  return el(
    "div",
    { class: `${className} ${block.has_header_divider ? "with-divider" : ""}` },
    el("div", { class: "container-head" }, head),
    children,
  );
}

function calm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
