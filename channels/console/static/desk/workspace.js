// One conversation to work on: its thread, where to write, and at the side its handoff and the path of each turn.

import * as api from "../api.js";
import { fill, h, icon } from "../dom.js";
import { ask, doing, empty, failed, loading, toast } from "../pieces.js";
import { learn } from "../time.js";
import { say } from "../words.js";
import { Composer } from "./composer.js";
import { handoffPanel } from "./handoff.js";
import { moodTags, refill, stageTag } from "./marks.js";
import { entries } from "./thread.js";
import { turnPanel } from "./turn.js";

export class Workspace {
  /**
   * @param {Element} place
   * @param {string} id of the conversation.
   * @param {Object} shell see app.js
   * @param {{side: string, home: function(): void, target: function(): number, queues: function(): string[], moved: function(): void}} page
   *   `side`: what is shown first, "handoff" or "turn"; `home` leads back to the list; `moved` is told when it changed hands here.
   */
  constructor(place, id, shell, page) {
    Object.assign(this, { place, id, shell, page, side: page.side, selected: null, whole: null, seen: "", composer: null });
    this.head = h("header.talk-head");
    this.list = h("ol.thread", { "aria-label": say("thread.label") });
    this.scroll = h("div.thread-scroll", { tabindex: "0", role: "log", "aria-label": say("thread.label") }, this.list);
    this.foot = h("div.talk-foot");
    this.panel = h("div.side-body", { role: "tabpanel", id: "side-body", tabindex: "0", "aria-labelledby": "side-handoff" });
    place.classList.remove("with-side");
    fill(place, loading(4));
    shell.live.follow(id);
    this.refresh();
  }

  close() {
    this.isClosed = true;
    this.shell.live.follow(null);
  }

  async refresh() {
    try {
      const whole = learn(await api.get(`/conversations/${api.part(this.id)}`));
      if (this.isClosed) return;
      const { now: _, ...rest } = whole;
      const stamp = JSON.stringify(rest);
      if (stamp === this.seen) return;
      const isFirst = this.whole === null;
      this.seen = stamp;
      this.whole = whole;
      if (isFirst) this.build();
      this.draw(isFirst);
    } catch (error) {
      if (error.status === 401 || this.isClosed) return;
      if (this.whole === null) fill(this.place, failed(error, () => this.refresh()));
      if (!error.say) throw error;
    }
  }

  get ticket() {
    return this.whole.tickets.find((one) => one.status !== "closed") ?? null;
  }

  get isMine() {
    return this.whole.stage === "human" && this.ticket?.person === this.shell.me.name;
  }

  build() {
    const tab = (name) =>
      h(
        "button",
        { type: "button", role: "tab", id: `side-${name}`, "aria-controls": "side-body", on: { click: () => this.show(name), keydown: (event) => this.turnTab(event) } },
        say(`side.${name}`),
      );
    this.tabs = [tab("handoff"), tab("turn")];
    const side = h(
      "aside.side",
      { "aria-label": say("side.label") },
      h(
        "div.side-top",
        {},
        h("div.segments", { role: "tablist", "aria-label": say("side.label") }, this.tabs),
        h("button.icon-button.fold", { type: "button", "aria-label": say("act.hide"), title: say("act.hide"), on: { click: () => this.unfold(false) } }, icon("cross")),
      ),
      this.panel,
    );
    fill(this.place, h("section.talk", {}, this.head, this.scroll, this.foot), side);
  }

  draw(isFirst) {
    const atEnd = isFirst || this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < 60;
    this.drawHead();
    this.drawThread();
    this.drawFoot();
    this.drawSide();
    if (atEnd) this.scroll.scrollTop = this.scroll.scrollHeight;
  }

  drawThread() {
    refill(this.list, entries(this.whole, { selected: this.side === "turn" ? this.selected : null, choose: (turn) => this.choose(turn) }));
  }

  choose(turn) {
    this.selected = turn;
    this.side = "turn";
    this.drawThread();
    this.drawSide();
    this.unfold(true);
  }

  show(side) {
    this.side = side;
    this.drawThread();
    this.drawSide();
  }

  /** Where there is no room for the side beside the thread, it is shown over it. */
  unfold(isShown) {
    this.place.classList.toggle("with-side", isShown);
    for (const button of this.place.querySelectorAll("[data-unfolds]")) button.setAttribute("aria-expanded", String(isShown));
  }

  turnTab(event) {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    this.show(this.side === "turn" ? "handoff" : "turn");
    document.getElementById(`side-${this.side}`).focus();
  }

  drawSide() {
    this.tabs.forEach((tab) => {
      const isOn = tab.id === `side-${this.side}`;
      tab.setAttribute("aria-selected", String(isOn));
      tab.tabIndex = isOn ? 0 : -1;
    });
    this.panel.setAttribute("aria-labelledby", `side-${this.side}`);
    const shown =
      this.side === "turn"
        ? turnPanel(this.whole.turns, this.selected, (turn) => this.choose(turn))
        : handoffPanel(this.whole.tickets, this.page.target());
    refill(this.panel, shown);
  }

