/** The welcome card of a first visit, and the sandbox credentials to copy. */

import { get, post } from "../api.js";
import { button, iconButton } from "../dom/buttons.js";
import { el, fill } from "../dom/element.js";
import { icon } from "../dom/icons.js";

const SEEN = "playground.welcomed";
const COPIED_MS = 1_600;

const WHAT_THIS_IS =
  "A made-up hotel with a real bot in it. Everything stays on this machine: the chat, the people and the hotel " +
  "systems are stand-ins, only Innkeeper is the real thing.";

/** Return {node, isOpen(), show(open)}: open at the first visit, later whenever somebody asks. */
export function guide(desk) {
  const node = el("section", {
    class: "guide",
    "aria-label": "Welcome",
    hidden: localStorage.getItem(SEEN) === "yes",
  });
  const show = (open) => {
    localStorage.setItem(SEEN, "yes");
    node.hidden = !open;
    desk.redraw();
  };
  const command = el("code", {}, "/pms connect");
  const home = () => desk.go({ ...desk.route(), place: "home", thread: "" });
  fill(
    node,
    el(
      "header",
      {},
      el("h2", {}, "Welcome to the playground"),
      iconButton("close", "Hide welcome", () => show(false)),
    ),
    el("p", {}, WHAT_THIS_IS),
    el(
      "ol",
      { class: "tries" },
      attempt(
        "Connect a hotel system",
        ["Type ", command, " in a conversation with the app."],
        ["Type it for me", () => desk.compose("/pms connect")],
      ),
      attempt("Look at the dashboard", "Open the app's Home tab: what waits for you comes first.", [
        "Take me there",
        home,
      ]),
      attempt(
        "See it as somebody else",
        "Switch person at the top of the list: a receptionist may do less than a manager.",
      ),
    ),
    el("p", { class: "guide-keys" }, "When the bot asks for keys, use those of the sandboxes. There you can also let guests move, or begin an outage."),
    credentials(() => ({ team: desk.route().team, user: desk.route().user })),
  );
  return { node, isOpen: () => !node.hidden, show };
}

function attempt(title, words, [label, act] = []) {
  return el(
    "li",
    {},
    el("div", {}, el("strong", {}, title), el("p", {}, words)),
    label && button("button small", act, label),
  );
}

/** The credentials are fetched and drawn when asked for: until then nothing on the page has their names. */
function credentials(who) {
  const hints = el("div", { class: "hints" });
  const toggle = async () => {
    const isOpen = more.getAttribute("aria-expanded") === "true";
    more.setAttribute("aria-expanded", String(!isOpen));
    fill(hints, isOpen ? null : await drawHints(who));
  };
  const more = button("button small", toggle, icon("key"), "Show sandbox credentials");
  more.setAttribute("aria-expanded", "false");
  return [more, hints];
}

/** What can be made to happen in a simulated hotel, to see what the bot makes of it. */
function drawLife(card, who) {
  const said = el("p", { class: "hint-life", role: "status" });
  const play = async (act) => {
    try {
      const answer = await post("play", who(), { vendor: card.vendor, act });
      fill(said, `${card.title}: ${answer.told}.`);
      card.outage = answer.outage;
      fill(outage, label());
    } catch (error) {
      fill(said, error.message);
    }
  };
  const label = () => (card.outage ? "End the outage" : "Begin an outage");
  const outage = button("button small", () => play(card.outage ? "well" : "outage"), label());
  const move = button("button small", () => play("stir"), "Let guests move");
  return el("div", { class: "hint-acts" }, move, outage, said);
}

async function drawHints(who) {
  const { cards } = await get("hints").catch(() => ({ cards: [] }));
  if (!cards?.length)
    return el("p", { class: "empty" }, "This playground has no sandbox credentials to show.");
  return cards.map((card, at) =>
    el(
      "div",
      { class: "hint-card" },
      el("h3", {}, card.title),
      el(
        "dl",
        {},
        card.lines.map((line, index) => drawLine(line, `hint-${at}-${index}`)),
      ),
      card.vendor && drawLife(card, who),
    ),
  );
}

/** The label describes the button and does not name it, so that "API key" finds the field and not this. */
function drawLine({ label, value }, id) {
  const code = el("code", { title: value }, value);
  const copy = button("button quiet small", async () => {
    await writeClipboard(value, code);
    fill(copy, icon("check"), "Copied");
    setTimeout(() => fill(copy, icon("copy"), "Copy"), COPIED_MS);
  });
  copy.setAttribute("aria-describedby", id);
  fill(copy, icon("copy"), "Copy");
  return el("div", { class: "hint-line" }, el("dt", { id }, label), el("dd", {}, code), copy);
}

/** Without leave to write the clipboard, the value is at least marked for the next Ctrl+C. */
async function writeClipboard(value, code) {
  try {
    await navigator.clipboard.writeText(value);
  } catch {
    getSelection().selectAllChildren(code);
  }
}
