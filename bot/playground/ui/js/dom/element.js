/**
 * The only place that makes DOM: elements from names and plain values, never from markup.
 * Text becomes text nodes; addresses pass a whitelist; handlers are functions.
 */

/** Control characters that could turn neighbouring text around; messages lose them, the wire drawer shows them. */
const DIRECTION_CONTROLS = /[\u202a-\u202e\u2066-\u2069]/g;

const PROPERTIES = new Set([
  "value",
  "checked",
  "selected",
  "disabled",
  "indeterminate",
  "hidden",
  "multiple",
  "open",
]);

/** Return text without characters that reorder what stands around it. */
export function plain(text) {
  return String(text ?? "").replace(DIRECTION_CONTROLS, "");
}

/** Return the address when its scheme is one a link may have, else null. */
export function safeLink(address) {
  return address && allowed(String(address), ["http:", "https:", "mailto:"]);
}

/** Return the address when a picture may be loaded from it, else null: the playground asks no other server. */
export function safePicture(address) {
  const href = address && allowed(String(address), ["http:", "https:"]);
  return href && new URL(href).origin === location.origin ? href : null;
}

function allowed(address, schemes) {
  try {
    const url = new URL(address.trim());
    return schemes.includes(url.protocol) ? url.href : null;
  } catch {
    return null; // relative or broken: nothing a message may point at
  }
}

/** Build an element: `el("button", {class: "go", onclick: run}, "Go")`; null and false children are left out. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) setProp(node, name, value);
  node.append(...nodes(children));
  return node;
}

/** Replace everything inside a node. */
export function fill(node, ...children) {
  node.replaceChildren(...nodes(children));
  return node;
}

/** Set the text of a node only when it differs, so that screen readers are not told twice. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Build a link that opens elsewhere; an address we do not trust leaves its label as text. */
export function link(address, ...label) {
  const href = safeLink(address);
  if (!href) return el("span", { class: "dead-link" }, ...label);
  return el("a", { href, target: "_blank", rel: "noopener noreferrer", title: href }, ...label);
}

/** Build a picture that gives way to its description when it cannot be loaded. */
export function picture(address, alt, className) {
  const src = safePicture(address);
  const missing = () =>
    el(
      "span",
      { class: `${className} picture-missing`, role: "img", "aria-label": plain(alt) || "Picture" },
      plain(alt),
    );
  if (!src) return missing();
  const image = el("img", {
    class: className,
    src,
    alt: plain(alt),
    loading: "lazy",
    referrerpolicy: "no-referrer",
  });
  image.addEventListener("error", () => image.replaceWith(missing()));
  return image;
}

let lastId = 0;

/** Return an id no other element has. */
export function freshId(prefix) {
  lastId += 1;
  return `${prefix}-${lastId}`;
}

function nodes(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false && child !== "")
    .map((child) => (child instanceof Node ? child : document.createTextNode(plain(child))));
}

function setProp(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) {
    if (typeof value !== "function") throw new TypeError(`${name} needs a function`);
    node.addEventListener(name.slice(2), value);
  } else if (name === "dataset") Object.assign(node.dataset, value);
  else if (name === "vars")
    for (const [key, text] of Object.entries(value)) node.style.setProperty(key, text);
  else if (PROPERTIES.has(name)) node[name] = value;
  else node.setAttribute(name, value === true ? "" : String(value));
}
