// What was served, by whom and why; and back to it.

import * as api from "../api.js";
import { fill, h } from "../dom.js";
import { ask, doing, empty, failed, loading, toast } from "../pieces.js";
import { exact } from "../time.js";
import { say } from "../words.js";
import { unified } from "./lines.js";

/**
 * @param {HTMLElement} place
 * @param {{may: boolean, refresh: function(): Promise}} setup
 */
export function openHistory(place, setup) {
  let closed = false;

  async function load() {
    fill(place, loading(4));
    try {
      const told = await api.get("/knowledge/history");
      if (!closed) draw(told);
    } catch (error) {
      if (!closed) fill(place, failed(error, load));
    }
  }

  function draw(told) {
    if (!told.changes.length) {
      fill(place, empty(say("history.none"), say("history.none.hint")));
      return;
    }
    const newest = told.changes.findIndex((one) => one.release_id === told.current);
    const rows = told.changes.map((one, number) => row(one, number === newest, told.current));
    fill(place, h("div.narrow", {}, h("p.muted", {}, say("history.hint")), h("ol.history", {}, rows)));
  }

  function row(one, isNewest, current) {
    const isCurrent = one.release_id === current;
    const moved = one.difference;
    const counts = ["added", "changed", "removed"].filter((way) => moved[way]?.length).map((way) => say(`history.${way}`, { n: moved[way].length }));
    const goods = ["prices", "stock"].filter((way) => moved[way]).map((way) => say(`history.${way}`, { n: moved[way] }));
    const difference = h("div.history-text");
    const open = h("details.more", { on: { toggle: () => open.open && !difference.firstChild && fetchText(one, difference) } }, h("summary", {}, say("history.difference")), difference);
    const back = h("button.button", { type: "button", on: { click: () => rollBack(back, one) } }, say("history.back"));
    return h(
      "li.history-row",
      {},
      h(
        "div.history-head",
        {},
        h("div.grow", {}, h("p", {}, h("b", {}, say(`history.action.${one.action}`)), " ", isNewest && h("span.tag.good", {}, say("history.current")), one.forced && h("span.tag.bad", {}, say("history.forced"))), h("p.muted.small", {}, [exact(one.at), one.who, one.release_id.slice(0, 10)].join(" · "))),
        setup.may && one.is_kept && !isCurrent && back,
      ),
      one.reason && h("p.reason", {}, one.reason),
      h("p.muted.small", {}, [...counts, ...goods].join(" · ")),
      names(moved),
      one.overridden.length > 0 && h("details.more", {}, h("summary", {}, say("history.overridden", { n: one.overridden.length })), h("ul.small", {}, one.overridden.map((said) => h("li", {}, said)))),
      one.previous && open,
    );
  }

  async function fetchText(one, into) {
    fill(into, loading(1));
    try {
      const { text } = await api.get(`/knowledge/difference?release_id=${api.part(one.release_id)}&previous=${api.part(one.previous)}`);
      fill(into, text ? unified(text) : h("p.muted", {}, say("history.no_text")));
    } catch (error) {
      fill(into, failed(error, () => fetchText(one, into)));
    }
  }

  async function rollBack(button, one) {
    const reason = h("textarea.field", { id: "back-reason", rows: "2", maxlength: "500" });
    const body = [h("p", {}, say("history.back.hint")), h("div.form-field", {}, h("label", { for: "back-reason" }, say("publish.reason")), reason)];
    if ((await ask(say("history.back.title"), body, [{ label: say("history.back") }])) < 0) return;
    await doing(button, async () => {
      await api.post("/knowledge/rollback", { release_id: one.release_id, reason: reason.value.trim() });
      toast(say("history.back.done"));
      setup.refresh();
      await load();
    });
  }

  load();
  return {
    close() {
      closed = true;
    },
  };
}

const NAMED = 6;

function names(moved) {
  const all = ["added", "changed", "removed"].flatMap((way) => (moved[way] ?? []).map((name) => h("span.tag", { class: { added: "good", removed: "bad" }[way] ?? "" }, name.replace(/^policy:\s*/, ""))));
  return all.length > 0 && h("p.names", {}, all.slice(0, NAMED), all.length > NAMED && h("span.muted.small", {}, say("history.more", { n: all.length - NAMED })));
}
