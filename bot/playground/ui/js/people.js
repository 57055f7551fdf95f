/** How people look: name, face, role. */

import { el, plain } from "./dom/element.js";
import { icon } from "./dom/icons.js";

const FALLBACK_COLOR = "#5b6b63";

/** Return the name to show. */
export function nameOf(person) {
  return plain(person?.real_name || person?.name || "Somebody");
}

/** Return the words for what a person may do here; most have none. */
export function roleWords(person) {
  if (person.deleted) return "Deactivated";
  if (person.is_stranger) return "Partner workspace";
  if (person.is_ultra_restricted) return "Single-channel guest";
  if (person.is_restricted) return "Guest";
  if (person.is_owner) return "Owner";
  return person.is_admin ? "Admin" : "";
}

/** Draw the role as a badge. */
export function badge(person) {
  const words = roleWords(person);
  return (
    words && el("span", { class: `badge ${person.is_owner || person.is_admin ? "badge-strong" : ""}` }, words)
  );
}

/** Draw a face: initials on the person's colour, or the app's key. */
export function avatar(person, isApp = false) {
  if (isApp) return el("span", { class: "avatar avatar-app", "aria-hidden": "true" }, icon("key"));
  const color = /^#[0-9a-f]{6}$/i.test(person?.color ?? "") ? person.color : FALLBACK_COLOR;
  const initials =
    person?.initials ||
    nameOf(person)
      .split(/\s+/)
      .map((word) => word[0])
      .slice(0, 2)
      .join("");
  const ink = isBright(color) ? "#17231f" : "#ffffff";
  return el(
    "span",
    { class: "avatar", "aria-hidden": "true", vars: { "--face": color, "--face-ink": ink } },
    initials,
  );
}

function isBright(color) {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.3;
}
