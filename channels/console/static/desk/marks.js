// Small marks that lists and headers share: stage, mood, waiting time.

import { fill, h } from "../dom.js";
import { clock, since } from "../time.js";
import { say, sayCode } from "../words.js";

/** Fill a place anew and leave the focus where it was: on the element with the same `data-focus`. */
export function refill(place, ...children) {
  const held = place.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  fill(place, ...children);
  if (held) place.querySelector(`[data-focus="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
}

const STAGE_KINDS = { queued: "bad", human: "person", offering: "warn", bot: "accent", returning: "", closed: "" };

/** Where a conversation stands, and with whom. */
export function stageTag(stage, person) {
  const words = stage === "human" && person ? say("stage.with", { person }) : sayCode("stage", stage);
  return h("span.tag", { class: STAGE_KINDS[stage] ?? "" }, words);
}

/**
 * How a customer feels, as far as people should know.
 * @param {Object} mood as the trace holds it; what is not named is not so.
 * @param {boolean} all also thanks and politeness.
 */
export function moodTags(mood, all = false) {
  const tags = [];
  if (mood?.anger) tags.push(h("span.tag", { class: mood.anger > 1 ? "bad" : "warn" }, say(`mood.anger${Math.min(mood.anger, 3)}`)));
  for (const name of ["haste", "confusion", "hesitation"]) if (mood?.[name]) tags.push(h("span.tag.warn", {}, say(`mood.${name}`)));
  if (mood?.repeats) tags.push(h("span.tag.warn", {}, say("mood.repeats", { n: mood.repeats })));
  for (const name of ["thanks", "polite"]) if (all && mood?.[name]) tags.push(h("span.tag.good", {}, say(`mood.${name}`)));
  return tags;
}

/**
 * A clock that runs on by `tick`.
 * @param {string} moment since when.
 * @param {string} words key of words.js with {clock}.
 * @param {number} targetS seconds after which it is overdue; 0: never.
 */
export function waitClock(moment, words, targetS = 0) {
  const shown = h("span.wait", { data: { since: moment, words, target: String(targetS) } });
  run(shown);
  return shown;
}

/** A bar that fills towards the service target; read out as its words. */
export function waitBar(moment, targetS) {
  const bar = h("span.wait-bar", { "aria-hidden": "true", data: { fillSince: moment, target: String(targetS) } }, h("span"));
  runBar(bar);
  return bar;
}

function run(shown) {
  const seconds = since(shown.dataset.since);
  const target = Number(shown.dataset.target);
  shown.textContent = say(shown.dataset.words, { clock: clock(seconds) });
  shown.classList.toggle("over", target > 0 && seconds > target);
}

function runBar(bar) {
  const part = Math.min(1, since(bar.dataset.fillSince) / Number(bar.dataset.target));
  bar.firstElementChild.style.width = `${(part * 100).toFixed(1)}%`;
  bar.classList.toggle("over", part >= 1);
}

/** Run all clocks of a page on, once a second; gives what stops it. */
export function tick(place) {
  const timer = setInterval(() => {
    for (const shown of place.querySelectorAll("[data-since]")) run(shown);
    for (const bar of place.querySelectorAll("[data-fill-since]")) runBar(bar);
  }, 1000);
  return () => clearInterval(timer);
}

/** What was said last, and by whom unless by the customer. */
export function lastWords(row) {
  if (!row.last) return [];
  const { role, text } = row.last;
  return [role !== "customer" && h("span.muted", {}, say("who.says", { who: sayCode("who", role) })), text];
}

/** A name and its value, for `h("dl.fact-list")`; null where there is no value. */
export function fact(name, ...value) {
  if (value.every((one) => one === null || one === undefined || one === "" || (Array.isArray(one) && one.length === 0))) return null;
  return [h("dt", {}, name), h("dd", {}, ...value)];
}

/** A part of the side, with its heading; null where there is nothing in it. */
export function section(title, ...body) {
  const kept = body.flat(Infinity).filter(Boolean);
  return kept.length ? h("section.part", {}, h("h3", {}, title), ...kept) : null;
}

/** The arguments of a tool call, short. */
export function argsOf(args) {
  return Object.entries(args ?? {})
    .map(([name, value]) => `${name}: ${typeof value === "object" ? JSON.stringify(value) : value}`)
    .join(", ");
}
