/** What every part of the page may ask for and do: one person at one workspace. */

import { post } from "./api.js";
import { nameOf } from "./people.js";
import { address, go, readPermalink, readRoute } from "./route.js";
import { Unread } from "./unread.js";
import { usualViewer } from "./viewers.js";

/** The parts' common ground; `page` gives it toast(text), showGuide(), toggleWire(), compose(text), redraw() and ask(question). */
export class Desk {
  unread = new Unread();

  constructor(store, page) {
    this.store = store;
    Object.assign(this, page);
    this.scene = {
      names: { person: (id) => this.#personName(id), channel: (id) => this.#channel(id)?.name ?? null },
      people: () => this.people(),
      channels: () => this.state().snapshot?.channels ?? [],
      open: (href) => this.follow(href) || open(href, "_blank", "noopener,noreferrer"),
    };
  }

  /** Return what the page knows. */
  state() {
    return this.store.state;
  }

  /** Return who one is, as {team, user}. */
  viewer() {
    return this.state().viewer;
  }

  /** Return where one is. */
  route() {
    return readRoute();
  }

  /** Return everybody this workspace can see. */
  people() {
    return this.state().snapshot?.people ?? [];
  }

  /** Return whom one may mention or invite; the app is among them. */
  mentionable() {
    return this.people().filter((person) => !person.deleted);
  }

  /** The slash commands, as {text, detail}: the app's, and the one that every workspace has. */
  commands() {
    const { app } = this.state().snapshot;
    const own = app.command.map((text) => ({ text, detail: app.name }));
    return [...own, { text: "/invite", detail: "bring the app or a person into this channel" }];
  }

  /** Change the address. */
  go(route) {
    go(route);
  }

  /** Return the address of a place here. */
  addressOf(route) {
    return address({ ...this.viewer(), ...route });
  }

  /** Go where a permalink leads; returns false for an address elsewhere. */
  follow(href) {
    const found = readPermalink(href);
    if (!found) return false;
    const named = this.state().snapshot.messages[found.place]?.find((message) => message.ts === found.thread);
    go({ ...this.viewer(), ...found, thread: named?.thread_ts ?? found.thread });
    return true;
  }

  /** Go on as another person of this workspace, at the same place. */
  become(user) {
    go({ ...this.route(), user, thread: "" });
  }

  /** Change the workspace, as whoever one was there last. */
  enterTeam(team) {
    go({ ...usualViewer(team), place: "messages" });
  }

  /** Do something as whoever one is. */
  post(path, body) {
    return post(path, this.viewer(), body);
  }

  /** Say something; a text that begins with "/" is a command. The server escapes it and finds the mentions. */
  say(channel, text, thread) {
    const invited = /^\/invite\s+@?(.+)$/.exec(text);
    if (invited) return this.invite(channel, invited[1].trim());
    return this.post("say", { channel, text, ...(thread ? { thread_ts: thread } : {}) });
  }

  /** Bring somebody into a channel by name; the app has one too. */
  async invite(channel, name) {
    const isNamed = (person) =>
      nameOf(person).toLowerCase() === name.toLowerCase() || person.name === name.toLowerCase();
    const found = this.mentionable().find(isNamed);
    if (!found) throw new Error(`There is nobody called ${name} to invite.`);
    return this.post("invite", { channel, member: found.is_bot ? "app" : found.id });
  }

  /** Send a click or a choice; a refusal becomes a note. */
  async perform(container, what) {
    try {
      await this.post("act", { container, ...what });
    } catch (error) {
      this.toast(error.message);
    }
  }

  /** Wipe everything, after a question. */
  async reset() {
    const yes = await this.ask({
      title: "Start over?",
      text: "This wipes all messages, connections and settings of the playground. The made-up hotels begin anew.",
      confirm: "Wipe and start over",
      deny: "Keep everything",
      danger: true,
    });
    if (!yes) return;
    Unread.forget();
    await this.post("reset", {}).catch((error) => this.toast(error.message));
  }

  #personName(id) {
    const person = this.people().find((one) => one.id === id);
    return person ? nameOf(person) : null;
  }

  #channel(id) {
    return this.state().snapshot?.channels.find((one) => one.id === id);
  }
}
