// Registered adapters with their gates; promote one, or roll back.

import * as api from "../api.js";
import { fill, h } from "../dom.js";
import { ask, doing, empty, failed, loading, toast } from "../pieces.js";
import { exact } from "../time.js";
import { addWords, say } from "../words.js";
import { words } from "../words/registry.js";
import { facts } from "./card.js";

addWords(words);

const LOOK_MS = 2000;
const SHARES = new Set(["first_audit", "ungrounded", "vendor", "identity", "bleed", "abstention", "style", "sentences", "characters", "address", "closing"]);

/**
 * @param {HTMLElement} place
 * @param {{may: boolean}} setup
 */
export function openRegistry(place, setup) {
  let closed = false;
  let timer = 0;
  const list = h("div.registry-list", {}, loading(2));
  fill(place, h("h2", { id: "registry-title" }, say("registry.title")), list);

  async function load() {
    clearTimeout(timer);
    try {
      const told = await api.get("/models/registry");
      if (closed) return;
      fill(list, drawn(told));
      // A server that follows says when the coming adapter is loaded, or why it is not.
      if (isComing(told)) timer = setTimeout(load, LOOK_MS);
    } catch (error) {
      if (!closed) fill(list, failed(error, load));
    }
  }

  function drawn(told) {
    const notices = [
      told.problem && h("p.notice.warn", { role: "alert" }, say("registry.broken", { why: told.problem })),
      told.refused && h("p.notice.warn", { role: "alert" }, say("registry.refused", { version: told.refused.version ?? "–", why: told.refused.why })),
    ];
    if (!told.versions.length) return [notices, empty(say("registry.none"), say("registry.none.hint"))];
    const back = h("button.button", { type: "button", on: { click: () => rollBack(back) } }, say("registry.back"));
    const mayGoBack = setup.may && new Set(told.history.map((one) => one.version)).size > 1;
    return [
      notices,
      !told.is_followed && h("p.muted.small", {}, say("registry.not_followed")),
      told.versions.map((one) => version(one, told)),
      told.history.length > 0 && h("h3", {}, say("registry.history")),
      told.history.length > 0 && h("ol.history", {}, told.history.map((one) => h("li.history-row", {}, moved(one)))),
      mayGoBack && h("p", {}, back),
    ];
  }

  function version(one, told) {
    const isCurrent = one.version === told.current;
    const verdict = one.gate?.verdict ?? "none";
    const against = verdict === "ship" ? "" : one.gate?.reasons.join("; ") || say("registry.gate.none");
    const button = h("button.button", { type: "button", "aria-label": `${say(against ? "registry.force" : "registry.promote")} ${one.version}`, on: { click: () => promote(button, one.version, against) } }, say(against ? "registry.force" : "registry.promote"));
    const tags = [
      isCurrent && h("span.tag.good", {}, say("registry.current")),
      one.version === told.serving && h("span.tag.good", {}, say("registry.serving")),
      isCurrent && isComing(told) && h("span.tag", {}, say("registry.loading")),
      !one.problem && h("span.tag", { class: { ship: "good", do_not_ship: "bad" }[verdict] ?? "warn" }, say(`registry.gate.${verdict}`)),
      one.manifest?.forced && h("span.tag.bad", {}, say("registry.forced")),
    ];
    return h(
      "article.run",
      {},
      h("div.history-head", {}, h("p.run-head.grow", {}, h("b", {}, one.version), tags), setup.may && !isCurrent && !one.problem && button),
      one.manifest && h("p.muted.small", {}, [say("registry.registered"), exact(one.manifest.at), one.manifest.who, one.manifest.reason].filter(Boolean).join(" · ")),
      one.problem && h("p.notice.warn", {}, say("registry.problem", { why: one.problem })),
      one.gate && gate(one.gate),
      one.card && h("details.more", {}, h("summary", {}, say("registry.card")), facts(one.card)),
    );
  }

  async function promote(button, name, against) {
    const reason = field();
    const hint = against ? say("registry.force.hint", { why: against }) : say("registry.promote.hint");
    const body = [h("p", {}, hint), labelled(reason)];
    if (against) reason.required = true;
    const choice = { label: say(against ? "registry.force" : "registry.promote"), kind: against ? "danger" : "primary" };
    if ((await ask(say("registry.promote.title", { version: name }), body, [choice])) < 0) return;
    await doing(button, async () => {
      await api.post("/models/promotion", { version: name, reason: reason.value.trim(), force: Boolean(against) });
      toast(say("registry.promoted"));
      await load();
    });
  }

  async function rollBack(button) {
    const reason = field();
    const body = [h("p", {}, say("registry.promote.hint")), labelled(reason)];
    if ((await ask(say("registry.back.title"), body, [{ label: say("registry.back") }])) < 0) return;
    await doing(button, async () => {
      await api.post("/models/rollback", { reason: reason.value.trim() });
      toast(say("registry.went_back"));
      await load();
    });
  }

  load();
  return {
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

const isComing = (told) => told.is_followed && told.current !== told.serving && told.refused?.version !== told.current;

function gate(one) {
  const columns = ["measure", "adapter", "base", "limit", "verdict"];
  const rows = one.lines.map((line) => {
    const verdict = line.adapter === null ? "unmeasured" : line.limit === null ? "told" : line.passes ? "passes" : "fails";
    const said = (value) => (value === null ? "–" : SHARES.has(line.measure) ? `${Math.round(value * 1000) / 10}%` : value.toFixed(3));
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, say(`registry.measure.${line.measure}`)),
      [line.adapter, line.base, line.limit].map((value) => h("td.number", {}, said(value))),
      h("td", {}, h("span.tag", { class: { passes: "good", fails: "bad" }[verdict] ?? "" }, say(`registry.${verdict}`))),
    );
  });
  return h("div.table-box", { tabindex: "0", role: "region", "aria-label": say("registry.measure") }, h("table.table", {}, h("thead", {}, h("tr", {}, columns.map((name) => h("th", { scope: "col" }, say(`registry.${name}`))))), h("tbody", {}, rows)));
}

function moved(one) {
  return [
    h("p", {}, h("b", {}, say(`registry.action.${one.action}`)), " ", one.version, " ", one.forced && h("span.tag.bad", {}, say("registry.forced"))),
    h("p.muted.small", {}, [exact(one.at), one.who].join(" · ")),
    one.reason && h("p.reason", {}, one.reason),
    one.overridden.length > 0 && h("p.muted.small", {}, one.overridden.join("; ")),
  ];
}

const field = () => h("textarea.field", { id: "promotion-reason", rows: "2", maxlength: "500" });
const labelled = (reason) => h("div.form-field", {}, h("label", { for: "promotion-reason" }, say("registry.reason")), reason);
