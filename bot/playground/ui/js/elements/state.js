/** What people typed and chose: read from the controls themselves, kept when a block is drawn anew. */

const controls = new WeakMap();

/**
 * Make a node a control: `read()` gives its raw value (null when empty), `write(value)` puts one back.
 * Raw values are strings, or lists of strings where several may be chosen.
 */
export function control(node, { blockId, actionId, read, write }) {
  Object.assign(node.dataset, { blockId, actionId });
  controls.set(node, { read, write });
  const touch = () => (node.dataset.touched = "");
  node.addEventListener("input", touch);
  node.addEventListener("change", touch);
  return node;
}

/** Return {block_id: {action_id: raw value}} for every control inside. */
export function readState(root) {
  const state = {};
  for (const node of controlsIn(root)) {
    const value = controls.get(node).read();
    if (value !== null) (state[node.dataset.blockId] ??= {})[node.dataset.actionId] = value;
  }
  return state;
}

/** Tell whether a person changed anything inside. */
export function isTouched(root) {
  return controlsIn(root).some((node) => node.dataset.touched !== undefined);
}

/** Return only what a person changed: for a view that will come back. */
export function readTouched(root) {
  const touched = controlsIn(root).filter((node) => node.dataset.touched !== undefined);
  return touched.map((node) => [node.dataset.blockId, node.dataset.actionId, controls.get(node).read()]);
}

/** Put values from `readTouched` back into the controls that still exist. */
export function writeTouched(root, values) {
  for (const [blockId, actionId, value] of values) {
    const node = controlsIn(root).find(
      (one) => one.dataset.blockId === blockId && one.dataset.actionId === actionId,
    );
    if (!node || value === null) continue;
    controls.get(node).write(value);
    node.dataset.touched = "";
  }
}

/** Remember which control inside has the focus, and where its caret is. */
export function rememberFocus(root) {
  const node = document.activeElement;
  if (!node || node === root || !root.contains(node)) return null;
  const owner = node.closest("[data-action-id]");
  const caret =
    "selectionStart" in node && node.type !== "email" ? [node.selectionStart, node.selectionEnd] : null;
  return {
    actionId: owner?.dataset.actionId,
    label: node.textContent,
    value: node.value,
    caret,
    scroll: node.scrollTop,
  };
}

/** Give the focus back to the control with the same action; returns false when there is none. */
export function restoreFocus(root, focus) {
  const owners = [...root.querySelectorAll("[data-action-id]")].filter(
    (node) => node.dataset.actionId === focus.actionId,
  );
  const inside = owners.flatMap((node) => [
    node,
    ...node.querySelectorAll("input, select, textarea, button, summary"),
  ]);
  const able = inside.filter((node) => node.matches("input, select, textarea, button, summary"));
  const node = able.find((one) => one.textContent === focus.label && one.value === focus.value) ?? able[0];
  if (!node) return false;
  node.focus({ preventScroll: true });
  if (focus.caret && "setSelectionRange" in node && node.type !== "email")
    node.setSelectionRange(...focus.caret);
  node.scrollTop = focus.scroll;
  return true;
}

function controlsIn(root) {
  return [...root.querySelectorAll("[data-action-id]")].filter((node) => controls.has(node));
}