  drawHead() {
    const { whole, ticket } = this;
    const mood = [...whole.turns].reverse().find((turn) => turn.trace?.mood)?.trace.mood;
    const back = h("button.icon-button.talk-back", { type: "button", "aria-label": say("act.back"), title: say("act.back"), on: { click: this.page.home } }, icon("back"));
    refill(
      this.head,
      back,
      h(
        "div.talk-title",
        {},
        h("h1", {}, whole.customer_id),
        h("div.tags", {}, stageTag(whole.stage, ticket?.person), ...moodTags(mood), h("span.mono.muted.clip", { title: whole.conversation_id }, whole.conversation_id)),
      ),
      h(
        "div.talk-actions",
        {},
        this.actions(),
        h(
          "button.button.unfold",
          {
            type: "button",
            "aria-expanded": String(this.place.classList.contains("with-side")),
            data: { unfolds: "", focus: "unfold" },
            on: { click: () => this.unfold(!this.place.classList.contains("with-side")) },
          },
          say("act.details"),
        ),
      ),
    );
  }

  actions() {
    if (!this.shell.may("operator")) return [];
    const button = (name, kind = "") =>
      h("button.button", { type: "button", class: kind, data: { act: name, focus: `act-${name}` }, on: { click: (event) => this.act(name, event.currentTarget) } }, say(`act.${name}`));
    if (this.isMine) return [button("give_back", "primary"), button("pass_on"), button("close")];
    if (this.whole.stage === "queued") return [button("take", "primary"), button("close")];
    if (this.whole.stage === "human") return [];
    return [button("take_over", "primary")];
  }

  drawFoot() {
    if (this.isMine && this.shell.may("operator")) {
      if (!this.composer) {
        this.composer = new Composer(this.id, {
          reply: (text, id) => this.post("reply", { text, message_id: id }),
          note: (text) => this.post("note", { text }).then(() => toast(say("done.noted"))),
          suggest: () => api.post(`/conversations/${api.part(this.id)}/suggestion`),
        });
        fill(this.foot, this.composer.element);
      }
      return;
    }
    this.composer = null;
    fill(this.foot, h("p.talk-note", {}, this.footWords()));
  }

  footWords() {
    if (!this.shell.may("operator")) return say("act.viewer");
    if (this.whole.stage === "queued") return say("act.take_first");
    if (this.whole.stage === "human") return say("act.of_other", { person: this.ticket?.person ?? say("who.human") });
    return say("act.bot_has");
  }

  /** Do what a button or a key asks for, where it can be done now. */
  act(name, button = this.place.querySelector(`[data-act="${name}"]`)) {
    const acts = { take: () => this.take(), take_over: () => this.take(), give_back: () => this.end("give-back", "given_back"), close: () => this.settle(), pass_on: () => this.passOn() };
    if (!button || !acts[name]) return;
    doing(button, async () => {
      try {
        await acts[name]();
      } finally {
        await this.refresh();
        this.page.moved();
      }
    });
  }

  async take() {
    const path = this.whole.stage === "queued" ? `/tickets/${api.part(this.ticket.ticket_id)}/take` : `/conversations/${api.part(this.id)}/take-over`;
    await api.post(path);
    toast(say("done.taken"));
    await this.refresh();
    this.composer?.field.focus();
  }

  async post(what, body) {
    try {
      await api.post(`/tickets/${api.part(this.ticket.ticket_id)}/${what}`, body);
    } finally {
      await this.refresh();
      this.scroll.scrollTop = this.scroll.scrollHeight;
    }
  }

  async end(what, done, body) {
    await api.post(`/tickets/${api.part(this.ticket.ticket_id)}/${what}`, body);
    toast(say(`done.${done}`));
  }

  async settle() {
    const chosen = await ask(say("close.title"), [h("p.muted", {}, say("close.hint"))], [{ label: say("act.close"), kind: "danger" }]);
    if (chosen === 0) await this.end("close", "closed");
  }

  async passOn() {
    const queues = this.page.queues();
    const pick = h("select.field", { id: "queue" }, queues.map((queue) => h("option", { value: queue }, queue)));
    const body = queues.length ? [h("label", { for: "queue" }, say("pass.label")), pick] : [h("p.muted", {}, say("pass.one"))];
    const chosen = await ask(say("pass.title"), body, [{ label: say("act.pass_on") }]);
    if (chosen === 0) await this.end("pass-on", "passed_on", { queue: queues.length ? pick.value : "" });
  }

  /** The shortcuts of a conversation. */
  keys() {
    return [
      { keys: "t", label: "key.take", run: () => (this.act("take"), this.act("take_over")) },
      { keys: "r", label: "key.reply", run: () => this.composer?.focus("reply") },
      { keys: "n", label: "key.note", run: () => this.composer?.focus("note") },
      { keys: "s", label: "key.suggest", run: () => this.composer?.suggest() },
      { keys: "b", label: "key.give_back", run: () => this.act("give_back") },
      { keys: "p", label: "key.pass_on", run: () => this.act("pass_on") },
      { keys: "x", label: "key.close", run: () => this.act("close") },
      { keys: "d", label: "key.side", run: () => this.tabs && (this.show(this.side === "turn" ? "handoff" : "turn"), this.unfold(true)) },
      { keys: "u", label: "key.back", run: this.page.home },
    ];
  }
}

/** What stands where no conversation is chosen. */
export function nothingChosen(place, page) {
  fill(place, h("section.talk.unchosen", {}, empty(say(`${page}.pick`), say(`${page}.pick.hint`))));
}
