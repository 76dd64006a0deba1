// Models: who words replies now, with which adapter, and what was trained.

import * as api from "../api.js";
import { fill, h } from "../dom.js";
import { empty, failed, loading } from "../pieces.js";
import { facts } from "../models/card.js";
import { openRegistry } from "../models/registry.js";
import { lines } from "../quality/plots.js";
import { exact } from "../time.js";
import { addWords, say } from "../words.js";
import { words } from "../words/models.js";
import { words as quality } from "../words/quality.js";

addWords(quality);
addWords(words);

export function open(place, _, shell) {
  let closed = false;
  let registry = null;

  async function load() {
    fill(place, loading(4));
    try {
      const told = await api.get("/models");
      if (closed) return;
      const box = h("section.panel.registry", { "aria-labelledby": "registry-title" });
      fill(place, page(told, box));
      registry = openRegistry(box, { may: shell.may("editor") });
    } catch (error) {
      if (!closed) fill(place, failed(error, load));
    }
  }

  load();
  return {
    close() {
      closed = true;
      registry?.close();
    },
  };
}

function page(told, registry) {
  return h(
    "div.models",
    {},
    h("h1", {}, say("nav.models")),
    h("section.panel", {}, h("h2", {}, say("models.now")), wording(told.wording)),
    told.arm && h("section.panel", {}, h("h2", {}, say("models.arm", { name: told.arm.experiment })), h("p.muted", {}, say("models.arm.share", { share: Math.round(told.arm.share * 100) })), told.arm.release && h("p", {}, say("models.arm.release", { id: told.arm.release })), wording(told.arm.wording)),
    registry,
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
