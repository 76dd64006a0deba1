// Pieces that every page is built of: loading, empty and error states, messages that come and go, dialogs.

import { fill, h, icon } from "./dom.js";
import { say } from "./words.js";

/** Rows in the shape of what is about to come. */
export function loading(rows = 3) {
  return h("div.loading", { role: "status", "aria-label": say("shell.loading") }, ...Array.from({ length: rows }, () => h("div.bone")));
}

/** Nothing there: what would be here, and what brings it. */
export function empty(title, hint = "", action = null) {
  return h("div.empty", {}, h("p.empty-title", {}, title), hint && h("p.muted", {}, hint), action);
}

/**
 * What went wrong, with a way on.
 * @param {Error} error an ApiError says itself in the language of the page.
 * @param {function(): void} [retry]
 */
export function failed(error, retry) {
  return h(
    "div.empty",
    { role: "alert" },
    h("p.empty-title", {}, say("error.title")),
    h("p.muted", {}, error.say ? error.say() : error.message),
    retry && h("button.button", { type: "button", on: { click: retry } }, say("shell.retry")),
  );
}

/** Say something for a few seconds; read out by screen readers. `kind`: "ok" or "bad". */
export function toast(text, kind = "ok") {
  const place = document.getElementById("toasts");
  const shown = h("div.toast", { class: kind }, icon(kind === "ok" ? "check" : "cross"), h("span", {}, text));
  place.append(shown);
  setTimeout(() => shown.remove(), kind === "ok" ? 3500 : 7000);
}

/** Do something that may fail, with its button held meanwhile; false: it failed, and was told. */
export async function doing(button, work) {
  if (button?.getAttribute("aria-busy") === "true") return false;
  button?.setAttribute("aria-busy", "true");
  try {
    await work();
    return true;
  } catch (error) {
    if (error.name === "AbortError") return false;
    toast(error.say ? error.say() : error.message, "bad");
    if (!error.say) throw error;
    return false;
  } finally {
    button?.removeAttribute("aria-busy");
  }
}

/**
 * Ask in a window of its own.
 * @param {string} title
 * @param {Node[]} body
 * @param {{label: string, kind?: string}[]} choices buttons after "cancel"; empty: only "close".
 * @returns {Promise<number>} the place of the choice; -1: none.
 */
export function ask(title, body, choices = []) {
  return new Promise((done) => {
    let chosen = -1;
    const before = document.activeElement;
    const dialog = h("dialog", { "aria-labelledby": "dialog-title" });
    const close = (place) => {
      chosen = place;
      dialog.close();
    };
    const buttons = choices.map((choice, place) =>
      h("button.button", { type: "submit", class: choice.kind ?? "primary", value: String(place) }, choice.label),
    );
    const form = h(
      "form",
      { method: "dialog", on: { submit: (event) => (event.preventDefault(), close(Number(event.submitter?.value ?? 0))) } },
      h("h2", { id: "dialog-title" }, title),
      ...body,
      h(
        "div.dialog-actions",
        {},
        h("button.button", { type: "button", on: { click: () => close(-1) } }, say(choices.length ? "shell.cancel" : "shell.close")),
        ...buttons,
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      before?.focus?.();
      done(chosen);
    });
    fill(dialog, form);
    document.body.append(dialog);
    dialog.showModal();
  });
}
