// Models: who words replies now, with which adapter, and what was trained.

import * as api from "../api.js";
import { fill, h } from "../dom.js";
import { empty, failed, loading } from "../pieces.js";
import { lines } from "../quality/plots.js";
import { exact } from "../time.js";
import { addWords, language, say } from "../words.js";
import { words } from "../words/models.js";
import { words as quality } from "../words/quality.js";

addWords(quality);
addWords(words);

export function open(place) {
  let closed = false;

  async function load() {
    fill(place, loading(4));
    try {
      const told = await api.get("/models");
      if (!closed) fill(place, page(told));
    } catch (error) {
      if (!closed) fill(place, failed(error, load));
    }
  }

  load();
  return {
    close() {
      closed = true;
    },
  };
}

function page(told) {
  return h(
    "div.models",
    {},
    h("h1", {}, say("nav.models")),
    h("section.panel", {}, h("h2", {}, say("models.now")), wording(told.wording)),
    told.arm && h("section.panel", {}, h("h2", {}, say("models.arm", { name: told.arm.experiment })), h("p.muted", {}, say("models.arm.share", { share: Math.round(told.arm.share * 100) })), told.arm.release && h("p", {}, say("models.arm.release", { id: told.arm.release })), wording(told.arm.wording)),
    h("section.panel", {}, h("h2", {}, say("models.runs")), runs(told)),
  );
}

function wording(one) {
  return [
    h("p", {}, h("b", {}, say(`models.generator.${one.generator}`)), one.model ? ` · ${one.model}` : "", one.address ? ` · ${one.address}` : ""),
    h("p.muted.small", {}, say(`models.generator.${one.generator}.hint`)),
    one.generator === "local" && (one.adapter ? adapter(one.adapter) : h("p", {}, say("models.no_adapter"))),
  ];
}

function adapter(one) {
  return h(
    "div.run",
    {},
    h("p.run-head", {}, h("b", {}, one.name), one.problems.length ? one.problems.map((problem) => h("span.tag", { class: problem === "no_card" ? "warn" : "bad" }, say(`models.problem.${problem}`))) : h("span.tag.good", {}, say("models.sound"))),
    one.card && facts(one.card),
  );
}

function facts(card) {
  const { base, lora, losses } = card;
  const rows = [
    ["base", `${base.name} · ${short(base.sha256)} · ${new Intl.NumberFormat(language() === "zh" ? "zh-CN" : "en-GB", { notation: "compact" }).format(base.parameters)}`],
    ["weights", short(card.adapter_sha256)],
    ["prompt", card.prompt_version],
    ["data", card.data.map((one) => `${one.name} (${one.rows}, ${short(one.sha256)})`).join("、")],
    ["rows", say("models.rows.split", { train: card.train_rows, evaluation: card.eval_rows })],
    ["lora", say("models.lora.shape", { rank: lora.rank, alpha: lora.alpha, targets: lora.targets })],
    ["step", say("work.of", { done: card.step, total: card.steps })],
    ["loss", `${loss(losses.eval_before)} → ${loss(losses.eval)}`],
    ["seed", `${card.seed} · ${card.precision}`],
    ["created", exact(card.created_at)],
  ];
  return h("dl.facts", {}, rows.map(([name, said]) => h("div", {}, h("dt", {}, say(`models.${name}`)), h("dd", {}, said))));
}

function runs(told) {
  if (!told.is_set) return empty(say("models.not_set"), say("models.not_set.hint"));
  if (!told.runs.length) return empty(say("models.no_runs"), say("models.no_runs.hint"));
  return told.runs.map(run);
}

function run(one) {
  const steps = one.log.map((line) => String(line.step));
  const curve = (key) => ({ name: say(`models.curve.${key}`), values: one.log.map((line) => line[key]), counts: one.log.map(() => null) });
  return h(
    "article.run",
    {},
    h("p.run-head", {}, h("b", {}, one.name), h("span.muted.small", {}, exact(one.at))),
    lines({ title: say("models.curve"), days: steps, lines: [curve("loss"), curve("eval_loss")], top: null, words: (value) => value.toPrecision(3), label: (step) => step, joins: true }),
    one.adapters.length ? one.adapters.map(adapter) : h("p.muted", {}, say("models.no_adapters")),
  );
}

const short = (hash) => hash.slice(0, 10);
const loss = (value) => (value === null ? "–" : value.toFixed(3));
