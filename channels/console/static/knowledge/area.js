// The field for a policy's Markdown: line numbers beside it, lines with findings marked, as tall as its text.
//
// Behind a transparent textarea lie the same lines in the same type, so that a line that wraps has one number.

import { fill, h } from "../dom.js";

/**
 * @param {{text: string, label: string, disabled: boolean, changed: function(string): void}} setup
 * @returns {{element: HTMLElement, mark: function(Map<number, string>): void, jump: function(number): void, value: function(): string,
 *   put: function(string): void}} lines count from 1; `mark` takes the severity of lines.
 */
export function area({ text, label, disabled, changed }) {
  let marks = new Map();
  const behind = h("div.area-lines", { "aria-hidden": "true" });
  const field = h("textarea.area-text", { "aria-label": label, spellcheck: "false", disabled, value: text, on: { input: written } });
  const element = h("div.area", {}, behind, field);

  function written() {
    draw();
    changed(field.value);
  }

  function draw() {
    const lines = field.value.split("\n");
    fill(behind, ...lines.map((line, place) => h("div.area-line", { class: marks.get(place + 1) ?? "", data: { number: String(place + 1) } }, h("span", {}, line || "\u200b"))));
  }

  draw();
  return {
    element,
    mark(found) {
      marks = found;
      draw();
    },
    jump(line) {
      const lines = field.value.split("\n");
      const begin = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
      field.focus({ preventScroll: true });
      field.setSelectionRange(begin, begin + (lines[line - 1]?.length ?? 0));
      behind.children[line - 1]?.scrollIntoView({ block: "center" });
    },
    value: () => field.value,
    put(other) {
      field.value = other;
      draw();
    },
  };
}
