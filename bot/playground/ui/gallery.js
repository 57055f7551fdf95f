/** Draws the samples, and whatever a test hands to `gallery.draw`, with the playground's own renderer. */

import { patchBlocks } from "./js/blocks/draw.js";
import { showErrors } from "./js/blocks/input.js";
import { el } from "./js/dom/element.js";
import { readState } from "./js/elements/state.js";
import { useZone } from "./js/text/dates.js";
import { CHANNELS, PEOPLE, SAMPLES } from "./samples.js";

const acts = [];
const scene = {
  surface: "message",
  names: {
    person: (id) => PEOPLE.find((person) => person.id === id)?.real_name ?? null,
    channel: (id) => CHANNELS.find((channel) => channel.id === id)?.name ?? null,
  },
  people: () => PEOPLE,
  channels: () => CHANNELS,
  channelId: CHANNELS[0].id,
  open: (href) => open(href, "_blank", "noopener,noreferrer"),
  perform: async (what) => {
    acts.push(what);
    console.info("would send", what);
  },
};
const samples = document.querySelector("#samples");

/** Draw blocks into a frame of their own, or again into the frame that already has this title. */
function draw(title, blocks) {
  let frame = [...samples.children].find((sample) => sample.dataset.title === title)?.lastElementChild;
  if (!frame) {
    frame = el("div", { class: "sample-frame", tabindex: "-1" });
    samples.append(el("section", { class: "sample", dataset: { title } }, el("h2", {}, title), frame));
  }
  patchBlocks(frame, blocks, scene);
  return frame;
}

/** Take everything away. */
function clear() {
  samples.replaceChildren();
  acts.length = 0;
}

useZone("Europe/Stockholm");
for (const { title, blocks, errors } of SAMPLES) {
  const frame = draw(title, blocks);
  if (errors) showErrors(frame, errors);
}
globalThis.gallery = { draw, clear, acts, readState, showErrors };
