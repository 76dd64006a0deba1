// The path of one turn: steps with their times, what was understood, what was looked up, what was called, what was refused, what was said.

import { h, icon } from "../dom.js";
import { empty } from "../pieces.js";
import { exact, moment, span } from "../time.js";
import { say, sayCode } from "../words.js";
import { argsOf, fact, moodTags, section } from "./marks.js";

/**
 * @param {Object[]} turns of the conversation, oldest first.
 * @param {string|null} selected id of the turn; null: the last.
 * @param {function(string): void} choose
 * @returns {HTMLElement[]}
 */
export function turnPanel(turns, selected, choose) {
  if (!turns.length) return [empty(say("turn.none"), say("turn.none.hint"))];
  const found = turns.findIndex((turn) => turn.reply.turn_id === selected);
  const place = found < 0 ? turns.length - 1 : found;
  const turn = turns[place];
  const trace = turn.trace ?? {};
  const isRelayed = turn.reply.worded_by === "human";
  return [
    head(turns, place, choose),
    section(say("turn.text"), h("p.quote", {}, turn.text)),
    trace.failed && section(say("turn.failed"), h("p.wrong", {}, String(trace.failed))),
    isRelayed ? h("p.muted.part", {}, say("turn.relayed")) : path(turn, trace),
    understood(trace),
    passages(trace),
    tools(turn.reply),
    rejected(trace),
    reply(turn),
  ].filter(Boolean);
}

function head(turns, place, choose) {
  const turn = turns[place];
  const total = turn.reply.timings_ms?.total;
  const step = (to, label, shape) =>
    h(
      "button.icon-button",
      {
        type: "button",
        "aria-label": label,
        title: label,
        disabled: !turns[to],
        class: shape,
        data: { focus: shape },
        on: { click: () => turns[to] && choose(turns[to].reply.turn_id) },
      },
      icon("back"),
    );
  return h(
    "div.turn-head",
    {},
    h(
      "div",
      {},
      h("h2", {}, say("turn.of", { n: place + 1 })),
      h("p.muted.small", {}, h("time", { datetime: turn.at, title: exact(turn.at) }, moment(turn.at)), total ? ` · ${say("turn.total", { ms: Math.round(total) })}` : ""),
    ),
    h("span.turn-steps", {}, step(place - 1, say("turn.previous"), "left"), step(place + 1, say("turn.next"), "right")),
  );
}

function path(turn, trace) {
  const nodes = trace.nodes ?? Object.entries(turn.reply.timings_ms ?? {}).filter(([name]) => name !== "total" && name !== "commit");
  const longest = Math.max(0.01, ...nodes.map(([, ms]) => ms));
  const steps = nodes.map(([name, ms]) => {
    const bar = h("span.node-bar", { "aria-hidden": "true" }, h("span"));
    bar.firstElementChild.style.width = `${Math.max(1.5, (ms / longest) * 100).toFixed(1)}%`;
    return h("li.node", {}, h("span.node-name", {}, sayCode("node", name)), bar, h("span.node-ms", {}, say("turn.ms", { n: ms < 10 ? ms.toFixed(1) : Math.round(ms) })));
  });
  return section(say("turn.path"), steps.length > 0 && h("ol.nodes", {}, steps));
}

function understood(trace) {
  const intents = (trace.intents ?? []).map(([intent, confidence, clause]) => {
    const percent = Math.round(confidence * 100);
    const bar = h("span.sure", { "aria-hidden": "true" }, h("span"));
    bar.firstElementChild.style.width = `${percent}%`;
    return h("li.told-row", {}, h("b", {}, sayCode("intent", intent)), bar, h("span.row-end", {}, say("turn.confidence", { n: percent })), clause && h("span.row-more", {}, `“${clause}”`));
  });
  const entities = Object.entries(trace.entities ?? {}).map(([name, value]) => fact(sayCode("entity", name), Array.isArray(value) ? value.map(plain).join("、") : plain(value)));
  return [
    section(
      say("turn.understood"),
      intents.length > 0 && h("ul.told-rows", {}, intents),
      h("div.tags", {}, trace.abstained && h("span.tag.warn", {}, say("turn.abstained")), ...moodTags(trace.mood, true)),
      (trace.failures ?? []).length > 0 &&
        h("p.small", {}, say("who.says", { who: say("turn.failures") }), trace.failures.map((kind) => sayCode("failure", kind)).join("、")),
    ),
    section(say("turn.entities"), entities.length > 0 && h("dl.fact-list", {}, entities)),
  ];
}

