// All conversations, live: a list with owner, mood and wait, and the chosen one beside it.

import * as api from "../api.js";
import { fill, h, icon } from "../dom.js";
import { ListPage } from "../desk/list_page.js";
import { lastWords, moodTags, refill, stageTag, waitClock } from "../desk/marks.js";
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

class Conversations extends ListPage {
  constructor(place, rest, shell) {
    super(place, shell, {
      name: "conversations",
      label: say("list.label"),
      nothing: "list",
      keys: [{ keys: "/", label: "key.search", run: () => this.search.focus() }],
      workspace: {
        side: "turn",
        target: () => this.setup.acknowledge_s,
        queues: () => this.setup.queues,
        moved: () => this.load(),
      },
    });
    Object.assign(this, { stage: "all", text: "", rows: [], next: null, setup: { acknowledge_s: 0, queues: [] }, asked: 0 });
    this.search = h("input.field", { type: "search", "aria-label": say("list.search"), placeholder: say("list.search"), on: { input: () => this.look() } });
    this.filters = Object.keys(STAGES).map((stage) =>
      h("button", { type: "button", "aria-pressed": String(stage === "all"), data: { stage }, on: { click: () => this.filter(stage) } }, say(`list.${stage}`)),
    );
    this.foot = h("div.items-foot");
    this.build(
      h("h1.hidden-words", {}, say("nav.conversations")),
      h("div.field-with-icon", {}, icon("search"), this.search),
      h("div.segments", { role: "group", "aria-label": say("list.stage") }, this.filters),
    );
    fill(this.body, loading(6));
    this.choose(rest[0] ?? null);
    this.load();
    this.learnSetup();
  }

  close() {
    super.close();
    clearTimeout(this.timer);
  }

  shown() {
    return this.rows;
  }

  async learnSetup() {
    try {
      this.setup = await api.get("/queue");
    } catch (error) {
      if (!error.say) throw error;
    }
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
    refill(this.list, this.rows.map((row) => this.item(row, parts(row, this.setup.acknowledge_s))));
    const words = this.text ? "list.further" : "list.more";
    fill(this.foot, this.next && h("button.button", { type: "button", on: { click: (event) => this.more(event.currentTarget) } }, say(words)));
  }
}

function parts(row, targetS) {
  const waits = row.waiting_since && waitClock(row.waiting_since, row.stage === "queued" ? "wait.label" : "wait.answer", targetS);
  return [
    h("span.item-top", {}, h("b.clip", {}, row.customer_id), h("time", { datetime: row.changed_at, title: exact(row.changed_at) }, ago(row.changed_at))),
    h("span.item-text", {}, lastWords(row)),
    h(
      "span.tags",
      {},
      stageTag(row.stage, row.person),
      waits,
      ...moodTags(row.mood).slice(0, 2),
      ...row.intents.slice(0, 1).map((intent) => h("span.muted.small", {}, sayCode("intent", intent))),
      row.stage === "bot" && row.outcome === "declined" && h("span.tag.warn", {}, say("outcome.declined")),
    ),
  ];
}
