/** The modal on top of a person's stack: drawn, submitted, refused, replaced, closed. */

import { patchBlocks } from "../blocks/draw.js";
import { showErrors } from "../blocks/input.js";
import { button, iconButton } from "../dom/buttons.js";
import { ask, showDialog } from "../dom/dialog.js";
import { el, fill, freshId, setText } from "../dom/element.js";
import { icon } from "../dom/icons.js";
import { isTouched, readState, readTouched, writeTouched } from "../elements/state.js";
import { avatar } from "../people.js";
import { withEmoji } from "../text/emoji.js";

/** Return {render(state)}; nothing is in the page while no modal is open. */
export function modalLayer(desk) {
  let open = null;
  const render = ({ snapshot, viewProblem }) => {
    const view = snapshot?.view ?? null;
    if (!view) {
      open?.hide();
      open = null;
      return;
    }
    open ??= new Modal(desk, snapshot.app);
    open.show(view, snapshot.depth ?? 1, viewProblem);
  };
  return { render };
}

class Modal {
  /** What was typed into views that lie underneath, by view id; gone with the modal. */
  #typed = new Map();
  #view = null;
  #depth = 0;
  #problem = null;
  #isSending = false;

  constructor(desk, app) {
    this.desk = desk;
    const heading = freshId("modal");
    this.title = el("h2", { id: heading, tabindex: "-1" });
    this.depth = el("span", { class: "modal-depth" });
    this.problem = el("div", { class: "modal-problem", role: "alert" });
    this.blocks = el("div", { class: "modal-blocks" });
    this.foot = el("footer", { class: "dialog-foot" });
    const away = iconButton("close", "Dismiss", () => this.#leave());
    const head = el("header", { class: "dialog-head" }, avatar(app, true), this.title, this.depth, away);
    this.form = el(
      "form",
      { class: "modal-form", novalidate: true },
      head,
      el("div", { class: "modal-body", tabindex: "-1" }, this.problem, this.blocks),
      this.foot,
    );
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.dialog = el(
      "dialog",
      { class: "modal", "aria-labelledby": heading, dataset: { testid: "modal" } },
      this.form,
    );
    this.hide = showDialog(this.dialog, { onEscape: () => this.#leave() });
  }

  /** Show a view: the same one again is changed in place, another one is drawn from the start. */
  show(view, depth, problem) {
    const isOther = this.#view?.view_id !== view.view_id;
    const isChanged = isOther || JSON.stringify(this.#view) !== JSON.stringify(view);
    if (isOther) this.#setAside(depth > this.#depth);
    this.#view = view;
    this.#depth = depth;
    this.dialog.dataset.viewId = view.view_id;
    this.dialog.classList.toggle("stacked", depth > 1);
    setText(this.title, withEmoji(view.title));
    setText(this.depth, depth > 1 ? `Window ${depth}` : "");
    if (isChanged) {
      patchBlocks(this.blocks, view.blocks, this.#scene(view));
      this.#footer(view);
      this.#tell(null);
      this.#errors(view.errors);
    }
    if (isOther) this.#arrive(view);
    if (problem && problem !== this.#problem) this.#tell(problem.text);
    this.#problem = problem;
  }

  #setAside(isCovered) {
    if (this.#view && isCovered) this.#typed.set(this.#view.view_id, readTouched(this.blocks));
    this.blocks.replaceChildren();
  }

  #arrive(view) {
    writeTouched(this.blocks, this.#typed.get(view.view_id) ?? []);
    this.#typed.delete(view.view_id);
    const wanted =
      this.blocks.querySelector("[autofocus]") ??
      this.blocks.querySelector("input, select, textarea, summary");
    (wanted ?? this.title).focus();
    this.form.querySelector(".modal-body").scrollTop = 0;
  }

  #scene(view) {
    const container = { type: "view", view_id: view.view_id };
    return {
      ...this.desk.scene,
      surface: "modal",
      perform: (what, node) => this.desk.perform(container, { ...what, state: readState(this.blocks) }, node),
    };
  }

  #footer(view) {
    const close = button("button", () => this.#close(), withEmoji(view.close || "Close"));
    this.submitButton =
      view.submit && el("button", { type: "submit", class: "button primary" }, withEmoji(view.submit));
    const focused = this.foot.contains(document.activeElement) ? document.activeElement.textContent : null;
    fill(this.foot, close, this.submitButton);
    if (focused) [...this.foot.children].find((one) => one.textContent === focused)?.focus();
  }

  async #submit() {
    if (!this.submitButton || this.#isSending) return;
    const sent = this.#view.view_id;
    this.#busy(true);
    try {
      const { errors } = await this.desk.post("submit", { view_id: sent, state: readState(this.blocks) });
      if (this.#view.view_id === sent) this.#errors(errors);
    } catch (error) {
      if (this.#view.view_id !== sent) this.desk.toast(error.message);
      else if (error.body?.errors) this.#errors(error.body.errors);
      else this.#tell(error.message);
    } finally {
      this.#busy(false);
    }
  }

  #busy(isSending) {
    this.#isSending = isSending;
    this.dialog.classList.toggle("sending", isSending);
    if (this.submitButton) this.submitButton.setAttribute("aria-busy", String(isSending));
    if (isSending) this.#tell(null);
  }

  /** The red line at the top, until the view changes or is sent again. */
  #tell(text) {
    fill(this.problem, text && [icon("alert"), text]);
  }

  /** Errors of blocks that have no field are shown on top. */
  #errors(errors) {
    const { first, homeless } = showErrors(this.blocks, errors);
    if (homeless.length) this.#tell(homeless.join(" "));
    first?.focus();
  }

  async #close() {
    try {
      await this.desk.post("close", { view_id: this.#view.view_id });
    } catch (error) {
      this.desk.toast(error.message);
    }
  }

  /** Escape and the cross ask before something typed is thrown away. */
  async #leave() {
    if (this.#isSending) return;
    const question = {
      title: "Throw away what you typed?",
      text: "Closing this window loses it.",
      confirm: "Throw away",
      deny: "Keep typing",
      danger: true,
    };
    if (isTouched(this.blocks) && !(await ask(question))) return;
    await this.#close();
  }
}
