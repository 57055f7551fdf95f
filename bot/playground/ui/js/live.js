/** The line on which the server tells what happened; comes back by itself when it breaks. */

const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 8_000;

/**
 * Listen as somebody. `onEvent` gets each event, `onLine` gets "open" or "lost".
 * Returns a function that hangs up.
 */
export function listen({ team, user }, { onEvent, onLine }) {
  const address = new URL(`/ui/api/live?${new URLSearchParams({ team, user })}`, location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  let socket;
  let timer;
  let wait = FIRST_WAIT_MS;
  let over = false;

  const dial = () => {
    clearTimeout(timer);
    socket = new WebSocket(address);
    socket.onopen = () => {
      wait = FIRST_WAIT_MS;
      onLine("open");
    };
    socket.onmessage = ({ data }) => !over && onEvent(JSON.parse(data));
    socket.onclose = () => {
      if (over) return;
      onLine("lost");
      timer = setTimeout(dial, wait * (0.75 + Math.random() / 2));
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    };
  };
  const hurry = () => !over && socket.readyState === WebSocket.CLOSED && dial();
  addEventListener("online", hurry);
  document.addEventListener("visibilitychange", hurry);
  dial();
  return () => {
    over = true;
    clearTimeout(timer);
    removeEventListener("online", hurry);
    document.removeEventListener("visibilitychange", hurry);
    socket.close();
  };
}
