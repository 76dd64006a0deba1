// The last replay, its scores beside those of its baseline.

import { h } from "../dom.js";
import { empty } from "../pieces.js";
import { exact } from "../time.js";
import { knows, say } from "../words.js";
import { figure, interval } from "./figures.js";
import { gauge } from "./plots.js";

const CHIEF = ["cases_passed", "turns_passed", "tasks_passed_untouched", "verified_resolution", "groundedness", "sources", "intent", "handoff_recall", "tools_write", "foreign", "ungrounded", "crashes"];
const TONES = { better: "good", worse: "bad", "no difference shown": "" };

/** @param {{is_set: boolean, run: ?Object}} told */
export function replay(told) {
  if (!told.is_set) return empty(say("replay.not_set"), say("replay.not_set.hint"));
  if (told.run === null) return empty(say("replay.none"), say("replay.none.hint"));
  const { run } = told;
  const changes = new Map((run.comparison?.scores ?? []).map((one) => [one.name, one]));
  const names = Object.keys(run.scores);
  const chief = CHIEF.filter((name) => names.includes(name));
  const rest = names.filter((name) => !chief.includes(name) && !name.endsWith("_ms"));
  return [
    h("p.muted", {}, [run.name, exact(run.at), say("replay.cases", { n: run.cases }), say("replay.release", { id: run.release_id.slice(0, 10) }), run.generator].filter(Boolean).join(" · ")),
    verdict(run.comparison),
    table(chief.length ? chief : names, run.scores, changes),
    chief.length > 0 && rest.length > 0 && h("details.more", {}, h("summary", {}, say("replay.more", { n: rest.length })), table(rest, run.scores, changes)),
  ];
}

function verdict(compared) {
  if (!compared) return h("p.notice", {}, say("replay.no_baseline"));
  const kind = compared.reading === "better" ? "good" : compared.reading === "worse" ? "bad" : "";
  return h("div.notice", { class: kind }, h("b", {}, reading(compared.reading)), h("p", {}, say("replay.compared", { shared: compared.shared, broke: compared.broke, mended: compared.mended, p: compared.p_value.toFixed(3) })));
}

function reading(word) {
  return say(`replay.reading.${word.replaceAll(" ", "_")}`);
}

function table(names, scores, changes) {
  const columns = ["score", "value", "scale", "n", "baseline", "reading"];
  return h(
    "div.table-box",
    { tabindex: "0", role: "region", "aria-label": say("quality.replay") },
    h(
      "table.table.scores",
      {},
      h("thead", {}, h("tr", {}, columns.map((one) => h("th", { scope: "col", class: one === "value" || one === "n" || one === "baseline" ? "number" : "" }, say(`replay.${one}`))))),
      h("tbody", {}, names.map((name) => row(name, scores[name], changes.get(name)))),
    ),
  );
}

function row(name, score, change) {
  const isShare = score.unit === "share";
  return h(
    "tr",
    { title: `${score.meaning} ${score.formula}` },
    h("th", { scope: "row" }, knows(`score.${name}`) ? say(`score.${name}`) : name.replaceAll("_", " ")),
    h("td.number", {}, h("b", {}, figure(score.value, score.unit)), h("span.muted.small.block", {}, interval(score))),
    h("td", {}, isShare && gauge(score.value, score.low, score.high, change?.before ?? null, 1)),
    h("td.number", {}, String(score.n)),
    h("td.number", {}, change ? figure(change.before, score.unit) : "–"),
    h("td", {}, change && h("span.tag", { class: TONES[change.reading] }, reading(change.reading))),
  );
}
