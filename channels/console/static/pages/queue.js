// The handoff queue: who waits and why, against the service target; taking one, answering it, giving it back.

import * as api from "../api.js";
import { fill, h } from "../dom.js";
import { ListPage } from "../desk/list_page.js";
import { lastWords, moodTags, refill, waitBar, waitClock } from "../desk/marks.js";
import { empty, failed, loading } from "../pieces.js";
import { learn, span } from "../time.js";
import { addWords, say, sayCode } from "../words.js";
import { words } from "../words/desk.js";
import { words as intents } from "../words/intents.js";

addWords(words);
addWords(intents);

const TABS = ["waiting", "mine", "others"];

export function open(place, rest, shell) {
  return new Queue(place, rest, shell);
}

class Queue extends ListPage {
  constructor(place, rest, shell) {
    super(place, shell, {
      name: "queue",
      label: say("queue.label"),
      nothing: "queue",
      workspace: {
        side: "handoff",
        target: () => this.told?.acknowledge_s ?? 0,
        queues: () => this.told?.queues ?? [],
        moved: () => this.followChosen(),
      },
    });
    Object.assign(this, { tab: "waiting", told: null });
    this.tabs = TABS.map((tab) => h("button", { type: "button", data: { tab }, on: { click: () => this.turn(tab) } }, say(`queue.${tab}`)));
    this.target = h("p.muted.small");
    this.build(
      h("div.items-title", {}, h("h1", {}, say("nav.queue")), this.target),
      h("div.segments", { role: "group", "aria-label": say("list.stage") }, this.tabs),
    );
    fill(this.body, loading(4));
    this.load(rest[0] ?? null);
  }

  of(tab) {
    const me = this.shell.me.name;
    const fits = {
      waiting: (one) => one.stage === "queued",
      mine: (one) => one.stage === "human" && one.person === me,
      others: (one) => one.stage === "human" && one.person !== me,
    };
    return this.told.conversations.filter(fits[tab]);
  }

  shown() {
    return this.told ? this.of(this.tab) : [];
  }

  async load(first = undefined) {
    try {
      const told = learn(await api.get("/queue"));
      if (this.isClosed) return;
      const isFirst = this.told === null;
      this.told = told;
      if (first !== undefined) this.choose(first);
      else if (isFirst) this.choose(null);
      this.draw();
    } catch (error) {
      if (error.status === 401 || this.isClosed) return;
      if (this.told === null) fill(this.body, failed(error, () => this.load(first)));
      if (!error.say) throw error;
    }
  }

  /** Show the conversation of a ticket, also one that is settled by now; the list shows it where it is. */
  choose(conversation) {
    if (conversation !== this.chosen) this.tab = this.tabOf(conversation) ?? this.tab;
    super.choose(conversation);
  }

  tabOf(conversation) {
    return this.told && TABS.find((tab) => this.of(tab).some((one) => one.conversation_id === conversation));
  }

  /** After a conversation changed hands here: the list shows it where it is now. */
  async followChosen() {
    await this.load();
    const tab = this.tabOf(this.chosen);
    if (tab) this.turn(tab);
  }

  turn(tab) {
    this.tab = tab;
    this.draw();
  }

  draw() {
    const { told } = this;
    if (!told) return;
    for (const button of this.tabs) {
      const { tab } = button.dataset;
      const number = this.of(tab).length;
      fill(button, say(`queue.${tab}`), number > 0 && h("span.tab-number", {}, String(number)));
      button.setAttribute("aria-pressed", String(tab === this.tab));
    }
    fill(this.target, told.acknowledge_s > 0 && say("queue.target", { span: span(told.acknowledge_s) }));
    const shown = this.shown();
    if (!shown.length) {
      const hint = `queue.empty.${this.tab}.hint`;
      fill(this.body, empty(say(`queue.empty.${this.tab}`), this.tab === "others" ? "" : say(hint)));
      return;
    }
    if (!this.body.contains(this.list)) fill(this.body, this.list);
    refill(this.list, shown.map((row) => this.item(row, parts(row, told.acknowledge_s))));
  }
}

function parts(row, targetS) {
  const { ticket } = row;
  const waits = row.stage === "queued";
  const wait = row.waiting_since && waitClock(row.waiting_since, waits ? "wait.label" : "wait.answer", targetS);
  return [
    h("span.item-top", {}, h("b.clip", {}, sayCode("reason", ticket.reason)), wait),
    h("span.item-text", {}, lastWords(row)),
    h(
      "span.tags",
      {},
      h("span.muted.small.clip", {}, row.customer_id),
      !waits && row.person && h("span.tag.person", {}, row.person),
      ticket.kind === "call_back" && h("span.tag.warn", {}, say("kind.call_back")),
      ticket.queue && h("span.tag", {}, ticket.queue),
      ...moodTags(waits ? (ticket.package.mood ?? row.mood) : row.mood),
    ),
    waits && targetS > 0 && waitBar(ticket.created_at, targetS),
  ];
}
