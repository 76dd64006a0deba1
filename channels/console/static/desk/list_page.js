// A page of the desk: a list of conversations, and the one that is chosen beside it.

import { fill, h } from "../dom.js";
import { shortcuts } from "../keys.js";
import { tick } from "./marks.js";
import { nothingChosen, Workspace } from "./workspace.js";

/** What the two pages share. A page has `shown()`, the rows in its list, and `load()` and `draw()`. */
export class ListPage {
  /**
   * @param {Element} place
   * @param {Object} shell see app.js
   * @param {{name: string, label: string, nothing: string, keys: Object[], workspace: Object}} page
   *   `name`: in its address; `label`: of the list; `nothing`: which words stand where nothing is chosen; `keys`: its own beside j and k;
   *   `workspace`: see workspace.js.
   */
  constructor(place, shell, { name, label, nothing, keys = [], workspace }) {
    Object.assign(this, { place, shell, name, nothing, about: workspace, chosen: null });
    this.list = h("ul.items", { "aria-label": label });
    this.body = h("div.items-scroll");
    this.talk = h("div.workspace");
    this.stopTicking = tick(place);
    this.dropKeys = shortcuts([
      { keys: "j", label: "key.next", run: () => this.step(1) },
      { keys: "k", label: "key.previous", run: () => this.step(-1) },
      ...keys,
    ]);
  }

  /** Put the page up, with its head over the list. */
  build(...head) {
    fill(this.place, h("div.desk", {}, h("section.items-pane", {}, h("div.items-head", {}, head), this.body), this.talk));
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

  /** Show a conversation beside the list, also one that is not in it; null: none. */
  choose(conversation) {
    this.place.firstElementChild.classList.toggle("chosen", conversation !== null);
    if (conversation === this.chosen && this.talk.hasChildNodes()) return;
    this.chosen = conversation;
    this.workspace?.close();
    this.dropWorkspaceKeys?.();
    this.workspace = null;
    if (conversation === null) nothingChosen(this.talk, this.nothing);
    else {
      this.workspace = new Workspace(this.talk, conversation, this.shell, { home: () => this.shell.go(this.name), ...this.about });
      this.dropWorkspaceKeys = shortcuts(this.workspace.keys());
    }
    this.draw();
  }

  step(by) {
    const ids = this.shown().map((row) => row.conversation_id);
    if (!ids.length) return;
    const at = ids.indexOf(this.chosen);
    const to = at < 0 ? 0 : Math.min(ids.length - 1, Math.max(0, at + by));
    this.shell.go(this.name, ids[to]);
    this.list.children[to]?.scrollIntoView({ block: "nearest" });
  }

  /** One conversation of the list, which leads to it. */
  item({ conversation_id }, ...parts) {
    return h(
      "li",
      {},
      h(
        "a.item",
        {
          href: `#/${this.name}/${encodeURIComponent(conversation_id)}`,
          "aria-current": conversation_id === this.chosen ? "true" : null,
          data: { focus: `row-${conversation_id}`, conversation: conversation_id },
        },
        ...parts,
      ),
    );
  }
}
