// The page before the others: a key, or how to make one.

import * as api from "./api.js";
import { fill, h, icon } from "./dom.js";
import { language, say } from "./words.js";

/**
 * @param {Element} place
 * @param {{missing: boolean, note: string, done: function(): void, language: function(): void}} setup `missing`: nobody is set up.
 */
export function showSignIn(place, setup) {
  document.title = say("sign_in.title");
  const again = () => {
    setup.language();
    showSignIn(place, setup);
  };
  fill(
    place,
    h(
      "main.alone",
      {},
      h(
        "section.card.sign-in",
        {},
        h("span.mark", { "aria-hidden": "true" }, icon("talk")),
        ...(setup.missing ? nobody() : form(setup)),
        h("button.text-button", { type: "button", "aria-label": say("shell.language.label"), on: { click: again } }, say("shell.language")),
      ),
    ),
  );
  place.querySelector("input")?.focus();
}

function nobody() {
  return [
    h("h1", {}, say("sign_in.nobody")),
    h("p.muted", {}, say("sign_in.nobody.how")),
    h("pre.code", { tabindex: "0" }, `xiaoer key ${language() === "zh" ? "xiaomei" : "NAME"} --role operator`),
  ];
}

function form(setup) {
  const input = h("input.field", { id: "key", type: "password", autocomplete: "current-password", required: true, "aria-describedby": "key-hint sign-in-error" });
  const wrong = h("p.wrong", { id: "sign-in-error", role: "alert" }, setup.note);
  const button = h("button.button.primary", { type: "submit" }, say("sign_in.go"));
  const send = async (event) => {
    event.preventDefault();
    button.disabled = true;
    fill(wrong);
    try {
      await api.post("/sign-in", { key: input.value });
      setup.done();
    } catch (error) {
      button.disabled = false;
      fill(wrong, tell(error));
      input.select();
    }
  };
  return [
    h("h1", {}, say("sign_in.title")),
    h(
      "form",
      { on: { submit: send } },
      h("label", { for: "key" }, say("sign_in.key")),
      input,
      h("p.muted.small", { id: "key-hint" }, say("sign_in.hint")),
      wrong,
      button,
    ),
  ];
}

function tell(error) {
  if (error.code === "key_unknown") return say("sign_in.wrong");
  if (error.code === "too_many_keys") return say("sign_in.too_many", { n: error.retryAfter });
  return error.say ? error.say() : error.message;
}
