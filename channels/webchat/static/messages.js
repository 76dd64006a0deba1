// The messages of the window: bubbles, what a reply rests on, cards of goods.

import { h, icon, link, linked, safeLink } from "./dom.js";
import { sayPrice } from "./words.js";

const PIECE_MS = 18; // between two characters of a reply that is being told
const MOST_CARDS = 3;
const MOST_SOURCES = 2;
const APART_MS = 10 * 60 * 1000;

const still = matchMedia("(prefers-reduced-motion: reduce)");

export class Messages {
  /**
   * @param list the element that holds them
   * @param words of the language
   * @param cards `cards(ids)` gives cards of goods
   * @param again called with the id of a message that is to be sent again
   */
  constructor(list, words, cards, again) {
    this.list = list;
    this.words = words;
    this.cards = cards;
    this.again = again;
    this.rows = new Map(); // id of a message to its row
    this.telling = new Map(); // id of the customer's message to the row of the reply that is being told
    this.answered = new Set(); // ids of the customer's messages whose reply is there
    this.names = { assistant: "", shop: "" };
    this.last = null;
  }

  clear() {
    this.list.replaceChildren();
    this.rows.clear();
    this.telling.clear();
    this.answered.clear();
    this.last = null;
  }

  /** Show a message, or what changed in it; true when it is new. */
  show(entry) {
    const known = this.rows.get(entry.id);
    if (known) {
      if (entry.role === "customer") this.#mark(known, entry);
      return false;
    }
    if (entry.answers) this.answered.add(entry.answers);
    const telling = entry.answers && this.telling.get(entry.answers);
    const row = telling || this.#row(entry);
    this.rows.set(entry.id, row);
    if (telling) {
      this.telling.delete(entry.answers);
      row.whole(entry.text, () => this.#under(row, entry));
    } else {
      row.bubble.append(...(entry.role === "customer" ? [entry.text] : linked(entry.text)));
      this.#under(row, entry);
    }
    if (entry.role === "customer") this.#mark(row, entry);
    return true;
  }

  /** Tell the next piece of the reply to a message; null: it begins anew. */
  piece(id, text) {
    if (this.answered.has(id)) return; // it came the other way already
    let row = this.telling.get(id);
    if (text === null) return void row?.anew();
    if (!row) {
      row = this.#row({ role: "bot", at: new Date().toISOString() });
      this.telling.set(id, row);
      tellSlowly(row);
    }
    row.more(text);
  }

  /** A line between the messages: who came, who left. */
  line(text) {
    this.list.append(h("li", { class: "line" }, h("span", {}, text)));
    this.last = null;
  }

  #row(entry) {
    this.#time(entry.at);
    const { role } = entry;
    const author = { customer: this.words.you, bot: this.#bot(), person: this.#person(entry.person), notice: this.words.notice }[role];
    const bubble = h("div", { class: "bubble" });
    const under = h("div", { class: "under" });
    const name = h("div", { class: role === "customer" ? "author hidden" : "author" }, ...author);
    const body = h("div", { class: "body" }, name, bubble, under);
    const face = role === "customer" ? null : h("div", { class: "face" }, icon(role === "person" ? "person" : "bot"));
    const row = h("li", { class: `message from-${role}` }, face, body);
    const from = `${role}/${entry.person || ""}`;
    if (this.last === from) row.classList.add("follows");
    this.last = from;
    this.list.append(row);
    return Object.assign(row, { bubble, under });
  }

  #bot() {
    return [this.names.assistant || this.words.bot, this.names.assistant ? tag(this.words.bot, "bot") : null].filter(Boolean);
  }

