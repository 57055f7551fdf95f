/**
 * Draw blocks into a container, and change them in place.
 *
 * A scene says where the blocks stand: {surface: "message"|"modal"|"home", names: {person(id), channel(id)},
 * people(), channels(), channelId?, open(address), perform({block_id, action_id, value}, node) → Promise}.
 */

import { el } from "../dom/element.js";
import { patch } from "../dom/keyed.js";
import { readTouched, rememberFocus, restoreFocus, writeTouched } from "../elements/state.js";
import * as basic from "./basic.js";
import * as cards from "./cards.js";
import { drawInput } from "./input.js";
import * as progress from "./progress.js";
import { drawRichText } from "./rich_text.js";
import { drawTable } from "./table.js";

const DRAW = {
  section: basic.drawSection,
  header: basic.drawHeader,
  divider: basic.drawDivider,
  context: basic.drawContext,
  actions: basic.drawActions,
  context_actions: basic.drawActions,
  image: basic.drawImage,
  markdown: basic.drawMarkdownBlock,
  alert: basic.drawAlert,
  input: drawInput,
  rich_text: drawRichText,
  card: cards.drawCard,
  carousel: cards.drawCarousel,
  container: (block, scene) => cards.drawContainer(block, scene, drawBlock),
  table: drawTable,
  plan: progress.drawPlan,
  task_card: progress.drawTaskCard,
};

/** Draw one block; an unknown or broken one becomes a quiet box and leaves its neighbours alone. */
export function drawBlock(block, scene) {
  const type = block?.type;
  if (!Object.hasOwn(DRAW, type ?? "")) return quietBox(`Unsupported block: ${type ?? "nothing"}`);
  try {
    const node = DRAW[type](block, scene);
    node.classList.add("block", `block-${type}`);
    return node;
  } catch (error) {
    console.warn("A block could not be drawn", type, error);
    return quietBox(`This ${type} block could not be drawn`);
  }
}

/** Make a container show these blocks: unchanged ones stay untouched, changed ones keep what was typed. */
export function patchBlocks(container, blocks, scene) {
  container.classList.add("blocks");
  const focus = rememberFocus(container);
  const keyed = (blocks ?? []).map((block, index) => ({
    block: block ?? {},
    name: block?.block_id || `block ${index}`,
  }));
  patch(container, keyed, {
    key: ({ name }) => name,
    make: ({ block }) => drawBlock(block, scene),
    replaced: keepPlace,
  });
  // The clicked control may be gone for good: then the place stays, for the next Tab.
  if (focus && !container.contains(document.activeElement) && !restoreFocus(container, focus))
    focusPlace(container);
}

/** A block drawn anew keeps what was typed, what was unfolded and how far its cards were scrolled. */
function keepPlace(old, fresh) {
  writeTouched(fresh, readTouched(old));
  const folds = (node) => [...(node.matches("details") ? [node] : []), ...node.querySelectorAll("details")];
  folds(old).forEach((fold, index) => folds(fresh)[index] && (folds(fresh)[index].open = fold.open));
  const row = fresh.querySelector(".carousel-row");
  if (row) row.scrollLeft = old.querySelector(".carousel-row")?.scrollLeft ?? 0;
}

function focusPlace(container) {
  const place = container.closest("[tabindex='-1']") ?? container;
  place.setAttribute("tabindex", "-1");
  place.focus({ preventScroll: true });
}

function quietBox(text) {
  return el("div", { class: "block unsupported" }, text);
}
