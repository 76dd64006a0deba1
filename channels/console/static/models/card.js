// The card of an adapter: where it comes from.

import { h } from "../dom.js";
import { exact } from "../time.js";
import { language, say } from "../words.js";

export function facts(card) {
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

const short = (hash) => hash.slice(0, 10);
const loss = (value) => (value === null ? "–" : value.toFixed(3));
