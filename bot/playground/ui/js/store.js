/** What the page knows: the last snapshot with every event since. Parts read it and draw; only `apply` changes it. */

const WIRE_KEPT = 500;

/** Hold the state and tell the subscribers once per turn that it changed. */
export class Store {
  #subscribers = [];
  #told = true;
  state = { viewer: null, snapshot: null, line: "connecting", wire: [], viewProblem: null, status: null };

  /** Call `draw(state)` after changes. */
  subscribe(draw) {
    this.#subscribers.push(draw);
  }

  /** Merge plain facts into the state. */
  set(facts) {
    Object.assign(this.state, facts);
    this.#tell();
  }

  /** Take one live event into the state; returns false for a kind it does not keep. */
  apply(event) {
    const change = Object.hasOwn(CHANGES, event.type) && CHANGES[event.type];
    if (!change || (event.type !== "snapshot" && event.type !== "wire" && !this.state.snapshot)) return false;
    change(this.state, event);
    this.#tell();
    return true;
  }

  #tell() {
    if (!this.#told) return;
    this.#told = false;
    queueMicrotask(() => {
      this.#told = true;
      for (const draw of this.#subscribers) draw(this.state);
    });
  }
}

const CHANGES = {
  snapshot: (state, { snapshot }) => {
    state.snapshot = snapshot;
    state.viewProblem = null;
  },
  message: ({ snapshot }, { channel, message }) => upsert((snapshot.messages[channel] ??= []), message),
  message_deleted: ({ snapshot }, { channel, ts }) => {
    snapshot.messages[channel] = (snapshot.messages[channel] ?? []).filter((message) => message.ts !== ts);
  },
  view: (state, { view, depth }) => {
    state.snapshot.view = view;
    state.snapshot.depth = depth;
    state.viewProblem = null;
  },
  home: ({ snapshot }, { blocks }) => {
    snapshot.home = blocks && { blocks };
  },
  status: (state, { text, connected }) => {
    if (typeof connected === "boolean") state.snapshot.app.connected = connected;
    state.status = text ? { text, at: Date.now(), isGood: connected === true } : null;
  },
  channel: ({ snapshot, viewer }, { channel }) => {
    const at = snapshot.channels.findIndex((one) => one.id === channel.id);
    if (at < 0) snapshot.channels.push(channel);
    else snapshot.channels[at] = channel;
    if (channel.kind === "dm" && channel.app_is_member && channel.members.includes(viewer.user))
      snapshot.app.dm_channel = channel.id;
  },
  wire: (state, { entry }) => {
    const at = state.wire.findIndex((one) => one.n === entry.n);
    if (at < 0) state.wire.push(entry);
    else state.wire[at] = entry;
    if (state.wire.length > WIRE_KEPT) state.wire.splice(0, state.wire.length - WIRE_KEPT);
  },
};

function upsert(messages, message) {
  const at = messages.findIndex((one) => one.ts === message.ts);
  if (at >= 0) messages[at] = message;
  else {
    const after = messages.findIndex((one) => Number(one.ts) > Number(message.ts));
    messages.splice(after < 0 ? messages.length : after, 0, message);
  }
}

/** Return the channel a place stands for: the app's tabs share its direct line. */
export function channelIdOf(snapshot, place) {
  return place === "messages" ? (snapshot.app.dm_channel ?? null) : place === "home" || !place ? null : place;
}

/** Return the messages outside threads, oldest first. */
export function topLevel(snapshot, channelId) {
  return (snapshot.messages[channelId] ?? []).filter((message) => !isReply(message));
}

/** Return the replies of every thread, by the root's ts. */
export function repliesByThread(snapshot, channelId) {
  const threads = new Map();
  for (const message of (snapshot.messages[channelId] ?? []).filter(isReply)) {
    if (!threads.has(message.thread_ts)) threads.set(message.thread_ts, []);
    threads.get(message.thread_ts).push(message);
  }
  return threads;
}

/** Return a thread: the root (or null when it is gone) and its replies. */
export function threadOf(snapshot, channelId, ts) {
  const all = snapshot.messages[channelId] ?? [];
  return {
    root: all.find((message) => message.ts === ts) ?? null,
    replies: all.filter((message) => isReply(message) && message.thread_ts === ts),
  };
}

/** Tell whether a message belongs inside a thread. */
export function isReply(message) {
  return Boolean(message.thread_ts) && message.thread_ts !== message.ts;
}
