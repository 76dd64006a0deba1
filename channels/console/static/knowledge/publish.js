// From edits to what customers are told: chosen, previewed, published, or refused with what stands against it.

import * as api from "../api.js";
import { fill, h, icon } from "../dom.js";
import { doing, empty } from "../pieces.js";
import { ago } from "../time.js";
import { say } from "../words.js";
import { findingRow, validityTag } from "./marks.js";
import { openPreview } from "./preview.js";
import { ended, follow, progress } from "./work.js";

/**
 * @param {HTMLElement} place
 * @param {{may: boolean, told: function(): ?Object, refresh: function(): Promise, go: function(...string): void}} setup
 */
export function openPublish(place, setup) {
  return new PublishPage(place, setup);
}

class PublishPage {
  constructor(place, setup) {
    Object.assign(this, { setup, left: new Set(), state: null, drawn: "" });
    this.choice = h("section.step");
    this.outcome = h("div", { "aria-live": "polite" });
    this.previewed = h("section.step");
    this.reason = h("textarea.field", { id: "publish-reason", rows: "2", maxlength: "500", placeholder: say("publish.reason.example") });
    this.reasons = h("div.form-field", {}, h("label", { for: "publish-reason" }, say("publish.reason")), this.reason);
    this.go = h("button.button.primary", { type: "button", on: { click: () => this.publish(this.go, false) } }, say("publish.go"));
    this.look = h("button.button", { type: "button", on: { click: () => this.preview.begin(this.files(), this.look) } }, say("preview.go"));
    const column = [this.choice, setup.may && h("section.step.publish-go", {}, this.reasons, h("div.row", {}, this.look, this.go), h("p.muted.small", {}, say("publish.hint"))), this.outcome];
    fill(place, h("div.publish", {}, h("div.publish-side", {}, column), this.previewed));
    this.preview = openPreview(this.previewed, { begun: () => this.policies(), served: () => setup.told()?.release_id });
    this.following = follow("publication", (state) => this.tell(state));
    this.enable();
    this.policies();
  }

  /** The list of policies is there, or another one. */
  policies() {
    const told = this.setup.told();
    if (!told) return;
    const edits = told.policies.filter((one) => one.edit);
    const along = told.policies.filter((one) => !one.edit && one.serving !== "as_it_stands" && one.validity !== "broken");
    const rows = edits.map((one) => this.row(one));
    fill(
      this.choice,
      h("h2", {}, say("publish.edits")),
      rows.length ? h("ul.edits", {}, rows) : empty(say("publish.none"), say(this.setup.may ? "publish.none.hint" : "policies.choose.viewer")),
      along.length > 0 && h("div.notice.warn", {}, h("b", {}, say("publish.along")), h("ul", {}, along.map((one) => h("li", {}, h("a", { href: `#/knowledge/policy/${encodeURIComponent(one.file)}` }, one.title), " ", h("span.muted.small", {}, say(`serving.${one.serving}`)))))),
    );
    this.along = along.length;
    this.preview.draw();
    this.enable();
  }

  row(one) {
    const box = h("input", { type: "checkbox", id: `edit-${one.file}`, checked: !this.left.has(one.file), disabled: !this.setup.may, on: { change: () => (box.checked ? this.left.delete(one.file) : this.left.add(one.file), this.enable()) } });
    return h("li.edit", {}, box, h("label", { for: `edit-${one.file}` }, h("span", {}, one.title), h("span.muted.small", {}, say("publish.by", { who: one.edit.who, ago: ago(one.edit.at) }))), validityTag(one), h("a.small", { href: `#/knowledge/policy/${encodeURIComponent(one.file)}` }, say("publish.open")));
  }

  files() {
    return (this.setup.told()?.policies ?? []).filter((one) => one.edit && !this.left.has(one.file)).map((one) => one.file);
  }

  enable() {
    const isBusy = this.state?.status === "running";
    const nothing = this.files().length === 0 && !this.along;
    this.go.disabled = isBusy || nothing || !this.setup.told()?.is_writable;
    this.look.disabled = this.preview.isBusy() || nothing;
  }

  async publish(button, force) {
    const reason = this.reason.value.trim();
    await doing(button, async () => {
      this.mine = true;
      await api.post("/knowledge/publication", { files: this.files(), reason, force });
      this.following.again();
    });
  }

  tell(state) {
    this.state = state;
    this.enable();
    if (state === null) return;
    if (state.status === "running") {
      this.mine = true;
      fill(this.outcome, progress(state));
      return;
    }
    if (!this.mine && state.status !== "refused") return;
    fill(this.outcome, this.told(state));
    if (this.mine) this.outcome.scrollIntoView({ block: "nearest" });
    if (state.status === "done" && this.mine) {
      this.reason.value = "";
      this.setup.refresh();
    }
    this.mine = false;
  }

  told(state) {
    if (state.status === "done") return done(state);
    if (state.status === "refused") return this.refused(state);
    return ended(state);
  }

  refused(state) {
    const findings = state.result?.findings ?? [];
    const why = h("textarea.field", { id: "force-reason", rows: "2", maxlength: "500", value: state.about.reason ?? "" });
    const button = h("button.button.danger", { type: "button", on: { click: () => this.force(button, why, state) } }, say("publish.force"));
    const broken = findings.filter((one) => one.broken).length;
    return h(
      "section.notice.bad.refused",
      { role: "alert" },
      h("h3", {}, say("publish.refused", { n: findings.length })),
      h("p", {}, say(broken ? "publish.refused.transcripts" : "publish.refused.findings")),
      h("ul.findings", {}, findings.map((one) => findingRow(one, !one.broken && h("span.muted.small", {}, one.file + (one.line ? `:${one.line}` : ""))))),
      this.setup.may &&
        h("details.force", {}, h("summary", {}, say("publish.force.open")), h("div.form-field", {}, h("label", { for: "force-reason" }, say("publish.force.reason")), why), button),
    );
  }

  async force(button, why, state) {
    const reason = why.value.trim();
    if (!reason) {
      why.setAttribute("aria-invalid", "true");
      why.focus();
      return;
    }
    await doing(button, async () => {
      await api.post("/knowledge/publication", { files: state.about.files, reason, force: true });
      this.mine = true;
      this.following.again();
    });
  }

  close() {
    this.following.close();
    this.preview.close();
  }
}

function done(state) {
  const { result } = state;
  const moved = result.difference;
  const counts = ["added", "changed", "removed"].filter((way) => moved[way]?.length).map((way) => say(`history.${way}`, { n: moved[way].length }));
  return h(
    "section.notice.good",
    { role: "status" },
    h("h3", {}, icon("check"), " ", say(result.unchanged ? "publish.unchanged" : "publish.done")),
    h("p", {}, [say("publish.release", { id: result.release_id.slice(0, 10) }), ...counts].join(" · ")),
    h("p", {}, h("a", { href: "#/knowledge/history" }, say("publish.history"))),
  );
}
