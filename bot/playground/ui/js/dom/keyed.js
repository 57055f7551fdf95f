/** Change a list in place: nodes whose key stays are kept, so focus, typed text and scroll stay with them. */

const drawnFrom = new WeakMap();

/**
 * Make `parent` hold one node per item, in order.
 * `key(item)` names a node; `print(item)` tells whether it must change; `make(item)` draws it;
 * `change(node, item)` alters it in place and returns it, or draws another one to stand there instead;
 * `replaced(old, node)` runs when another one took the place.
 */
export function patch(
  parent,
  items,
  { key, print = JSON.stringify, make, change = (_, item) => make(item), replaced },
) {
  const wanted = uniqueKeys(items, key);
  const kept = new Map();
  for (const node of [...parent.children]) {
    if (wanted.has(node.dataset.key)) kept.set(node.dataset.key, node);
    else node.remove();
  }
  let cursor = parent.firstElementChild;
  for (const [name, item] of wanted) {
    const old = kept.get(name);
    const now = print(item);
    const node = old && drawnFrom.get(old) === now ? old : old ? change(old, item) : make(item);
    node.dataset.key = name;
    drawnFrom.set(node, now);
    if (old && node !== old) {
      if (cursor === old) cursor = node;
      old.replaceWith(node);
      replaced?.(old, node);
    }
    if (node === cursor) cursor = cursor.nextElementSibling;
    else parent.insertBefore(node, cursor);
  }
}

function uniqueKeys(items, key) {
  const wanted = new Map();
  for (const item of items) {
    const name = String(key(item));
    let free = name;
    for (let copy = 2; wanted.has(free); copy += 1) free = `${name}~${copy}`;
    wanted.set(free, item);
  }
  return wanted;
}
