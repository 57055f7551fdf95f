// What a page must get right for people who see, hear or touch it differently. Each check returns what is wrong.

const shown = (node) => node.checkVisibility({ opacityProperty: false, visibilityProperty: true }) && node.getClientRects().length > 0;
const tell = (node) => `${node.tagName.toLowerCase()}.${node.className} ${(node.textContent ?? "").trim().slice(0, 40)}`;
const wordsOf = (ids) => (ids ?? "").split(/\s+/).map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
const nameOf = (node) =>
  (node.getAttribute("aria-label") || wordsOf(node.getAttribute("aria-labelledby")) || [...(node.labels ?? [])].map((label) => label.textContent).join(" ") || node.textContent || "").trim();

function unnamed() {
  const able = "button, a[href], input, select, textarea, summary, [role=menuitem], [role=tab], [role=dialog], dialog, [role=group], [role=radiogroup], nav";
  return [...document.querySelectorAll(able)].filter(shown).filter((node) => !nameOf(node)).map(tell);
}

function brokenReferences() {
  const wrong = [];
  const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
  for (const id of new Set(ids)) if (ids.filter((one) => one === id).length > 1) wrong.push(`id twice: ${id}`);
  for (const name of ["aria-labelledby", "aria-describedby", "aria-controls", "for"]) {
    for (const node of document.querySelectorAll(`[${name}]`)) {
      for (const id of node.getAttribute(name).split(/\s+/)) if (!document.getElementById(id)) wrong.push(`${name} points nowhere: ${id}`);
    }
  }
  for (const image of document.querySelectorAll("img:not([alt])")) wrong.push(`no description: ${image.src}`);
  return wrong;
}

function sidewaysOverflow() {
  const scrolls = (node) => node && (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(node).overflowX) || scrolls(node.parentElement));
  const out = [...document.querySelectorAll("body *")].filter(shown).filter((node) => node.getBoundingClientRect().right > innerWidth + 1 && !scrolls(node.parentElement));
  const wrong = out.map(tell);
  if (document.documentElement.scrollWidth > innerWidth) wrong.push(`the page is ${document.documentElement.scrollWidth} wide`);
  for (const pane of document.querySelectorAll(".scroller, .modal-body, .side-list, .guide")) {
    if (shown(pane) && pane.scrollWidth > pane.clientWidth + 1) wrong.push(`${tell(pane)} scrolls sideways`);
  }
  return wrong;
}

function smallTargets(least) {
  const able = "button, select, input:not([type=checkbox]):not([type=radio]), textarea, .option, .menu-item, nav a, summary";
  return [...document.querySelectorAll(able)].filter(shown).filter((node) => {
    const box = node.getBoundingClientRect();
    return box.width > 4 && (box.height < least || box.width < least);
  }).map((node) => `${tell(node)} ${Math.round(node.getBoundingClientRect().width)} × ${Math.round(node.getBoundingClientRect().height)}`);
}

function faintText(least) {
  const parse = (text) => { const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number); return { r, g, b, a }; };
  const over = (top, below) => ({ r: top.r * top.a + below.r * (1 - top.a), g: top.g * top.a + below.g * (1 - top.a), b: top.b * top.a + below.b * (1 - top.a), a: 1 });
  const light = ({ r, g, b }) => [r, g, b].map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)).reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (node) => {
    if (!node) return matchMedia("(prefers-color-scheme: dark)").matches ? { r: 0, g: 0, b: 0, a: 1 } : { r: 255, g: 255, b: 255, a: 1 };
    const own = parse(getComputedStyle(node).backgroundColor);
    return own.a === 1 ? own : over(own, behind(node.parentElement));
  };
  const wrong = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode.parentElement;
    if (!texts.currentNode.textContent.trim() || !shown(node) || node.closest(".avatar, :disabled, option, .emoji")) continue;
    const below = behind(node);
    const [one, other] = [light(over(parse(getComputedStyle(node).color), below)), light(below)].sort((a, b) => b - a);
    const contrast = (one + 0.05) / (other + 0.05);
    if (contrast < least) wrong.push(`${contrast.toFixed(2)} ${tell(node)}`);
  }
  return [...new Set(wrong)];
}
