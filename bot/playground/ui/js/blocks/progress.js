/** Plans and task cards: what is done, what runs, what waits, what failed. */

import { el, link } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { drawText } from "../text/draw.js";
import { drawRichParts } from "./rich_text.js";

const STATUSES = {
  pending: { words: "Waiting", shape: "dot" },
  in_progress: { words: "Running", shape: "clock" },
  complete: { words: "Done", shape: "check" },
  error: { words: "Failed", shape: "alert" },
};

/** A titled list of tasks. */
export function drawPlan(block, { names }) {
  const tasks = block.tasks ?? [];
  const done = tasks.filter((task) => task.status === "complete").length;
  return el(
    "div",
    {},
    el(
      "div",
      { class: "plan-head" },
      el("strong", { dir: "auto" }, drawText(asText(block.title), names)),
      el("span", { class: "plan-count" }, `${done} of ${tasks.length} done`),
    ),
    el(
      "ol",
      { class: "plan-tasks" },
      tasks.map((task) => drawTask("li", task, names)),
    ),
  );
}

/** One task on its own. */
export function drawTaskCard(block, { names }) {
  return drawTask("div", block, names);
}

function drawTask(tag, task, names) {
  const { words, shape } = STATUSES[task.status] ?? STATUSES.pending;
  const rich = (name, content) =>
    content && el("div", { class: name }, drawRichParts(content.elements, names));
  const sources =
    task.sources?.length &&
    el(
      "div",
      { class: "task-sources" },
      task.sources.map((source) => link(source.url, source.text)),
    );
  return el(
    tag,
    { class: `task task-${task.status}` },
    el("span", { class: "task-mark", role: "img", "aria-label": words, title: words }, icon(shape)),
    el(
      "div",
      { class: "task-words" },
      el("div", { class: "task-title", dir: "auto" }, drawText(asText(task.title), names)),
      rich("task-details", task.details),
      rich("task-output", task.output),
      sources,
    ),
  );
}

/** Titles are plain strings in the format; some apps send text objects. */
function asText(title) {
  return typeof title === "string" ? { type: "plain_text", text: title } : title;
}
