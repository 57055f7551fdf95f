/** Instants in words, in the time zone of the person who looks. */

const DAY_MS = 86_400_000;

let zone;

/** Choose the time zone for everything drawn from now on; an unknown one falls back to the browser's. */
export function useZone(name) {
  try {
    new Intl.DateTimeFormat("en-GB", { timeZone: name });
    zone = name;
  } catch {
    zone = undefined;
  }
}

/** Return an instant (Unix seconds) through one Intl pattern. */
export function show(at, options) {
  return new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options }).format(new Date(at * 1000));
}

/** Return "14:05". */
export function clock(at) {
  return show(at, { hour: "2-digit", minute: "2-digit" });
}

/** Return "14:05:09.120" for the wire drawer. */
export function preciseClock(at) {
  return show(at, { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 });
}

/** Return the day as a heading: "Today", "Yesterday", "Saturday 21 November". */
export function day(at, now = Date.now() / 1000) {
  return near(at, now) ?? show(at, { weekday: "long", day: "numeric", month: "long" });
}

/** Return a full stamp for tooltips. */
export function fullStamp(at) {
  return show(at, { dateStyle: "full", timeStyle: "medium" });
}

/** Return how long ago, in the largest fitting unit. */
export function ago(at, now = Date.now() / 1000) {
  const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  const passed = at - now;
  for (const [unit, seconds] of [
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
  ]) {
    if (Math.abs(passed) >= seconds) return words.format(Math.trunc(passed / seconds), unit);
  }
  return "just now";
}

/** Return a `<!date^…>` format with its tokens filled; a token we do not know stays as it is. */
export function fillDate(at, format) {
  return format.replace(/\{([a-z_]+)\}/g, (whole, token) => TOKENS[token]?.(at) ?? whole);
}

const LONG = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
const MIDDLE = { day: "numeric", month: "long", year: "numeric" };
const SHORT = { day: "numeric", month: "short", year: "numeric" };

const TOKENS = {
  ago: (at) => ago(at),
  date: (at) => show(at, MIDDLE),
  date_long: (at) => show(at, LONG),
  date_long_pretty: (at) => pretty(at, LONG),
  date_num: (at) => new Date(at * 1000).toLocaleDateString("sv-SE", { timeZone: zone }),
  date_pretty: (at) => pretty(at, MIDDLE),
  date_short: (at) => show(at, SHORT),
  date_short_pretty: (at) => pretty(at, SHORT),
  day_divider_pretty: (at) => day(at),
  time: clock,
  time_secs: (at) => show(at, { hour: "2-digit", minute: "2-digit", second: "2-digit" }),
};

function pretty(at, options) {
  return near(at, Date.now() / 1000)?.toLowerCase() ?? show(at, options);
}

function near(at, now) {
  const dayOf = (seconds) => new Date(seconds * 1000).toLocaleDateString("sv-SE", { timeZone: zone });
  const days = Math.round((Date.parse(dayOf(at)) - Date.parse(dayOf(now))) / DAY_MS);
  return { "-1": "Yesterday", 0: "Today", 1: "Tomorrow" }[days] ?? null;
}
