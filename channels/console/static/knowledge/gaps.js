// What customers ask in vain, counted; a policy can be begun from each.

import * as api from "../api.js";
import { fill, h } from "../dom.js";
import { doing, empty } from "../pieces.js";
import { moment } from "../time.js";
import { say } from "../words.js";
import { fromStub } from "./new_policy.js";
import { ended, follow, progress } from "./work.js";

const AT_ONCE = 40;

/**
 * @param {HTMLElement} place
 * @param {{may: boolean, made: function(string): void, told: function(): ?Object}} setup
 */
export function openGaps(place, setup) {
  let count = AT_ONCE;
  let state = null;
  const button = h("button.button", { type: "button", on: { click: () => doing(button, begin) } }, say("gaps.count"));
  const following = follow("gaps", (told) => {
    state = told;
    draw();
  });

  async function begin() {
    await api.post("/knowledge/gaps");
    following.again();
  }

  function draw() {
    const isRunning = state?.status === "running";
    button.disabled = isRunning;
    const about = state?.status === "done" ? say("gaps.about", { turns: state.result.turns, n: state.result.unanswered, when: moment(state.ended) }) : say("gaps.hint");
    fill(place, h("div.narrow", {}, h("div.row.gaps-top", {}, h("p.muted.grow", {}, about), setup.may && button), inside()));
  }

  function inside() {
    if (state === null) return empty(say("gaps.none"), say(setup.may ? "gaps.none.hint" : "gaps.none.viewer"));
    if (state.status === "running") return progress(state);
    if (state.status !== "done") return ended(state);
    const { gaps } = state.result;
    if (!gaps.length) return empty(say("gaps.all_answered"), say("gaps.all_answered.hint"));
    return [h("ul.gaps", {}, gaps.slice(0, count).map(row)), gaps.length > count && h("button.button", { type: "button", on: { click: () => ((count += AT_ONCE), draw()) } }, say("preview.more", { n: gaps.length - count }))];
  }

  function row(gap) {
    const finds = setup.told()?.policies.find((one) => one.id === gap.finds);
    const draft = h("button.button", { type: "button", on: { click: () => doing(draft, () => fromStub(gap.stub, setup.made)) } }, say("gaps.draft"));
    const reasons = Object.entries(gap.reasons).map(([name, n]) => `${say(`gap.${name}`)} ${n}`);
    return h(
      "li.gap",
      {},
      h("span.gap-count", {}, h("b", {}, String(gap.count)), h("span.small.muted", {}, say("gaps.times"))),
      h(
        "div.grow",
        {},
        h("p.gap-title", {}, gap.title),
        h("p.muted.small", {}, [...reasons, say("gaps.last", { day: moment(gap.last) })].join(" · ")),
        gap.finds && h("p.small", {}, say("gaps.finds"), " ", finds ? h("a", { href: `#/knowledge/policy/${encodeURIComponent(finds.file)}` }, finds.title) : gap.finds),
        gap.examples.length > 1 && h("details.more", {}, h("summary", {}, say("gaps.examples", { n: gap.examples.length - 1 })), h("ul.small", {}, gap.examples.slice(1).map((text) => h("li", {}, text)))),
      ),
      setup.may && draft,
    );
  }

  draw();
  return { policies: () => state && draw(), close: following.close };
}
