// How the customer liked it: five stars, asked for once.

import { h, icon } from "./dom.js";

const STARS = [1, 2, 3, 4, 5];

/**
 * A card that asks for a rating.
 * @param send `send(rating)` keeps it; resolves to a line of thanks, rejects when it could not
 * @param skip called when the customer does not want to
 */
export function ratingCard(words, send, skip) {
  const name = `rating-${Math.random().toString(36).slice(2)}`;
  const said = h("p", { class: "rating-said", role: "status" });
  const submit = h("button", { type: "submit", class: "primary", disabled: true }, words.rateSend);
  const stars = STARS.map((n) => {
    const input = h("input", { type: "radio", name, value: n, class: "sr", "aria-label": words.star(n, words.stars[n]) });
    return h("label", { class: "star" }, input, icon("star"));
  });
  const form = h(
    "form",
    { class: "rating" },
    h("fieldset", {}, h("legend", {}, words.rateAsk), h("div", { class: "stars" }, ...stars)),
    said,
    h("div", { class: "rating-ways" }, h("button", { type: "button", class: "plain", onclick: () => skip() }, words.rateSkip), submit),
  );
  const chosen = () => Number(form.querySelector("input:checked")?.value || 0);
  form.addEventListener("change", () => {
    submit.disabled = false;
    said.textContent = words.stars[chosen()];
    stars.forEach((star, place) => star.classList.toggle("is-on", place < chosen()));
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    try {
      const thanks = await send(chosen());
      form.replaceChildren(h("p", { class: "rating-thanks", role: "status" }, thanks));
    } catch {
      said.textContent = words.rateLost;
      submit.disabled = false;
    }
  });
  return form;
}
