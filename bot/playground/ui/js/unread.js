/** What this browser has seen of each conversation, per person; gone with the tab. */

const KEY = "playground.seen";

/** Remember when the visit began: what was there before counts as read. */
export class Unread {
  #seen = JSON.parse(sessionStorage.getItem(KEY) ?? "null");

  /** Start counting at `now` (Unix seconds) unless this tab already does. */
  begin(now) {
    this.#seen ??= { since: now, at: {} };
  }

  /** Mark a conversation (or thread) as seen up to the newest of these messages. */
  see(viewer, place, messages) {
    const newest = messages.at(-1)?.ts;
    const key = keyOf(viewer, place);
    if (!newest || Number(this.#seen.at[key] ?? 0) >= Number(newest)) return;
    this.#seen.at[key] = newest;
    sessionStorage.setItem(KEY, JSON.stringify(this.#seen));
  }

  /** Tell whether somebody else wrote this since the person last looked there. */
  isNew(viewer, place, message) {
    if (!this.#seen || message.user === viewer.user) return false;
    return Number(message.ts) > Math.max(this.#seen.since, Number(this.#seen.at[keyOf(viewer, place)] ?? 0));
  }

  /** Forget everything: the workspace was reset. */
  static forget() {
    sessionStorage.removeItem(KEY);
  }
}

function keyOf({ team, user }, place) {
  return `${team}/${user}/${place}`;
}
