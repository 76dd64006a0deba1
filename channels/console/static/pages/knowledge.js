// Knowledge: what the shop's agent knows, mended by people who are no engineers.
// #/knowledge/policy/FILE · #/knowledge/publish · #/knowledge/gaps · #/knowledge/products · #/knowledge/history

import * as api from "../api.js";
import { fill, h } from "../dom.js";
import { shortcuts } from "../keys.js";
import { openGaps } from "../knowledge/gaps.js";
import { openHistory } from "../knowledge/history.js";
import { policyList } from "../knowledge/list.js";
import { create } from "../knowledge/new_policy.js";
import { openPolicy } from "../knowledge/policy.js";
import { openProducts } from "../knowledge/products.js";
import { openPublish } from "../knowledge/publish.js";
import { empty, failed, loading } from "../pieces.js";
import { addWords, say } from "../words.js";
import { words } from "../words/knowledge.js";
import { words as findings } from "../words/findings.js";

const TABS = ["policies", "publish", "gaps", "products", "history"];
const OPEN = { publish: openPublish, gaps: openGaps, products: openProducts, history: openHistory };

addWords(words);
addWords(findings);

export function open(place, rest, shell) {
  const page = new KnowledgePage(place, shell);
  page.went(rest);
  return page;
}

class KnowledgePage {
  constructor(place, shell) {
    Object.assign(this, { place, shell, may: shell.may("editor"), shown: null, handle: null, file: "" });
    this.tabs = h("nav.tabs", { "aria-label": say("knowledge.parts") });
    this.notice = h("div");
    this.body = h("div.knowledge-body");
    fill(place, h("header.knowledge-top", {}, h("h1", {}, say("nav.knowledge")), this.tabs), this.notice, this.body);
    this.drop = shortcuts([
      { keys: "/", label: "knowledge.key.search", run: () => (this.list ?? this.handle)?.focus?.() },
      { keys: "j", label: "knowledge.key.next", run: () => this.list?.move(1) },
      { keys: "k", label: "knowledge.key.before", run: () => this.list?.move(-1) },
      { keys: "p", label: "knowledge.key.publish", run: () => shell.go("knowledge", "publish") },
    ]);
  }

  went(rest) {
    const tab = TABS.includes(rest[0]) ? rest[0] : "policies";
    this.file = tab === "policies" ? (rest[1] ?? "") : "";
    if (tab !== this.shown) this.show(tab);
    else if (tab === "policies") this.openFile();
    return true;
  }

  show(tab) {
    this.handle?.close?.();
    Object.assign(this, { shown: tab, handle: null, list: null });
    this.drawTabs();
    if (tab !== "policies") {
      this.handle = OPEN[tab](fill(this.body), this.setup()) ?? null;
      this.refresh();
      return;
    }
    this.list = policyList({ opened: (file) => this.shell.go("knowledge", "policy", file), create: this.may ? () => create(this.categories(), (file) => this.made(file)) : null });
    this.detail = h("section.policy-place", { "aria-label": say("policy.label") });
    fill(this.body, h("div.two", {}, this.list.element, this.detail));
    fill(this.detail, loading());
    this.refresh().then(() => this.shown === "policies" && this.openFile());
  }

  setup() {
    return {
      may: this.may,
      told: () => this.told,
      refresh: () => this.refresh(),
      go: (...parts) => this.shell.go("knowledge", ...parts),
      made: (file) => this.made(file),
    };
  }

  async made(file) {
    await this.refresh();
    this.shell.go("knowledge", "policy", file);
  }

  openFile() {
    this.handle?.close?.();
    this.handle = null;
    this.body.firstElementChild?.classList.toggle("has-open", Boolean(this.file));
    this.list.show(this.told?.policies ?? [], this.file);
    if (!this.file) {
      if (this.told) fill(this.detail, empty(say("policies.choose"), say(this.may ? "policies.choose.editor" : "policies.choose.viewer")));
      return;
    }
    this.handle = openPolicy(this.detail, this.file, {
      may: this.may,
      categories: this.categories(),
      kept: () => this.refresh(),
      back: () => this.shell.go("knowledge"),
      publish: () => this.shell.go("knowledge", "publish"),
    });
  }

  categories() {
    return [...new Set((this.told?.policies ?? []).map((one) => one.category).filter(Boolean))];
  }

  async refresh() {
    try {
      this.told = await api.get("/knowledge/policies");
    } catch (error) {
      if (!this.told && this.detail) fill(this.detail, failed(error, () => this.show(this.shown)));
      return;
    }
    this.list?.show(this.told.policies, this.file);
    this.handle?.policies?.(this.told);
    this.drawTabs();
    fill(this.notice, this.may && !this.told.is_writable && h("p.notice.warn.wide", {}, say("knowledge.read_only")));
  }

  drawTabs() {
    const waiting = (this.told?.policies ?? []).filter((one) => one.edit).length;
    const held = this.tabs.contains(document.activeElement) ? document.activeElement.dataset.tab : null;
    fill(
      this.tabs,
      ...TABS.map((tab) =>
        h("a.tab", { href: tab === "policies" ? "#/knowledge" : `#/knowledge/${tab}`, data: { tab }, "aria-current": tab === this.shown ? "page" : null }, say(`knowledge.${tab}`), tab === "publish" && waiting > 0 && h("span.count", {}, String(waiting))),
      ),
    );
    if (held) this.tabs.querySelector(`[data-tab=${held}]`)?.focus();
    this.tabs.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  close() {
    this.handle?.close?.();
    this.drop();
  }
}
