// One policy: fields and Markdown, kept by themselves while one writes, checked as one writes.

import * as api from "../api.js";
import { fill, h, icon } from "../dom.js";
import { ask, doing, failed, loading, toast } from "../pieces.js";
import { ago } from "../time.js";
import { say } from "../words.js";
import { area } from "./area.js";
import { clash } from "./clash.js";
import { join, keyAt, read, split, write } from "./front_matter.js";
import { compared, shown } from "./lines.js";
import { findingRow } from "./marks.js";

const CHECK_MS = 450;
const KEEP_MS = 900;
const FIELDS = ["title", "category", "effective_from", "effective_to", "questions"];

/**
 * Open a policy.
 * @param {HTMLElement} place to fill.
 * @param {string} file
 * @param {{may: boolean, categories: string[], kept: function(): void, back: function(): void, publish: function(): void}} setup `kept` is
 *   called after each change that the server has.
 * @returns {{close: function(): void}}
 */
export function openPolicy(place, file, setup) {
  const page = new PolicyPage(place, file, setup);
  page.load();
  return page;
}

class PolicyPage {
  constructor(place, file, setup) {
    Object.assign(this, { place, file, setup, timers: {}, saving: Promise.resolve(), closed: false, checked: 0 });
  }

  async load() {
    fill(this.place, loading(4));
    try {
      const told = await api.get(`/knowledge/policy?file=${api.part(this.file)}`);
      if (this.closed) return;
      this.told = told;
      this.text = (told.edit ?? told).text;
      this.seen = told.edit?.digest ?? null;
      this.base = told.edit ? told.edit.base : told.hash;
      this.draw();
    } catch (error) {
      if (!this.closed) fill(this.place, failed(error, () => this.load()));
    }
  }

  draw() {
    const { may } = this.setup;
    const { head, body, whole } = split(this.text);
    this.whole = whole;
    this.state = h("span.muted.small.state", { role: "status" });
    this.list = h("ul.findings", { "aria-live": "polite" });
    this.notice = h("div.notices");
    this.title = h("h2", {}, read(head, "title") || this.file);
    this.area = area({ text: body, label: say("policy.body"), disabled: !may, changed: (said) => this.changed(this.whole ? join(split(this.text).head, said) : said) });
    this.head = h("textarea.field.mono", { id: "policy-head", rows: "9", spellcheck: "false", disabled: !may, value: head.join("\n"), on: { input: (event) => this.changed(join(event.target.value.split("\n"), this.area.value()), true) } });
    fill(
      this.place,
      h(
        "div.policy",
        {},
        h("header.policy-top", {}, h("button.icon-button.back", { type: "button", "aria-label": say("policy.back"), on: { click: this.setup.back } }, icon("back")), h("div.grow", {}, this.title, h("p.muted.small", {}, this.file)), this.state),
        this.notice,
        whole ? this.fields(head) : h("p.notice.warn", {}, say("policy.no_head")),
        h("h3", {}, say("policy.body")),
        this.area.element,
        h("section.checks", {}, h("h3", {}, say("policy.findings")), this.list),
        whole && h("details.more", {}, h("summary", {}, say("policy.raw")), h("label.hidden-words", { for: "policy-head" }, say("policy.raw")), this.head, h("p.muted.small", {}, say("policy.raw.hint"))),
      ),
      may && this.actions(),
    );
    this.tellState();
    if (may) this.check();
    else fill(this.list, h("li.muted", {}, say("policy.viewer")));
    if (this.told.edit && this.base !== this.told.hash) this.clash("outdated");
  }

