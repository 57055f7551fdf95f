/**
 * Where a person is, kept in the address: `#/team/user/place/thread`.
 * place is "home" or "messages" (the app's tabs) or a channel id; without one, the list of places.
 */

/** Read the address. */
export function readRoute() {
  const [team = "", user = "", place = "", thread = ""] = location.hash
    .replace(/^#\/?/, "")
    .split("/")
    .map(decodeURIComponent);
  return { team, user, place, thread };
}

/** Return the address of a place. */
export function address({ team, user, place, thread }) {
  return `#/${[team, user, place, thread].filter(Boolean).map(encodeURIComponent).join("/")}`;
}

/** Return where a permalink of this workspace leads, as {place, thread}, or null for any other address. */
export function readPermalink(href) {
  const url = new URL(href);
  const found =
    url.origin === location.origin && /^\/archives\/([CDG]\w+)\/p(\d+)(\d{6})$/.exec(url.pathname);
  return found
    ? { place: found[1], thread: url.searchParams.get("thread_ts") ?? `${found[2]}.${found[3]}` }
    : null;
}

/** Go there; `replace` leaves no trace in the browser's history. */
export function go(route, { replace = false } = {}) {
  if (replace) {
    history.replaceState(null, "", address(route));
    dispatchEvent(new HashChangeEvent("hashchange"));
  } else location.hash = address(route);
}
