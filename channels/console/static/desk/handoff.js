// What a person reads before they answer: why it was handed over, what was asked, found, tried and promised.

import { h } from "../dom.js";
import { empty } from "../pieces.js";
import { exact, moment, span } from "../time.js";
import { say, sayCode } from "../words.js";
import { argsOf, fact, moodTags, section, waitBar, waitClock } from "./marks.js";

/**
 * @param {Object[]} tickets of the conversation, the latest first.
 * @param {number} targetS the service target in seconds; 0: there is none.
 * @returns {HTMLElement[]}
 */
export function handoffPanel(tickets, targetS) {
  if (!tickets.length) return [empty(say("handoff.none"), say("handoff.none.hint"))];
  const [latest, ...earlier] = tickets;
  return [
    head(latest, targetS),
    ...body(latest.package ?? {}, latest.reason),
    earlier.length > 0 &&
      h(
        "details.part",
        {},
        h("summary", {}, say("handoff.earlier", { n: earlier.length })),
        h(
          "ul.told-rows",
          {},
          earlier.map((one) =>
            h("li.told-row", {}, h("b", {}, sayCode("reason", one.reason)), h("span.row-end", {}, one.person ?? ""), h("span.row-more", {}, exact(one.created_at))),
          ),
        ),
      ),
  ].filter(Boolean);
}

function head(ticket, targetS) {
  const waits = ticket.status === "open";
  return h(
    "div.handoff-head",
    {},
    h("h2", {}, sayCode("reason", ticket.reason)),
    h(
      "div.tags",
      {},
      ticket.kind === "call_back" && h("span.tag.warn", {}, say("kind.call_back")),
      ticket.queue && h("span.tag", {}, say("who.says", { who: say("handoff.queue") }) + ticket.queue),
      ticket.person && h("span.tag.person", {}, ticket.person),
      h("span.muted.small", {}, say("handoff.since", { time: moment(ticket.created_at) })),
    ),
    waits &&
      h(
        "div.wait-line",
        {},
        waitClock(ticket.created_at, "wait.label", targetS),
        targetS > 0 && waitBar(ticket.created_at, targetS),
        targetS > 0 && h("span.muted.small", {}, say("queue.target", { span: span(targetS) })),
      ),
  );
}

function body(pack, reason) {
  const slots = pack.slots ?? {};
  return [
    section(say("handoff.ask"), pack.ask && h("p.quote", {}, pack.ask)),
    section(
      say("handoff.summary"),
      pack.summary && h("p", {}, String(pack.summary).replace(reason, sayCode("reason", reason))),
      h("div.tags", {}, ...(pack.intents ?? []).map((intent) => h("span.tag", {}, sayCode("intent", intent))), ...moodTags(pack.mood)),
    ),
    section(
      say("handoff.slots"),
      h(
        "dl.fact-list",
        {},
        fact(say("handoff.customer"), pack.customer_id),
        fact(say("handoff.order"), slots.order_id),
        fact(say("handoff.product"), slots.product_id),
        fact(say("handoff.failures"), (pack.failures ?? []).map((kind) => sayCode("failure", kind)).join("、")),
      ),
    ),
    section(say("handoff.promises"), ...(pack.promises ?? []).map((text) => h("p.warn-text", {}, text))),
    section(say("handoff.evidence"), (pack.evidence ?? []).length > 0 && h("ul.dots", {}, pack.evidence.map((text) => h("li", {}, text)))),
    section(say("handoff.tools"), (pack.tools ?? []).length > 0 && h("ul.told-rows", {}, pack.tools.map(tool))),
    section(
      say("handoff.history"),
      (pack.history ?? []).length > 0 &&
        h("ul.said-lines", {}, pack.history.map(([role, text]) => h("li", {}, h("span.muted", {}, say("who.says", { who: sayCode("who", role) })), text))),
    ),
  ].filter(Boolean);
}

function tool(use) {
  return h(
    "li.told-row",
    {},
    h("b.mono", {}, use.name),
    h("span.row-end", {}, h("span.tag", { class: use.ok ? "good" : "bad" }, say(use.ok ? "handoff.ok" : "handoff.not_ok"))),
    h("span.row-more.mono", {}, argsOf(use.args)),
  );
}