  fields(head) {
    const field = (key, more = {}) => {
      const value = read(head, key);
      const said = Array.isArray(value) ? value.join("\n") : String(value);
      const tag = key === "questions" ? "textarea.field" : "input.field";
      const element = h(tag, { id: `policy-${key}`, disabled: !this.setup.may, value: said, ...more, on: { input: () => this.setField(key, element) } });
      return h("div.form-field", { class: key }, h("label", { for: `policy-${key}` }, say(`policy.${key}`)), element, key === "questions" && h("p.muted.small", {}, say("policy.questions.hint")));
    };
    const known = h("datalist", { id: "categories" }, this.setup.categories.map((one) => h("option", { value: one })));
    return h(
      "div.form",
      {},
      field("title", { maxlength: "120" }),
      field("category", { list: "categories", maxlength: "40" }),
      field("effective_from", { type: "date" }),
      field("effective_to", { type: "date" }),
      field("questions", { rows: "3" }),
      known,
    );
  }

  setField(key, element) {
    const value = key === "questions" ? element.value.split("\n").map((one) => one.trim()).filter(Boolean) : element.value.trim();
    const head = write(split(this.text).head, key, value);
    this.head.value = head.join("\n");
    this.changed(join(head, this.area.value()));
  }

  changed(text, isRaw = false) {
    this.text = text;
    this.title.textContent = read(split(text).head, "title") || this.file;
    if (isRaw) this.showFields();
    this.tellState("typing");
    this.later("check", CHECK_MS, () => this.check());
    this.later("keep", KEEP_MS, () => this.keep());
  }

  showFields() {
    const { head } = split(this.text);
    for (const key of FIELDS) {
      const element = this.place.querySelector(`#policy-${key}`);
      const value = read(head, key);
      if (element) element.value = Array.isArray(value) ? value.join("\n") : value;
    }
  }

  later(name, ms, run) {
    clearTimeout(this.timers[name]);
    this.timers[name] = setTimeout(run, ms);
  }

  tellState(doing = "") {
    const edit = this.told.edit;
    const kept = edit ? say("policy.kept", { who: edit.who, ago: ago(edit.at) }) : say("policy.same");
    this.state.textContent = doing ? say(`policy.${doing}`) : kept;
    const differs = Boolean(edit);
    for (const button of this.place.querySelectorAll("[data-needs=edit]")) button.disabled = !differs;
  }

  async check() {
    const mine = (this.checked += 1);
    this.list.setAttribute("aria-busy", "true");
    try {
      const told = await api.post("/knowledge/check", { file: this.file, text: this.text });
      if (this.closed || mine !== this.checked) return;
      this.showFindings(told);
    } catch (error) {
      if (!this.closed && mine === this.checked) fill(this.list, h("li", {}, failed(error, () => this.check())));
    } finally {
      this.list.removeAttribute("aria-busy");
    }
  }

  showFindings(told) {
    const { head, bodyLine } = split(this.text);
    const marks = new Map();
    const rows = told.findings.map((finding) => {
      const spot = finding.file === this.file ? finding : finding.related.find((one) => one.file === this.file);
      const line = spot?.line ? spot.line - bodyLine + 1 : 0;
      if (line > 0 && marks.get(line) !== "error") marks.set(line, finding.severity);
      return findingRow(finding, this.way(spot, line, head, finding));
    });
    this.area.mark(marks);
    if (told.elsewhere) rows.push(h("li.muted.small", {}, say("policy.elsewhere", { n: told.elsewhere })));
    fill(this.list, rows.length ? rows : h("li.fine", {}, icon("check"), say("policy.fine")));
  }

  way(spot, line, head, finding) {
    const other = finding.file !== this.file && h("span.muted.small", {}, finding.file);
    if (line > 0) return [h("button.text-button", { type: "button", on: { click: () => this.area.jump(line) } }, say("policy.line", { n: line })), other];
    const key = spot?.line ? keyAt(head, spot.line) : "";
    if (!FIELDS.includes(key)) return key ? [h("span.muted.small", {}, key), other] : other || null;
    return [h("button.text-button", { type: "button", on: { click: () => this.place.querySelector(`#policy-${key}`)?.focus() } }, say(`policy.${key}`)), other];
  }

