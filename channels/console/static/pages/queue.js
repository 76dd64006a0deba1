// The handoff queue: who waits and why, against the service target; taking one, answering it, giving it back.

import * as api from "../api.js";
import { fill, h } from "../dom.js";
import { lastWords, moodTags, refill, tick, waitBar, waitClock } from "../desk/marks.js";
import { nothingChosen, Workspace } from "../desk/workspace.js";
import { shortcuts } from "../keys.js";
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

class Queue {
  constructor(place, rest, shell) {
    Object.assign(this, { place, shell, tab: "waiting", told: null, chosen: null });
    this.tabs = TABS.map((tab) => h("button", { type: "button", data: { tab }, on: { click: () => this.turn(tab) } }, say(`queue.${tab}`)));
    this.list = h("ul.items", { "aria-label": say("queue.label") });
    this.body = h("div.items-scroll", {}, loading(4));
    this.target = h("p.muted.small");
    this.talk = h("div.workspace");
    const head = h(
      "div.items-head",
      {},
      h("div.items-title", {}, h("h1", {}, say("nav.queue")), this.target),
      h("div.segments", { role: "group", "aria-label": say("list.stage") }, this.tabs),
    );
    fill(place, h("div.desk", {}, h("section.items-pane", {}, head, this.body), this.talk));
    this.stopTicking = tick(place);
    this.dropKeys = shortcuts([
      { keys: "j", label: "key.next", run: () => this.step(1) },
      { keys: "k", label: "key.previous", run: () => this.step(-1) },
    ]);
    this.load(rest[0] ?? null);
  }

  close() {
    this.isClosed = true;
    this.workspace?.close();
    this.dropKeys();
    this.dropWorkspaceKeys?.();
    this.stopTicking();
  }

  changed() {
    this.load();
    this.workspace?.refresh();
  }

  went(rest) {
    this.choose(rest[0] ?? null);
    return true;
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

  /** Show the conversation of a ticket, also one that is settled by now. */
  choose(conversation) {
    this.place.firstElementChild.classList.toggle("chosen", conversation !== null);
    if (conversation === this.chosen && (this.workspace || conversation === null) && this.talk.hasChildNodes()) return;
    this.chosen = conversation;
    this.workspace?.close();
    this.dropWorkspaceKeys?.();
    this.workspace = null;
    if (conversation === null) nothingChosen(this.talk, "queue");
    else {
      const tab = this.told && TABS.find((tab) => this.of(tab).some((one) => one.conversation_id === conversation));
      if (tab) this.tab = tab;
      this.workspace = new Workspace(this.talk, conversation, this.shell, {
        side: "handoff",
        home: () => this.shell.go("queue"),
        target: () => this.told?.acknowledge_s ?? 0,
        queues: () => this.told?.queues ?? [],
        moved: () => this.followChosen(),
      });
      this.dropWorkspaceKeys = shortcuts(this.workspace.keys());
    }
    if (this.told) this.draw();
  }

  /** After a conversation changed hands here: the list shows it where it is now. */
  async followChosen() {
    await this.load();
    const tab = TABS.find((tab) => this.of(tab).some((one) => one.conversation_id === this.chosen));
    if (tab) this.turn(tab);
  }

  turn(tab) {
    this.tab = tab;
    this.draw();
  }

  step(by) {
    const shown = this.told ? this.of(this.tab) : [];
    if (!shown.length) return;
    const at = shown.findIndex((one) => one.conversation_id === this.chosen);
    const to = at < 0 ? 0 : Math.min(shown.length - 1, Math.max(0, at + by));
    this.shell.go("queue", shown[to].conversation_id);
    this.list.children[to]?.scrollIntoView({ block: "nearest" });
  }

  draw() {
    const { told } = this;
    for (const button of this.tabs) {
      const { tab } = button.dataset;
      const number = this.of(tab).length;
      fill(button, say(`queue.${tab}`), number > 0 && h("span.tab-number", {}, String(number)));
      button.setAttribute("aria-pressed", String(tab === this.tab));
    }
    fill(this.target, told.acknowledge_s > 0 && say("queue.target", { span: span(told.acknowledge_s) }));
    const shown = this.of(this.tab);
    if (!shown.length) {
      const hint = `queue.empty.${this.tab}.hint`;
      fill(this.body, empty(say(`queue.empty.${this.tab}`), this.tab === "others" ? "" : say(hint)));
      return;
    }
    if (!this.body.contains(this.list)) fill(this.body, this.list);
    refill(this.list, shown.map((one) => item(one, one.conversation_id === this.chosen, told.acknowledge_s)));
  }
}

function item(row, isChosen, targetS) {
  const { ticket } = row;
  const waits = row.stage === "queued";
  const wait = row.waiting_since && waitClock(row.waiting_since, waits ? "wait.label" : "wait.answer", targetS);
  return h(
    "li",
    {},
    h(
      "a.item",
      {
        href: `#/queue/${encodeURIComponent(row.conversation_id)}`,
        "aria-current": isChosen ? "true" : null,
        data: { focus: `row-${row.conversation_id}`, conversation: row.conversation_id },
      },
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
    ),
  );
}
