// Two texts line by line.

import { h } from "../dom.js";
import { say } from "../words.js";

/**
 * What one text has otherwise than another, by the longest common run of lines.
 * @returns {{way: string, text: string}[]} way: " " in both, "-" only in the first, "+" only in the second.
 */
export function compared(before, after) {
  const one = before.split("\n");
  const other = after.split("\n");
  const common = table(one, other);
  const rows = [];
  let i = 0;
  let j = 0;
  while (i < one.length || j < other.length) {
    if (i < one.length && j < other.length && one[i] === other[j]) {
      rows.push({ way: " ", text: one[i] });
      i += 1;
      j += 1;
    } else if (j >= other.length || (i < one.length && common[i + 1][j] >= common[i][j + 1])) {
      rows.push({ way: "-", text: one[i] });
      i += 1;
    } else {
      rows.push({ way: "+", text: other[j] });
      j += 1;
    }
  }
  return rows;
}

function table(one, other) {
  const common = Array.from({ length: one.length + 1 }, () => new Uint16Array(other.length + 1));
  for (let i = one.length - 1; i >= 0; i -= 1) {
    for (let j = other.length - 1; j >= 0; j -= 1) {
      common[i][j] = one[i] === other[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
    }
  }
  return common;
}

const CLASSES = { " ": "same", "-": "gone", "+": "new", "@": "place" };

/** Rows to look at; lines far from any change are left out. */
export function shown(rows) {
  const near = rows.map((row, place) => rows.slice(Math.max(0, place - 2), place + 3).some((one) => one.way !== " "));
  const kept = rows.flatMap((row, place) => {
    if (near[place]) return [line(row)];
    return place === 0 || near[place - 1] ? [line({ way: "@", text: "…" })] : [];
  });
  return h("div.lines", { role: "region", "aria-label": say("lines.label"), tabindex: "0" }, ...kept);
}

/** A unified difference as the history keeps it. */
export function unified(text) {
  const rows = text.trimEnd().split("\n").filter((row) => !row.startsWith("@@") && !row.startsWith("--- ") && row !== "");
  return h(
    "div.lines",
    { role: "region", "aria-label": say("lines.label"), tabindex: "0" },
    ...rows.map((row) => line(row.startsWith("+++ ") ? { way: "@", text: row.slice(4).replace(/^new: /, "") } : { way: row[0], text: row.slice(1) })),
  );
}

function line(row) {
  const word = { "-": say("lines.gone"), "+": say("lines.new") }[row.way];
  return h("div", { class: `line ${CLASSES[row.way] ?? "same"}` }, word && h("span.hidden-words", {}, word), h("span.sign", { "aria-hidden": "true" }, row.way === "@" ? "" : row.way), h("span", {}, row.text || " "));
}
