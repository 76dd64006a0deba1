// Quality: what came of conversations, and how the last replay went.

import * as api from "../api.js";
import { fill, h } from "../dom.js";
import { empty, failed, loading } from "../pieces.js";
import { count, figure, interval, milliseconds, percent, stars } from "../quality/figures.js";
import { lines, shares } from "../quality/plots.js";
import { replay } from "../quality/replay.js";
import { moment } from "../time.js";
import { addWords, keep, recall, say, sayCode } from "../words.js";
import { words as desk } from "../words/desk.js";
import { words } from "../words/quality.js";

const PERIODS = [7, 28, 90];
const CARDS = ["containment", "csat", "rating", "tool_success", "total_p50_ms", "total_p95_ms"];
const STORED = "xiaoer.quality";

addWords(desk);
addWords(words);

export function open(place) {
  const page = new QualityPage(place);
  page.load();
  return page;
}

class QualityPage {
  constructor(place) {
    const [days, step] = (recall(STORED) ?? "").split(" ");
    this.days = PERIODS.includes(Number(days)) ? Number(days) : 28;
    this.step = step === "week" ? "week" : "day";
    this.asked = 0;
    this.tools = h("div.quality-tools");
    this.figures = h("div.quality-figures");
    this.replay = h("div.quality-replay");
    fill(place, h("div.quality", {}, h("header.quality-top", {}, h("h1", {}, say("nav.quality")), this.tools), this.figures, h("section.panel", {}, h("h2", {}, say("quality.replay")), this.replay)));
    this.drawTools();
  }

  load() {
    this.loadTrend();
    this.loadReplay();
  }

  drawTools() {
    const segments = (label, values, name) =>
      h(
        "div.segments",
        { role: "group", "aria-label": label },
        values.map((value) => h("button", { type: "button", "aria-pressed": String(this[name] === value), data: { [name]: String(value) }, on: { click: () => this.choose(name, value) } }, say(`quality.${name}.${value}`))),
      );
    fill(this.tools, segments(say("quality.period"), PERIODS, "days"), segments(say("quality.step"), ["day", "week"], "step"));
  }

  choose(name, value) {
    this[name] = value;
    keep(STORED, `${this.days} ${this.step}`);
    this.drawTools();
    this.tools.querySelector(`[data-${name}="${value}"]`).focus();
    this.loadTrend();
  }

  async loadTrend() {
    const mine = (this.asked += 1);
    if (!this.told) fill(this.figures, loading(4));
    this.figures.setAttribute("aria-busy", "true");
    try {
      const told = await api.get(`/quality/trend?days=${this.days}&step=${this.step}`);
      if (mine !== this.asked) return;
      this.told = told;
      fill(this.figures, told.sessions ? drawn(told) : empty(say("quality.none"), say("quality.none.hint")));
    } catch (error) {
      if (mine === this.asked) fill(this.figures, failed(error, () => this.loadTrend()));
    } finally {
      this.figures.removeAttribute("aria-busy");
    }
  }

  async loadReplay() {
    fill(this.replay, loading(2));
    try {
      fill(this.replay, replay(await api.get("/quality/replay")));
    } catch (error) {
      fill(this.replay, failed(error, () => this.loadReplay()));
    }
  }

  close() {
    this.asked += 1;
  }
}

function drawn(told) {
  const days = told.stretches.map((one) => one.begins);
  const line = (name, label = say(`score.${name}`)) => ({ name: label, values: told.stretches.map((one) => one.scores[name]?.value ?? null), counts: told.stretches.map((one) => one.scores[name]?.n ?? 0) });
  const sessions = { name: say("quality.sessions"), values: told.stretches.map((one) => one.sessions), counts: told.stretches.map((one) => one.sessions) };
  const plot = (title, hint, made) => h("section.panel", {}, h("h2", {}, title), h("p.muted.small", {}, hint), made);
  const about = (name) => (told.scores[name] ? say("quality.n", { n: told.scores[name].n }) : say("plot.empty"));
  return [
    h("p.muted", {}, say("quality.about", { turns: told.turns, sessions: told.sessions, customers: told.customers, since: moment(told.since), until: moment(told.until) })),
    h("div.cards", {}, CARDS.filter((name) => told.scores[name]).map((name) => card(name, told.scores[name]))),
    h(
      "div.plots",
      {},
      plot(say("score.containment"), say("quality.containment.hint"), lines({ title: say("score.containment"), days, lines: [line("containment")], top: 1, words: percent })),
      plot(say("quality.sessions"), say("quality.sessions.hint"), lines({ title: say("quality.sessions"), days, lines: [sessions], top: null, words: count, bars: true })),
      plot(say("quality.reasons"), say("quality.reasons.hint"), shares(say("quality.reasons"), told.handoffs, (name) => sayCode("reason", name))),
      plot(say("quality.latency"), say("quality.latency.hint"), lines({ title: say("quality.latency"), days, lines: [line("total_p50_ms", "p50"), line("total_p95_ms", "p95"), line("total_p99_ms", "p99")], top: null, words: milliseconds })),
      plot(say("score.rating"), about("rating"), lines({ title: say("score.rating"), days, lines: [line("rating")], top: 5, words: stars })),
      plot(say("score.tool_success"), about("tool_success"), lines({ title: say("score.tool_success"), days, lines: [line("tool_success")], top: 1, words: percent })),
    ),
  ];
}

function card(name, score) {
  return h("div.figure-card", { title: score.formula }, h("p.muted.small", {}, say(`score.${name}`)), h("p.figure-value", {}, figure(score.value, score.unit)), h("p.muted.small", {}, [interval(score), say("quality.n", { n: score.n })].filter(Boolean).join(" · ")));
}
