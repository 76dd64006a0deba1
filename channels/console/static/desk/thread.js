// What was written in a conversation, in order, with the moves between bot and people and the notes in between.

import { h, icon } from "../dom.js";
import { exact, moment } from "../time.js";
import { say, sayCode } from "../words.js";

const NOT_TOLD = new Set(["told", "sent"]);
const NO_PERSON = new Set(["bot", "customer", "system"]);

/**
 * @param {Object} whole as /conversations/{id} tells it.
 * @param {{selected: string|null, choose: function(string): void}} turns the turn whose path is shown.
 * @returns {HTMLElement[]}
 */
export function entries(whole, turns) {
  const ofMessage = new Map();
  for (const turn of whole.turns) {
    ofMessage.set(turn.reply.message_id, turn);
    ofMessage.set(turn.reply.turn_id, turn);
  }
  const said = whole.thread.map((entry) => ({ at: entry.at, make: () => bubble(entry, ofMessage.get(entry.message_id), turns) }));
  const moved = whole.moves.map((move) => ({ at: move.at, make: () => moveLine(move) }));
  return merged(said, moved).map((one) => one.make());
}

/** Words stay in their own order; a move stands before the first words that are later than it. */
function merged(said, moved) {
  const all = [];
  let place = 0;
  for (const one of said) {
    while (place < moved.length && Date.parse(moved[place].at) < Date.parse(one.at)) all.push(moved[place++]);
    all.push(one);
  }
  return [...all, ...moved.slice(place)];
}

function bubble(entry, turn, turns) {
  const side = { customer: "by-customer", assistant: "by-bot", person: "by-person", notice: "by-shop" }[entry.role] ?? "by-bot";
  const who = entry.role === "person" ? (entry.person ?? say("who.human")) : sayCode("who", entry.role);
  const isAnswer = entry.role === "assistant" && turn;
  const isSelected = turn && turn.reply.turn_id === turns.selected;
  return h(
    "li.entry",
    { class: `${side}${isSelected ? " selected" : ""}${["withdrawn", "superseded"].includes(entry.status) ? " unsaid" : ""}` },
    h("div.bubble", {}, entry.text),
    h(
      "div.entry-foot",
      {},
      h("span", {}, who),
      h("time", { datetime: entry.at, title: exact(entry.at) }, moment(entry.at)),
      !NOT_TOLD.has(entry.status) && h("span.status", { class: entry.status }, sayCode("status", entry.status)),
      entry.status === "sent" && h("span.status.sent", {}, icon("check"), say("status.sent")),
      isAnswer &&
        h(
          "button.path-button",
          {
            type: "button",
            "aria-pressed": String(Boolean(isSelected)),
            data: { focus: `path-${turn.reply.turn_id}` },
            on: { click: () => turns.choose(turn.reply.turn_id) },
          },
          say("act.path"),
        ),
    ),
  );
}

function moveLine(move) {
  const isPerson = !NO_PERSON.has(move.actor);
  if (move.reason === "note") {
    return h(
      "li.entry.by-staff",
      {},
      h("div.bubble", {}, move.note),
      h("div.entry-foot", {}, h("span", {}, `${say("write.note")} · ${isPerson ? move.actor : say("who.notice")}`), h("time", { datetime: move.at, title: exact(move.at) }, moment(move.at))),
    );
  }
  return h(
    "li.entry.moved",
    {},
    h("span", {}, [isPerson && move.actor, sayCode("reason", move.reason), move.note].filter(Boolean).join(" · ")),
    h("time", { datetime: move.at, title: exact(move.at) }, moment(move.at)),
  );
}
