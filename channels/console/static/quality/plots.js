// Plots, drawn here as SVG: lines over days or weeks, bars, shares. Each has words for who does not see it, and its figures as a table.

import { h } from "../dom.js";
import { language, say } from "../words.js";

const SPACE = "http://www.w3.org/2000/svg";
const WIDTH = 560;
const HEIGHT = 190;
const EDGE = { left: 56, right: 12, top: 12, bottom: 26 };
const LABELS = 7;

/** An SVG element. */
function s(tag, attributes, ...children) {
  const element = document.createElementNS(SPACE, tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children.filter((one) => one !== null));
  return element;
}

/**
 * Lines over stretches of time.
 * @param {{title: string, days: string[], lines: {name: string, values: (?number)[], counts: (?number)[]}[], top: ?number,
 *   words: function(number): string, bars: boolean, label: function(string): string, joins: boolean}} plot a value that was not measured is
 *   null and breaks its line, unless it joins; top: the end of the scale, null: from the values; label: a mark below.
 */
export function lines({ title, days, lines: drawn, top, words, bars = false, label = short, joins = false }) {
  const values = drawn.flatMap((one) => one.values).filter((one) => one !== null);
  if (!values.length) return h("p.muted.plot-empty", {}, say("plot.empty"));
  const scale = ticks(top ?? Math.max(...values, 0));
  const most = scale.at(-1);
  const step = (WIDTH - EDGE.left - EDGE.right) / Math.max(days.length, 1);
  const x = (place) => EDGE.left + step * (place + 0.5);
  const y = (value) => HEIGHT - EDGE.bottom - ((HEIGHT - EDGE.top - EDGE.bottom) * Math.min(value, most)) / most;
  const shapes = drawn.flatMap((one, number) => (bars ? columns(one, x, y, step, words, days) : [path(one.values, x, y, number, joins), ...points(one, x, y, number, words, days, drawn.length > 1)]));
  const picture = s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "plot", role: "img", "aria-label": `${title}: ${spoken(drawn, days, words)}` }, ...grid(scale, y, words), ...axis(days, x, label), ...shapes);
  return h("figure.figure", {}, drawn.length > 1 && legend(drawn), picture, table(title, days, drawn, words));
}

function grid(scale, y, words) {
  return scale.flatMap((value) => [
    s("line", { class: "grid", x1: EDGE.left, x2: WIDTH - EDGE.right, y1: y(value), y2: y(value) }),
    s("text", { class: "tick", x: EDGE.left - 7, y: y(value) + 4, "text-anchor": "end" }, words(value)),
  ]);
}

function axis(days, x, label) {
  const every = Math.max(1, Math.ceil(days.length / LABELS));
  return days.flatMap((day, place) => (place % every === 0 ? [s("text", { class: "tick", x: x(place), y: HEIGHT - 7, "text-anchor": "middle" }, label(day))] : []));
}

function path(values, x, y, number, joins) {
  let open = false;
  const d = values
    .map((value, place) => {
      if (value === null) {
        open &&= joins;
        return "";
      }
      const move = `${open ? "L" : "M"}${x(place).toFixed(1)} ${y(value).toFixed(1)}`;
      open = true;
      return move;
    })
    .join("");
  return s("path", { class: `curve c${number}`, d });
}

function points(one, x, y, number, words, days, isNamed) {
  return one.values.flatMap((value, place) => (value === null ? [] : [s("circle", { class: `dot c${number}`, cx: x(place).toFixed(1), cy: y(value).toFixed(1), r: 3.2 }, s("title", {}, told(one, place, words, days, isNamed)))]));
}

function columns(one, x, y, step, words, days) {
  const width = Math.min(26, step * 0.64);
  return one.values.flatMap((value, place) => (value ? [s("rect", { class: "column", x: (x(place) - width / 2).toFixed(1), y: y(value).toFixed(1), width: width.toFixed(1), height: (y(0) - y(value)).toFixed(1), rx: 2 }, s("title", {}, told(one, place, words, days, false)))] : []));
}

function told(one, place, words, days, isNamed) {
  const n = one.counts?.[place];
  return [days[place], isNamed ? one.name : "", words(one.values[place]), n === undefined || n === null ? "" : `n ${n}`].filter(Boolean).join(" · ");
}

/** Counts by name, the largest first, as bars. */
export function shares(title, counts, name) {
  const rows = Object.entries(counts).sort((one, other) => other[1] - one[1]);
  if (!rows.length) return h("p.muted.plot-empty", {}, say("plot.empty"));
  const most = rows[0][1];
  return h("ul.shares", { "aria-label": title }, rows.map(([key, n]) => h("li", {}, h("span", {}, name(key)), h("b", {}, String(n)), bar(n / most))));
}

function bar(share) {
  return s("svg", { class: "share", viewBox: "0 0 100 6", preserveAspectRatio: "none", "aria-hidden": "true" }, s("rect", { class: "rail", width: 100, height: 6 }), s("rect", { class: "column", width: Math.max(1, share * 100).toFixed(1), height: 6 }));
}

/** A value on its scale with its interval, and a mark where the baseline stood. */
export function gauge(value, low, high, before, top) {
  const at = (figure) => (4 + 112 * Math.min(Math.max(figure / top, 0), 1)).toFixed(1);
  return s(
    "svg",
    { class: "gauge", viewBox: "0 0 120 14", "aria-hidden": "true" },
    s("rect", { class: "rail", x: 4, y: 5, width: 112, height: 4, rx: 2 }),
    s("rect", { class: "column", x: 4, y: 5, width: (at(value) - 4).toFixed(1), height: 4, rx: 2 }),
    low === null ? null : s("path", { class: "interval", d: `M${at(low)} 3V11M${at(low)} 7H${at(high)}M${at(high)} 3V11` }),
    before === null ? null : s("path", { class: "baseline", d: `M${at(before)} 0v14` }),
  );
}

function legend(drawn) {
  return h("p.plot-legend", {}, drawn.map((one, number) => h("span", { class: `key c${number}` }, one.name)));
}

function table(title, days, drawn, words) {
  return h(
    "details.more",
    {},
    h("summary", {}, say("plot.table")),
    h(
      "div.table-box",
      { tabindex: "0", role: "region", "aria-label": title },
      h(
        "table.table",
        {},
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, say("plot.day")), drawn.map((one) => h("th.number", { scope: "col" }, one.name)), h("th.number", { scope: "col" }, "n"))),
        h("tbody", {}, days.map((day, place) => h("tr", {}, h("td", {}, day), drawn.map((one) => h("td.number", {}, one.values[place] === null ? "–" : words(one.values[place]))), h("td.number", {}, String(drawn[0].counts?.[place] ?? "–"))))),
      ),
    ),
  );
}

function spoken(drawn, days, words) {
  return drawn
    .map((one) => {
      const last = one.values.findLastIndex((value) => value !== null);
      return last < 0 ? one.name : `${one.name} ${days[last]} ${words(one.values[last])}`;
    })
    .join("; ");
}

/** Round marks from nothing to at least the most. */
function ticks(most) {
  const wanted = most || 1;
  const size = 10 ** Math.floor(Math.log10(wanted / 3));
  const step = [1, 2, 2.5, 5, 10].map((one) => one * size).find((one) => one * 5 >= wanted);
  return Array.from({ length: Math.ceil(wanted / step - 1e-9) + 1 }, (_, place) => Number((place * step).toPrecision(6)));
}

function short(day) {
  const [, month, date] = day.split("-").map(Number);
  return language() === "zh" ? `${month}/${date}` : `${date}/${month}`;
}
