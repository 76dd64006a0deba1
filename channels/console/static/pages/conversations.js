// All conversations, live: a list with owner, mood and wait, and the chosen one beside it.

import * as api from "../api.js";
import { fill, h, icon } from "../dom.js";
import { lastWords, moodTags, refill, stageTag, tick, waitClock } from "../desk/marks.js";
import { nothingChosen, Workspace } from "../desk/workspace.js";
import { shortcuts } from "../keys.js";
import { doing, empty, failed, loading } from "../pieces.js";
import { ago, exact, learn } from "../time.js";
import { addWords, say, sayCode } from "../words.js";
import { words } from "../words/desk.js";
import { words as intents } from "../words/intents.js";

addWords(words);
addWords(intents);

const STAGES = { all: [], queued: ["queued"], human: ["human"], bot: ["bot", "offering", "returning", "closed"] };

export function open(place, rest, shell) {
  return new Conversations(place, rest, shell);
}

class Conversations {
  constructor(place, rest, shell) {
    Object.assign(this, { shell, stage: "all", text: "", rows: [], next: null, setup: { acknowledge_s: 0, queues: [] }, asked: 0 });
    this.place = place;
    this.search = h("input.field", { type: "search", "aria-label": say("list.search"), placeholder: say("list.search"), on: { input: () => this.look() } });
    this.filters = Object.keys(STAGES).map((stage) =>
      h("button", { type: "button", "aria-pressed": String(stage === "all"), data: { stage }, on: { click: () => this.filter(stage) } }, say(`list.${stage}`)),
    );
    this.list = h("ul.items", { "aria-label": say("list.label") });
    this.foot = h("div.items-foot");
    this.body = h("div.items-scroll", {}, loading(6));
    this.talk = h("div.workspace");
    const head = h(
      "div.items-head",
      {},
      h("h1.hidden-words", {}, say("nav.conversations")),
      h("div.field-with-icon", {}, icon("search"), this.search),
      h("div.segments", { role: "group", "aria-label": say("list.stage") }, this.filters),
    );
    fill(place, h("div.desk", {}, h("section.items-pane", {}, head, this.body), this.talk));
    this.stopTicking = tick(place);
    this.dropKeys = shortcuts([
      { keys: "j", label: "key.next", run: () => this.step(1) },
      { keys: "k", label: "key.previous", run: () => this.step(-1) },
      { keys: "/", label: "key.search", run: () => this.search.focus() },
    ]);
    this.choose(rest[0] ?? null);
    this.load();
    this.learnSetup();
  }

  close() {
    this.isClosed = true;
    this.workspace?.close();
    this.dropKeys();
    this.dropWorkspaceKeys?.();
    this.stopTicking();
    clearTimeout(this.timer);
  }

  changed() {
    this.load();
    this.workspace?.refresh();
  }

  went(rest) {
    this.choose(rest[0] ?? null);
    return true;
  }

  async learnSetup() {
    try {
      this.setup = await api.get("/queue");
    } catch (error) {
      if (!error.say) throw error;
    }
  }

  choose(id) {
    this.chosen = id;
    this.place.firstElementChild.classList.toggle("chosen", id !== null);
    this.workspace?.close();
    this.dropWorkspaceKeys?.();
    this.workspace = null;
    if (id === null) nothingChosen(this.talk, "list");
    else {
      this.workspace = new Workspace(this.talk, id, this.shell, {
        side: "turn",
        home: () => this.shell.go("conversations"),
        target: () => this.setup.acknowledge_s,
        queues: () => this.setup.queues,
        moved: () => this.load(),
      });
      this.dropWorkspaceKeys = shortcuts(this.workspace.keys());
    }
    this.draw();
  }

  step(by) {
    if (!this.rows.length) return;
    const at = this.rows.findIndex((row) => row.conversation_id === this.chosen);
    const to = at < 0 ? 0 : Math.min(this.rows.length - 1, Math.max(0, at + by));
    this.shell.go("conversations", this.rows[to].conversation_id);
    this.list.children[to]?.scrollIntoView({ block: "nearest" });
  }

  look() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.text = this.search.value.trim();
      this.load(true);
    }, 250);
  }

  filter(stage) {
    this.stage = stage;
    for (const button of this.filters) button.setAttribute("aria-pressed", String(button.dataset.stage === stage));
    this.load(true);
  }

  query(before) {
    const query = new URLSearchParams();
    for (const stage of STAGES[this.stage]) query.append("stage", stage);
    if (this.text) query.set("text", this.text);
    if (before) query.set("before", before);
    query.set("limit", String(before ? 50 : Math.min(100, Math.max(50, this.rows.length))));
    return `/conversations?${query}`;
  }

  async load(isNew = false) {
    const asked = ++this.asked;
    if (isNew) {
      this.rows = [];
      fill(this.body, loading(6));
    }
    try {
      const told = learn(await api.get(this.query()));
      if (asked !== this.asked || this.isClosed) return;
      this.rows = told.conversations;
      this.next = told.next;
      this.isLoaded = true;
      this.draw();
    } catch (error) {
      if (error.status === 401 || asked !== this.asked || this.isClosed) return;
      if (!this.rows.length) fill(this.body, failed(error, () => this.load(true)));
      if (!error.say) throw error;
    }
  }

  more(button) {
    return doing(button, async () => {
      const asked = ++this.asked;
      const told = await api.get(this.query(this.next));
      if (asked !== this.asked) return;
      this.rows = [...this.rows, ...told.conversations];
      this.next = told.next;
      this.draw();
    });
  }

  draw() {
    if (!this.isLoaded) return;
    if (!this.rows.length && !this.next) {
      const isNarrowed = this.text || this.stage !== "all";
      fill(this.body, isNarrowed ? empty(say("list.nothing"), say("list.nothing.hint")) : empty(say("list.empty"), say("list.empty.hint")));
      return;
    }
    if (!this.body.contains(this.list)) fill(this.body, this.list, this.foot);
    refill(this.list, this.rows.map((row) => item(row, row.conversation_id === this.chosen, this.setup.acknowledge_s)));
    const words = this.text ? "list.further" : "list.more";
    fill(this.foot, this.next && h("button.button", { type: "button", on: { click: (event) => this.more(event.currentTarget) } }, say(words)));
  }
}

function item(row, isChosen, targetS) {
  const waits = row.waiting_since && (row.stage === "queued" ? waitClock(row.waiting_since, "wait.label", targetS) : waitClock(row.waiting_since, "wait.answer", targetS));
  return h(
    "li",
    {},
    h(
      "a.item",
      {
        href: `#/conversations/${encodeURIComponent(row.conversation_id)}`,
        "aria-current": isChosen ? "true" : null,
        data: { focus: `row-${row.conversation_id}`, conversation: row.conversation_id },
      },
      h("span.item-top", {}, h("b.clip", {}, row.customer_id), h("time", { datetime: row.changed_at, title: exact(row.changed_at) }, ago(row.changed_at))),
      h("span.item-text", {}, lastWords(row)),
      h("span.tags", {}, stageTag(row.stage, row.person), waits, ...moodTags(row.mood).slice(0, 2), ...row.intents.slice(0, 1).map((intent) => h("span.muted.small", {}, sayCode("intent", intent))), row.stage === "bot" && row.outcome === "declined" && h("span.tag.warn", {}, say("outcome.declined"))),
    ),
  );
}
