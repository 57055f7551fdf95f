/** Line icons, 24 × 24, drawn with the text's colour. */

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  alert: "M12 4 3 20h18L12 4ZM12 10v4M12 17.2v.1",
  arrowIn: "M19 12H6M11 7l-5 5 5 5",
  arrowOut: "M5 12h13M13 7l5 5-5 5",
  back: "M15 5l-7 7 7 7",
  bell: "M4 18h16M6 18a6 6 0 0 1 12 0M12 12V9M10 9h4",
  chat: "M4 5h16v11H10l-5 4v-4H4Z",
  check: "M5 12.5l4.5 4.5L19 7.5",
  chevron: "M8 10l4 4 4-4",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM12 8v4.5l3 2",
  close: "M6 6l12 12M18 6 6 18",
  copy: "M9 9h10v11H9ZM5 15V4h10",
  dot: "M12 11.9v.2",
  dots: "M6 12v.01M12 12v.01M18 12v.01",
  external: "M10 6H6v12h12v-4M13 5h6v6M19 5l-8 8",
  eye: "M3 12s3.5-6 9-6 9 6 9 6-3.5 6-9 6-9-6-9-6ZM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5Z",
  guide: "M5 4h10a4 4 0 0 1 4 4v12H9a4 4 0 0 1-4-4ZM9 9h6M9 13h6",
  hash: "M9 4 7 20M17 4l-2 16M4 9h16M4 15h16",
  home: "M4 11l8-7 8 7M6 10v10h12V10M10 20v-6h4v6",
  info: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM12 11v5M12 8v.1",
  key: "M8.5 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12.5 12H21M18 12v4M15 12v2.5",
  lock: "M6 11h12v9H6ZM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  pen: "M4 20l1-4L16 5l3 3L8 19l-4 1Z",
  people:
    "M9 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM3 19a6 6 0 0 1 12 0M16 5.5a3 3 0 0 1 0 5M17.5 14a6 6 0 0 1 3.5 5",
  reply: "M10 6 4 12l6 6M4 12h10a6 6 0 0 1 6 6",
  reset: "M5 12a7 7 0 1 1 2.2 5.1M5 19v-5h5",
  send: "M4 12l16-8-6 16-3-6-7-2Z",
  thumbDown: "M7 5h9l3 8h-6l1 5-2 1-5-7V5ZM4 5v8",
  thumbUp: "M7 19h9l3-8h-6l1-5-2-1-5 7v7ZM4 19v-8",
  wire: "M3 12h4l3-7 4 14 3-7h4",
};

/** Return an icon that screen readers pass over; an unknown name draws a dot. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({
    viewBox: "0 0 24 24",
    class: `icon icon-${name}`,
    "aria-hidden": "true",
    focusable: "false",
  })) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name] ?? PATHS.dot);
  svg.append(path);
  return svg;
}
