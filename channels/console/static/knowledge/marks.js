// Small marks that the pages of the knowledge share.

import { h } from "../dom.js";
import { knows, say, sayCode } from "../words.js";

const VALIDITY = { in_force: "good", future: "accent", over: "", superseded: "", broken: "bad" };

/** Whether a policy holds. */
export function validityTag(policy) {
  if (policy.validity === "broken" && policy.edit && policy.serving === "not_at_all") return h("span.tag.warn", {}, say("policy.unfinished"));
  return h("span.tag", { class: VALIDITY[policy.validity] ?? "" }, say(`validity.${policy.validity}`));
}

/** From when to when, in words; "" where it always holds. */
export function days(policy) {
  if (policy.effective_from && policy.effective_to) return `${policy.effective_from} – ${policy.effective_to}`;
  if (policy.effective_from) return say("policy.from", { day: policy.effective_from });
  return policy.effective_to ? say("policy.to", { day: policy.effective_to }) : "";
}

const SEVERITY = { error: "bad", warning: "warn", note: "" };

/**
 * One finding, in the page's language as far as its kind is known, with the program's own words below.
 * @param {Object} finding
 * @param {HTMLElement|null} where a way to its line, or words for its place.
 */
export function findingRow(finding, where) {
  const known = knows(`finding.${finding.kind}`);
  return h(
    "li.finding",
    { data: { severity: finding.severity } },
    h("p.finding-head", {}, h("span.tag", { class: SEVERITY[finding.severity] }, say(`severity.${finding.severity}`)), where, known && h("b", {}, say(`finding.${finding.kind}`))),
    finding.broken ? brokenTurn(finding.broken) : h("p", { class: known ? "muted small" : "" }, finding.message, " ", finding.advice),
  );
}

function brokenTurn(broken) {
  return h(
    "div.broken",
    {},
    h("p.muted.small", {}, say("broken.where", { id: broken.transcript_id, n: broken.number }), " · ", say("broken.expected", { what: sayCode("check", broken.expectation), expected: plain(broken.expected) })),
    h("p.asked", {}, broken.asked),
    replies(broken.before, broken.after),
  );
}

/** An expectation as a sample holds it, without its brackets. */
function plain(expected) {
  return expected.replace(/[()[\]'"]/g, "").split(",").map((one) => one.trim()).filter(Boolean).join(" / ");
}

/** Two replies to one message, side by side. */
export function replies(before, after) {
  return h(
    "div.replies",
    {},
    h("div.reply", {}, h("h4", {}, say("reply.before")), h("p", {}, before || say("reply.none"))),
    h("div.reply.after", {}, h("h4", {}, say("reply.after")), h("p", {}, after || say("reply.none"))),
  );
}
