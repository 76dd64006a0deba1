// Where a person writes: to the customer, or a note for colleagues; with a suggestion of the agent to begin from.

import { fill, h, icon } from "../dom.js";
import { doing } from "../pieces.js";
import { say } from "../words.js";

/** What was begun and not sent, by conversation: it outlives looking at another one. */
const drafts = new Map();

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `w-${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

export class Composer {
  /**
   * @param {string} conversation
   * @param {{reply: function(string, string): Promise, note: function(string): Promise, suggest: function(): Promise<Object>}} desk
   *   `reply` gets the words and their id: the same id sends them once, however often it is tried.
   */
  constructor(conversation, desk) {
    this.desk = desk;
    this.draft = drafts.get(conversation) ?? { reply: "", note: "", id: newId(), mode: "reply" };
    drafts.set(conversation, this.draft);
    this.field = h("textarea.field", { rows: "3", maxlength: "2000", id: "words", on: { input: () => this.keep(), keydown: (event) => this.press(event) } });
    this.hint = h("span.muted.small", { id: "words-hint" });
    this.field.setAttribute("aria-describedby", "words-hint");
    this.send = h("button.button.primary", { type: "button", on: { click: () => this.submit() } });
    this.ask = h("button.button", { type: "button", on: { click: () => this.suggest() } }, icon("spark"), say("act.suggest"));
    this.modes = ["reply", "note"].map((mode) => h("button", { type: "button", on: { click: () => this.turn(mode) } }, say(`write.${mode}`)));
    this.advice = h("div", { "aria-live": "polite" });
    this.element = h(
      "div.composer",
      {},
      this.advice,
      h("div.composer-top", {}, h("div.segments", { role: "group", "aria-label": say("write.mode") }, this.modes), this.ask),
      this.field,
      h("div.composer-foot", {}, this.hint, this.send),
    );
    this.turn(this.draft.mode);
  }

  /** Write to the customer ("reply") or a note ("note"). */
  turn(mode) {
    this.draft.mode = mode;
    this.modes.forEach((button, place) => button.setAttribute("aria-pressed", String((place === 0) === (mode === "reply"))));
    this.element.classList.toggle("noting", mode === "note");
    this.field.value = this.draft[mode];
    this.field.setAttribute("aria-label", say(`write.${mode}`));
    this.field.placeholder = say(`write.${mode}`);
    this.hint.textContent = say(`write.${mode}.hint`);
    this.ask.hidden = mode === "note";
    fill(this.send, say(mode === "note" ? "act.save" : "act.send"));
    this.keep();
  }

  focus(mode) {
    this.turn(mode);
    this.field.focus();
  }

  keep() {
    const { mode } = this.draft;
    if (this.draft[mode] !== this.field.value && mode === "reply") this.draft.id = newId();
    this.draft[mode] = this.field.value;
    this.send.disabled = !this.field.value.trim();
  }

  press(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.submit();
  }

  submit() {
    const { mode, id } = this.draft;
    const text = this.draft[mode].trim();
    if (!text) return;
    doing(this.send, async () => {
      await (mode === "reply" ? this.desk.reply(text, id) : this.desk.note(text));
      this.draft[mode] = "";
      this.draft.id = newId();
      fill(this.advice);
      this.turn("reply");
      this.field.focus();
    });
  }

  suggest() {
    fill(this.advice, h("div.advice", {}, h("p.muted", { role: "status" }, say("suggest.working"))));
    return doing(this.ask, async () => {
      try {
        this.show(await this.desk.suggest());
      } catch (error) {
        fill(this.advice);
        throw error;
      }
    });
  }

  show(told) {
    const dismiss = h("button.icon-button", { type: "button", "aria-label": say("act.dismiss"), title: say("act.dismiss"), on: { click: () => fill(this.advice) } }, icon("cross"));
    if (!told.text) {
      fill(this.advice, h("div.advice.none", {}, h("p", {}, say(`suggest.none.${told.why_none}`, { action: told.action.replace(/[。.]$/, "") })), dismiss));
      return;
    }
    const use = h("button.button", { type: "button", on: { click: () => this.use(told.text) } }, say("act.use"));
    fill(
      this.advice,
      h(
        "div.advice",
        { id: "advice" },
        h("div.advice-head", {}, icon("spark"), h("b", {}, say("suggest.title")), h("span.muted.small", {}, say("suggest.checked")), dismiss),
        h("p.muted.small.clip", {}, say("suggest.to", { text: told.to })),
        h("p.advice-text", {}, told.text),
        h("div.advice-foot", {}, h("span.tags", {}, told.sources.map((one) => h("span.tag", {}, one.title || one.id))), use),
      ),
    );
    use.focus();
  }

  use(text) {
    fill(this.advice);
    this.draft.reply = this.draft.reply.trim() ? `${this.draft.reply.trim()}\n${text}` : text;
    this.draft.id = newId();
    this.focus("reply");
    this.field.setSelectionRange(this.field.value.length, this.field.value.length);
  }
}
