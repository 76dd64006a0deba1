// Two texts of one policy, of which one must be chosen.

import { h } from "../dom.js";
import { say } from "../words.js";
import { compared, shown } from "./lines.js";

/**
 * @param {{kind: string, who: string, mine: string, theirs: string, takeTheirs: function(Element): void, keepMine: function(Element): void}} between
 *   kind: "conflict" (another editor) or "outdated" (the shop's file).
 */
export function clash({ kind, who, mine, theirs, takeTheirs, keepMine }) {
  const theirName = kind === "conflict" ? say("clash.theirs", { who: who || say("clash.somebody") }) : say("clash.file");
  const take = h("button.button", { type: "button", on: { click: () => takeTheirs(take) } }, kind === "conflict" ? say("clash.take_theirs") : say("clash.take_file"));
  const keep = h("button.button.primary", { type: "button", on: { click: () => keepMine(keep) } }, say("clash.keep_mine"));
  return h(
    "section.notice.warn.clash",
    { role: "alert" },
    h("h3", {}, say(`clash.${kind}`, { who: who || say("clash.somebody") })),
    h("p", {}, say(`clash.${kind}.hint`)),
    h("p.legend.small", {}, h("span.gone", {}, `− ${theirName}`), " ", h("span.new", {}, `+ ${say("clash.mine")}`)),
    shown(compared(theirs, mine)),
    h("div.clash-actions", {}, take, keep),
  );
}
