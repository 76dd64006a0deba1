// The list of policies: searched, narrowed down, by category.

import { fill, h, icon } from "../dom.js";
import { empty } from "../pieces.js";
import { ago } from "../time.js";
import { say } from "../words.js";
import { days, validityTag } from "./marks.js";

const NARROWED = ["all", "in_force", "future", "past", "changed"];
const FITS = {
  all: () => true,
  in_force: (one) => one.validity === "in_force",
  future: (one) => one.validity === "future",
  past: (one) => one.validity === "over" || one.validity === "superseded",
  changed: (one) => one.edit !== null || one.serving !== "as_it_stands" || one.validity === "broken",
};

/**
 * @param {{opened: function(string): void, create: function(): void|null}} setup
 * @returns {{element: HTMLElement, show: function(Object[], string): void, move: function(number): void, focus: function(): void}}
 */
export function policyList(setup) {
  const wanted = { words: "", narrowed: "all" };
  let policies = [];
  let open = "";
  const search = h("input.field", { type: "search", placeholder: say("policies.search"), "aria-label": say("policies.search"), on: { input: () => ((wanted.words = search.value), draw()) } });
  const rows = h("div.policy-rows");
  const narrow = h("div.segments", { role: "group", "aria-label": say("policies.narrow") });
  const element = h(
    "section.policy-list",
    { "aria-label": say("knowledge.policies") },
    h("div.list-tools", {}, h("div.field-with-icon", {}, icon("search"), search), setup.create && h("button.button", { type: "button", on: { click: setup.create } }, say("policies.create"))),
    narrow,
    rows,
  );

  function draw() {
    fill(
      narrow,
      ...NARROWED.map((name) =>
        h("button", { type: "button", "aria-pressed": String(wanted.narrowed === name), data: { narrow: name }, on: { click: () => ((wanted.narrowed = name), draw(), narrow.querySelector(`[data-narrow=${name}]`).focus()) } }, say(`policies.${name}`), " ", h("span.muted", {}, String(policies.filter(FITS[name]).length))),
      ),
    );
    const found = policies.filter((one) => FITS[wanted.narrowed](one) && holds(one, wanted.words));
    const groups = Map.groupBy ? Map.groupBy(found, (one) => one.category) : grouped(found);
    fill(rows, found.length ? [...groups].map(([category, these]) => group(category, these)) : empty(say("policies.none"), say("policies.none.hint")));
  }

  function group(category, these) {
    return h("div.group", {}, h("h3", {}, category || say("policies.no_category"), " ", h("span", {}, String(these.length))), h("ul", {}, these.map(row)));
  }

  function row(one) {
    const isOpen = one.file === open;
    return h(
      "li",
      {},
      h(
        "a.policy-row",
        { href: `#/knowledge/policy/${encodeURIComponent(one.file)}`, data: { file: one.file }, "aria-current": isOpen ? "true" : null },
        h("span.policy-title", {}, one.title),
        h(
          "span.policy-marks",
          {},
          validityTag(one),
          one.edit && h("span.tag.warn", {}, say("policies.edited", { who: one.edit.who })),
          !one.edit && one.serving !== "as_it_stands" && h("span.tag.warn", {}, say(`serving.${one.serving}`)),
          h("span.muted.small", {}, one.edit ? ago(one.edit.at) : days(one)),
        ),
      ),
    );
  }

  draw();
  return {
    element,
    show(found, file) {
      policies = found;
      open = file;
      const held = rows.contains(document.activeElement) ? document.activeElement.dataset.file : null;
      draw();
      if (held) rows.querySelector(`[data-file="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
    },
    move(step) {
      const links = [...rows.querySelectorAll(".policy-row")];
      const at = links.findIndex((link) => link.dataset.file === open);
      const next = links[Math.max(0, Math.min(links.length - 1, at + step))];
      if (next) setup.opened(next.dataset.file);
    },
    focus: () => search.focus(),
  };
}

function grouped(found) {
  const groups = new Map();
  for (const one of found) groups.set(one.category, [...(groups.get(one.category) ?? []), one]);
  return groups;
}

function holds(one, words) {
  const said = [one.title, one.id ?? "", one.category, one.file, ...one.questions].join("\n").toLowerCase();
  return words.toLowerCase().split(/\s+/).every((word) => said.includes(word));
}