function plain(value) {
  if (typeof value === "boolean") return say(value ? "yes" : "no");
  return value !== null && typeof value === "object" ? JSON.stringify(value) : String(value);
}

function passages(trace) {
  const kept = (trace.passages ?? []).map((one) => passage(Array.isArray(one) ? { id: one[0], score: one[1] } : one));
  const dropped = (trace.dropped ?? []).map((one) => passage(Array.isArray(one) ? { id: one[0], why: one[1] } : one));
  return [
    section(say("turn.passages"), kept.length > 0 && h("ul.told-rows", {}, kept)),
    section(say("turn.dropped"), dropped.length > 0 && h("ul.told-rows", {}, dropped)),
  ];
}

function passage(one) {
  const why = one.use ? h("span.tag", { class: one.use === "said" ? "good" : "" }, sayCode("use", one.use)) : one.why && h("span.tag.warn", {}, sayCode("why", one.why));
  return h(
    "li.told-row",
    {},
    h("b", {}, one.title ?? one.id),
    h("span.row-end", {}, why),
    h("span.row-more.mono", {}, one.title ? one.id : ""),
    one.score !== undefined && h("span.row-more", {}, say("turn.score", { n: Number(one.score).toFixed(2) })),
  );
}

function tools(reply) {
  if (!reply.tools?.length) return null;
  const rows = reply.tools.map((use) =>
    h(
      "li.told-row",
      {},
      h("b.mono", {}, use.name),
      h(
        "span.row-end",
        {},
        h("span.tag", { class: use.effect === "write" ? "warn" : "" }, sayCode("effect", use.effect)),
        h("span.tag", { class: use.ok ? "good" : "bad" }, use.ok ? say("handoff.ok") : (use.error ?? say("handoff.not_ok"))),
      ),
      h("span.row-more.mono", {}, argsOf(use.args)),
      h(
        "span.row-more",
        {},
        [use.elapsed_ms ? say("turn.ms", { n: Math.round(use.elapsed_ms) }) : "", use.as_of ? asOf(use.as_of) : ""].filter(Boolean).join(" · "),
      ),
    ),
  );
  return section(say("turn.tools"), h("ul.told-rows", {}, rows));
}

function asOf(value) {
  return typeof value === "number" ? say("turn.as_of", { time: span(value) }) : say("turn.as_of", { time: moment(value) });
}

function rejected(trace) {
  const drafts = (trace.rejected ?? []).map((one) =>
    h(
      "li.draft",
      {},
      h("p", {}, one.draft || one.error || ""),
      h(
        "div.tags",
        {},
        one.worded_by && h("span.tag", {}, one.worded_by),
        one.error && h("span.tag.bad", {}, one.error),
        ...(one.findings ?? []).map(([kind, words]) => h("span.tag.bad", {}, words ? say("who.says", { who: sayCode("finding", kind) }) + words : sayCode("finding", kind))),
      ),
    ),
  );
  return section(say("turn.rejected"), drafts.length > 0 && h("ol.told-rows", {}, drafts));
}

function reply({ reply: told }) {
  const sources = (told.sources ?? []).map((one) => h("li", {}, `${one.title || one.id}`, one.version ? h("span.muted", {}, ` v${one.version}`) : null));
  return section(
    say("turn.reply"),
    told.reply && h("p.quote", {}, told.reply),
    h(
      "dl.fact-list",
      {},
      fact(say("turn.outcome"), sayCode("outcome", told.outcome)),
      fact(say("turn.strategy"), told.strategy),
      fact(say("turn.worded_by"), told.worded_by),
      fact(say("turn.pending"), told.pending_action?.summary),
      fact(say("turn.sources"), sources.length ? h("ul", {}, sources) : null),
      fact(say("turn.release"), h("span.mono", {}, told.release_id)),
      fact(say("turn.adapter"), told.adapter_id ? h("span.mono", {}, told.adapter_id) : say("turn.no_adapter")),
    ),
  );
}