  #person(name) {
    return [name || this.words.person, name ? tag(this.words.person, "person") : null].filter(Boolean);
  }

  #time(at) {
    const now = Date.parse(at);
    if (!this.shownAt || Math.abs(now - this.shownAt) > APART_MS || !this.list.childElementCount) {
      const said = sayTime(this.words, new Date(now));
      if (said) this.list.append(h("li", { class: "time" }, h("time", { datetime: at }, said)));
      this.last = null;
    }
    this.shownAt = now;
  }

  #mark(row, entry) {
    const { words } = this;
    row.dataset.status = entry.status;
    const said = { sending: words.sending, waiting: words.waiting, failed: words.failed }[entry.status];
    const why = entry.status === "failed" ? words.refused[entry.why] || words.refused.other : null;
    const again = () => this.again(entry.id);
    row.under.replaceChildren(
      ...(said ? [h("span", { class: `status is-${entry.status}` }, why || said)] : []),
      ...(entry.status === "failed" ? [h("button", { type: "button", class: "again", onclick: again }, words.again)] : []),
    );
  }

  /** What stands under a reply: its grounds, and cards of the goods it names. */
  #under(row, entry) {
    if (entry.role !== "bot") return;
    const grounds = entry.sources.filter((one) => one.kind !== "product");
    if (grounds.length) row.under.append(this.#grounds(grounds));
    const goods = entry.sources.filter((one) => one.kind === "product").slice(0, MOST_CARDS);
    if (goods.length) {
      const place = h("div", { class: "cards" });
      row.under.append(place);
      this.cards(goods.map((one) => one.id)).then((cards) => {
        place.append(...cards.map((card) => productCard(this.words, card)));
        row.dispatchEvent(new CustomEvent("grown", { bubbles: true }));
      });
    }
  }

  #grounds(sources) {
    const items = sources.map((one) => this.#ground(one));
    const shown = h("ul", { class: "sources", "aria-label": this.words.sources }, ...items.slice(0, MOST_SOURCES));
    const rest = items.slice(MOST_SOURCES);
    if (!rest.length) return shown;
    const more = h("button", { type: "button", class: "more", onclick: () => (shown.append(...rest), more.remove()) }, this.words.moreSources(rest.length));
    return h("div", {}, shown, more);
  }

  #ground(source) {
    const { words } = this;
    const kind = words.kinds[source.kind] || "";
    const facts = [
      source.version === null ? "" : words.version(source.version),
      words.validity(source.effective_from, source.effective_to),
    ].filter(Boolean);
    return h(
      "li",
      { class: `source kind-${source.kind}` },
      icon(source.kind === "policy" ? "doc" : "bag"),
      h("span", { class: "source-words" }, h("span", { class: "kind" }, kind), h("cite", {}, source.title), h("span", { class: "facts" }, facts.join(" · "))),
    );
  }
}

/** A product with its price and stock; a link where the shop gives one. */
export function productCard(words, card) {
  const price = sayPrice(words, card.price, card.currency);
  const stock = { there: words.there, few: words.few(card.left), presale: words.presale(card.restock_date), none: words.none(card.restock_date) };
  const inside = [
    h("span", { class: "thumb" }, icon("bag")),
    h(
      "span",
      { class: "card-words" },
      h("span", { class: "card-title" }, card.title),
      h(
        "span",
        { class: "card-facts" },
        h("span", { class: "price" }, card.price_to ? words.from(price) : price),
        h("span", { class: `stock is-${card.stock}` }, stock[card.stock] || ""),
      ),
    ),
  ];
  const address = card.url && safeLink(card.url);
  return address ? link(address, { class: "card" }, ...inside) : h("div", { class: "card" }, ...inside);
}

/** Let a row tell its reply character by character; whoever wants no motion gets it at once. */
function tellSlowly(row) {
  let wanted = "";
  let shown = 0;
  let timer = null;
  let ended = null;
  const text = document.createTextNode("");
  row.bubble.append(text);
  row.classList.add("is-telling");
  const end = () => {
    clearInterval(timer);
    timer = null;
    row.classList.remove("is-telling");
    row.bubble.replaceChildren(...linked(wanted));
    ended();
  };
  const step = () => {
    const rest = wanted.length - shown;
    shown += Math.max(1, Math.ceil(rest / 40));
    text.data = wanted.slice(0, shown);
    row.dispatchEvent(new CustomEvent("grown", { bubbles: true }));
    if (shown < wanted.length) return;
    clearInterval(timer);
    timer = null;
    if (ended) end();
  };
  const go = () => {
    if (still.matches || document.hidden) {
      shown = wanted.length;
      text.data = wanted;
      if (ended) end();
    } else {
      timer ||= setInterval(step, PIECE_MS);
    }
  };
  row.anew = () => {
    wanted = text.data = "";
    shown = 0;
  };
  row.more = (piece) => {
    if (ended) return;
    wanted += piece;
    go();
  };
  row.whole = (all, after) => {
    wanted = all;
    ended = after;
    go();
  };
}

function tag(text, kind) {
  return h("span", { class: `tag is-${kind}` }, text);
}

function sayTime(words, at) {
  if (Number.isNaN(at.getTime())) return "";
  const today = new Date().toDateString() === at.toDateString();
  const day = today ? {} : { month: "numeric", day: "numeric" };
  return new Intl.DateTimeFormat(words.code, { ...day, hour: "2-digit", minute: "2-digit", hour12: false }).format(at);
}
