// Which answers change: the same questions put to the served release and to the edited pack.

import * as api from "../api.js";
import { fill, h } from "../dom.js";
import { doing, empty } from "../pieces.js";
import { moment } from "../time.js";
import { say, sayCode } from "../words.js";
import { replies } from "./marks.js";
import { ended, follow, progress } from "./work.js";

const KINDS = ["flip", "outcome", "source", "wording", "passages"];
const TONES = { flip: "bad", outcome: "warn", source: "accent", wording: "", passages: "" };
const AT_ONCE = 30;

/**
 * @param {HTMLElement} place
 * @param {{begun: function(): void, served: function(): string}} setup `served`: id of the release that is served now.
 * @returns {{begin: function(string[], Element): void, isBusy: function(): boolean, draw: function(): void, close: function(): void}}
 */
export function openPreview(place, setup) {
  let state = null;
  let kind = "all";
  let count = AT_ONCE;
  const following = follow("preview", (told) => {
    const ran = state?.status === "running";
    state = told;
    if (ran !== (told?.status === "running")) setup.begun();
    draw();
  });

  function draw() {
    fill(place, h("h2", {}, say("preview.title")), inside());
  }

  function inside() {
    if (state === null) return empty(say("preview.none"), say("preview.none.hint"));
    if (state.status === "running") return progress(state);
    if (state.status !== "done") return ended(state);
    const { result } = state;
    const about = h("p.muted.small", {}, say("preview.about", { n: result.messages, who: state.who, when: moment(state.ended) }));
    if (!result.changes.length) return [about, empty(say("preview.same"), say("preview.same.hint"))];
    const isOld = setup.served() && result.served !== setup.served();
    const wanted = result.changes.filter((one) => kind === "all" || one.kind === kind);
    return [
      about,
      isOld && h("p.notice.warn", {}, say("preview.old")),
      h("div.segments.wrap", { role: "group", "aria-label": say("preview.narrow") }, ["all", ...KINDS].filter((one) => one === "all" || result.counts[one]).map(choice)),
      h("ul.changes", {}, wanted.slice(0, count).map(change)),
      wanted.length > count && h("button.button", { type: "button", on: { click: () => ((count += AT_ONCE), draw()) } }, say("preview.more", { n: wanted.length - count })),
    ];
  }

  function choice(one) {
    const n = one === "all" ? state.result.changes.length : state.result.counts[one];
    return h("button", { type: "button", "aria-pressed": String(one === kind), data: { kind: one }, on: { click: () => ((kind = one), (count = AT_ONCE), draw(), place.querySelector(`[data-kind=${one}]`).focus()) } }, say(`change.${one}`), " ", h("span.muted", {}, String(n)));
  }

  draw();
  return {
    begin: (files, button) =>
      doing(button, async () => {
        kind = "all";
        count = AT_ONCE;
        await api.post("/knowledge/preview", { files });
        following.again();
      }),
    draw: () => state?.status === "done" && draw(),
    isBusy: () => state?.status === "running",
    close: following.close,
  };
}

function change(one) {
  const said = (side) => side.reply || side.crash;
  return h(
    "li.change",
    {},
    h("p.change-head", {}, h("span.tag", { class: TONES[one.kind] }, say(`change.${one.kind}`)), one.why.map((why) => h("b", {}, sayWhy(why))), h("span.muted.small", {}, say(`origin.${one.origin}`), one.origin === "customer" ? "" : ` · ${one.name}${one.number > 1 ? ` #${one.number}` : ""}`)),
    h("p.asked", {}, one.text),
    replies(said(one.before), said(one.after)),
  );
}

function sayWhy(why) {
  return why
    .split(" → ")
    .map((side) => sayCode("why", side).replace(/^why\./, ""))
    .join(" → ");
}
