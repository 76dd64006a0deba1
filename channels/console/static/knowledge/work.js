// Work that goes on at the server: followed until it ends, also after the page was opened anew or by another editor.

import * as api from "../api.js";
import { h } from "../dom.js";
import { say, sayCode } from "../words.js";

const EVERY_MS = 900;

/**
 * Follow the last work of a kind.
 * @param {string} kind preview, publication or gaps.
 * @param {function(?Object): void} tell called with each state, null where there never was any; the last one has its result.
 * @returns {{again: function(): void, close: function(): void}} `again` after new work was begun.
 */
export function follow(kind, tell) {
  let timer = 0;
  let closed = false;
  let asked = 0;

  async function look() {
    clearTimeout(timer);
    const mine = (asked += 1);
    let state;
    try {
      state = await api.get(`/knowledge/work/${kind}`);
    } catch (error) {
      if (error.status !== 404) {
        if (!closed && error.status === 0) timer = setTimeout(look, EVERY_MS * 3);
        return;
      }
      state = null;
    }
    if (closed || mine !== asked) return;
    tell(state);
    if (state?.status === "running") timer = setTimeout(look, EVERY_MS);
  }

  look();
  return {
    again: look,
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

/** How far work is: a bar with words. */
export function progress(state) {
  const of = state.total ? say("work.of", { done: state.done, total: state.total }) : "";
  const words = `${sayCode("work.part", state.part || "begin")} ${of}`.trim();
  return h(
    "div.progress",
    { role: "status" },
    h("p", {}, h("b", {}, say(`work.${state.kind}`)), " ", h("span.muted", {}, words), " ", h("span.muted", {}, say("work.by", { who: state.who }))),
    h("progress", { "aria-label": words, max: state.total || null, value: state.total ? state.done : null }),
    h("p.muted.small", {}, say("work.leave")),
  );
}

/** Why work came to nothing. */
export function ended(state) {
  const code = state.code || state.status;
  return h("div.notice.bad", { role: "alert" }, h("b", {}, say(`work.${state.status}`)), h("p", {}, sayCode("work.error", code) === code ? state.message : sayCode("work.error", code)));
}
