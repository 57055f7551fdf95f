/** Who one is in each workspace: who one was last in this browser, else the manager of the seed. */

const FIRST = { T0INN: "U0ADA", T0SEA: "U0FINN" };
const KEY = "playground.viewers";

/** Return {team, user} to begin with; without a team, the last one, else the first of the seed. */
export function usualViewer(team) {
  const { last, users = {} } = read();
  const where = team || last || Object.keys(FIRST)[0];
  return { team: where, user: users[where] ?? FIRST[where] ?? "" };
}

/** Keep who one is for the next visit. */
export function remember({ team, user }) {
  localStorage.setItem(KEY, JSON.stringify({ last: team, users: { ...read().users, [team]: user } }));
}

/** Forget everybody: the workspaces begin anew. */
export function forgetViewers() {
  localStorage.removeItem(KEY);
}

function read() {
  return JSON.parse(localStorage.getItem(KEY) ?? "{}");
}