  /** Keep what was written: one call after the other, each with the text of its moment. */
  keep() {
    clearTimeout(this.timers.keep);
    this.saving = this.saving.then(() => this.keepNow());
    return this.saving;
  }

  async keepNow() {
    const text = this.text;
    if (this.stopped || text === (this.told.edit ?? this.told).text) return this.closed || this.tellState();
    try {
      if (text === this.told.text && this.told.edit) {
        await api.remove(`/knowledge/edit?file=${api.part(this.file)}&seen=${api.part(this.seen)}`);
        this.told.edit = null;
        this.seen = null;
        this.base = this.told.hash;
      } else {
        this.told.edit = await api.put("/knowledge/edit", { file: this.file, text, base: this.base, seen: this.seen });
        this.seen = this.told.edit.digest;
      }
      this.setup.kept();
      if (!this.closed) this.tellState();
    } catch (error) {
      if (this.closed) toast(say("policy.lost", { file: this.file }), "bad");
      else if (error.code === "edit_conflict") this.clash("conflict");
      else {
        this.tellState("not_kept");
        toast(error.say(), "bad");
      }
    }
  }

  /** Somebody else changed the same text: both are shown, and one is chosen. */
  async clash(kind) {
    this.stopped = true;
    this.tellState("stopped");
    this.setup.kept();
    const told = kind === "conflict" ? await api.get(`/knowledge/policy?file=${api.part(this.file)}`) : this.told;
    const theirs = kind === "conflict" ? (told.edit ?? told) : told;
    fill(
      this.notice,
      clash({
        kind,
        who: kind === "conflict" ? told.edit?.who : "",
        mine: this.text,
        theirs: theirs.text ?? "",
        takeTheirs: (button) => doing(button, () => this.takeTheirs(kind, told)),
        keepMine: (button) => doing(button, () => this.keepMine(told)),
      }),
    );
    this.notice.scrollIntoView({ block: "nearest" });
  }

  async takeTheirs(kind, told) {
    if (kind === "outdated") await api.remove(`/knowledge/edit?file=${api.part(this.file)}&seen=${api.part(this.seen)}`);
    this.stopped = false;
    this.setup.kept();
    await this.load();
    return told;
  }

  async keepMine(told) {
    const edit = await api.put("/knowledge/edit", { file: this.file, text: this.text, base: told.hash, seen: told.edit?.digest ?? null });
    Object.assign(this, { told: { ...told, edit }, seen: edit.digest, base: edit.base, stopped: false });
    fill(this.notice);
    this.setup.kept();
    this.tellState();
  }

  actions() {
    const discard = h("button.button.quiet", { type: "button", data: { needs: "edit" }, on: { click: () => this.discard(discard) } }, say("policy.discard"));
    const difference = h("button.button", { type: "button", data: { needs: "edit" }, on: { click: () => this.difference() } }, say("policy.difference"));
    const publish = h("button.button.primary", { type: "button", data: { needs: "edit" }, on: { click: async () => (await this.keep(), this.setup.publish()) } }, say("policy.publish"));
    return h("footer.policy-actions", {}, discard, h("span.grow"), difference, publish);
  }

  difference() {
    const before = this.told.text ?? "";
    ask(say("policy.difference"), [shown(compared(before, this.text))]);
  }

  async discard(button) {
    if ((await ask(say("policy.discard.title"), [h("p", {}, say("policy.discard.hint"))], [{ label: say("policy.discard"), kind: "danger" }])) < 0) return;
    clearTimeout(this.timers.keep);
    await doing(button, async () => {
      await this.saving;
      if (this.seen) await api.remove(`/knowledge/edit?file=${api.part(this.file)}&seen=${api.part(this.seen)}`);
      this.setup.kept();
      if (this.told.text === null) this.setup.back();
      else await this.load();
    });
  }

  close() {
    if (this.told && !this.stopped && this.setup.may) this.keep();
    this.closed = true;
    for (const timer of Object.values(this.timers)) clearTimeout(timer);
  }
}
