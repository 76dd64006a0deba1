// Puts the window and the conversation together.

import { GuestBook, openedBefore } from "./memory.js";
import { Messages } from "./messages.js";
import { ratingCard } from "./rating.js";
import { Talk } from "./talk.js";
import { ChatWindow } from "./window.js";
import { Refused, Wire } from "./wire.js";
import { wordsOf } from "./words.js";

const RATING_AFTER_S = 90;
const MOST_SUGGESTED = 4;

/**
 * Start the chat of a page.
 * @param root the shadow root it is drawn in
 * @param server address of the server
 * @param options what the script tag says; `login()` gives the customer's token or null
 * @returns what the page may do with it
 */
export async function start(root, server, options) {
  const chat = new Chat(root, server, options);
  await chat.begin();
  return chat;
}

class Chat {
  constructor(root, server, options) {
    this.options = options;
    this.words = wordsOf(options.lang);
    this.wire = new Wire(server, options.login, options.customer || null, new GuestBook(server));
    this.talk = new Talk(this.wire, this.#listener());
    this.talk.product = options.product || null;
    this.talk.region = options.region || null;
    this.window = new ChatWindow(root, this.words, {
      open: () => this.#opened(),
      close: () => this.#closed(),
      write: (text) => this.#write(text),
      mayRate: () => this.talk.known && this.talk.memory.rating !== "done",
      person: () => this.#write(this.words.askPerson),
      rate: () => this.#showRating(),
    });
    const cards = (ids) => this.wire.cards(ids);
    this.messages = new Messages(this.window.list, this.words, cards, (id) => this.talk.again(id));
    this.unread = 0;
    this.greeted = false;
    this.loaded = null;
  }

  async begin() {
    await this.talk.begin(await this.options.login(false));
    // Whoever waits for a person hears of it with the window closed too.
    if (openedBefore.value && !matchMedia("(max-width: 640px)").matches) this.open({ focus: false });
    else if (this.talk.conversation && (this.talk.withPeople || this.talk.memory.queue.length)) this.#load();
  }

  open(how) {
    this.window.open(how);
  }

  close() {
    this.window.close();
  }

  /** The customer looks at another product; null: at none. */
  setProduct(id) {
    this.talk.product = id || null;
    this.#showProduct();
  }

  #listener() {
    return {
      entry: (entry, elsewhere) => this.#entry(entry, elsewhere),
      piece: (id, text) => this.#piece(id, text),
      thread: () => this.#thread(),
      state: (now, before) => this.#state(now, before),
      link: () => this.#notice(),
      busy: (on) => this.window.busy(on && !this.messages.telling.size),
      begun: () => this.#begun(),
    };
  }

  #write(text) {
    this.window.suggest([]);
    this.#hideRating();
    this.window.atEnd = true;
    this.talk.write(text);
  }

  async #opened() {
    openedBefore.value = true;
    this.unread = 0;
    if (!(await this.#load())) return;
    this.talk.attend(this.window.isOpen);
    this.#rateLater();
  }

  #closed() {
    openedBefore.value = false;
    clearTimeout(this.ratingTimer);
    this.talk.attend(false);
  }

  /** Reach the server and show what it knows; tried again until it answers. */
  #load() {
    this.loaded ||= this.#tryLoad();
    return this.loaded;
  }

  async #tryLoad() {
    for (let pause = 1000; ; pause = Math.min(pause * 2, 30000)) {
      try {
        await this.talk.load();
        this.#shop(this.wire.session.shop);
        if (this.talk.memory.rating === "asked" && !this.talk.withPeople) this.#showRating();
        return true;
      } catch (error) {
        if (error instanceof Refused && !error.passes) {
          this.messages.line(this.words.refused[error.code] || this.words.refused.other);
          this.loaded = null;
          return false;
        }
        this.talk.up = false;
        this.#notice();
        await new Promise((done) => {
          const timer = setTimeout(done, pause);
          addEventListener("online", () => (clearTimeout(timer), done()), { once: true });
        });
      }
    }
  }

  #shop(shop) {
    this.messages.names = { assistant: shop.assistant, shop: shop.name };
    this.window.shop(shop);
    if (!this.talk.known) this.talk.state = { ...this.talk.state, service_open: shop.service_open };
    this.#thread();
    this.window.state(this.talk.state);
    this.#notice();
    this.#showProduct();
  }

  async #showProduct() {
    const { product } = this.talk;
    const [card] = product && this.wire.session ? await this.wire.cards([product]) : [];
    if (product !== this.talk.product) return;
    this.window.product(card || null);
    if (!this.#asked()) this.#suggest(Boolean(card));
  }

  #asked() {
    return [...this.talk.entries.values()].some((one) => one.role === "customer");
  }

  #suggest(withProduct) {
    const { chips, productChips } = this.words;
    const own = (this.options.questions || "").split("|").map((one) => one.trim()).filter(Boolean);
    const usual = [...(withProduct ? productChips : []), ...chips];
    this.window.suggest((own.length ? own : usual).slice(0, MOST_SUGGESTED));
  }

  /** Draw everything anew: greeting, then what was said. */
  #thread() {
    this.messages.clear();
    const shop = this.wire.session?.shop;
    if (shop) {
      const at = [...this.talk.entries.values()][0]?.at || new Date().toISOString();
      const text = this.words.greeting(shop.name, shop.assistant);
      this.messages.show({ id: "greeting", role: "bot", text, at, answers: null, sources: [] });
    }
    for (const entry of this.talk.entries.values()) this.messages.show(entry);
    this.window.state(this.talk.state);
    this.#notice();
    this.window.atEnd = true;
    this.window.grew();
  }

  #entry(entry, elsewhere) {
    const wasTold = Boolean(entry.answers && this.messages.telling.has(entry.answers));
    const isNew = this.messages.show(entry);
    this.window.grew();
    if (entry.role === "customer") return;
    if (!isNew && !wasTold) return;
    this.window.busy(false);
    const { assistant } = this.messages.names;
    const who = { bot: assistant || this.words.bot, person: entry.person || this.words.person, notice: this.words.notice }[entry.role];
    this.window.announce(`${who}：${entry.text}`);
    if (!this.window.isOpen && !elsewhere) this.window.unread(++this.unread);
    this.#rateLater();
  }

  #piece(id, text) {
    if (text !== null) this.window.busy(false);
    this.messages.piece(id, text);
    this.window.grew();
  }

  #state(now, before) {
    const { words } = this;
    this.window.state(now);
    this.#notice();
    if (now.owner === before.owner && now.person === before.person) return;
    const { assistant } = this.messages.names;
    const line = {
      queue: words.queued,
      person: words.joined(now.person),
      bot: before.owner === "person" ? words.returned(assistant) : "",
      closed: words.ended,
    }[now.owner];
    if (line && (now.owner !== "queue" || before.owner === "person")) {
      this.messages.line(line);
      this.window.announce(line);
      this.window.grew();
    }
    if (this.talk.withPeople) {
      this.window.busy(false);
      this.#hideRating();
    }
    if (now.owner === "closed") this.#askRating();
  }

  #notice() {
    this.window.notice({ up: this.talk.up, open: this.talk.state.service_open });
  }

  #begun() {
    this.window.state(this.talk.state);
    this.#rateLater();
  }

  #rateLater() {
    clearTimeout(this.ratingTimer);
    if (!this.talk.known || this.talk.memory.rating) return;
    const after = Number(this.options.ratingAfter) || RATING_AFTER_S;
    this.ratingTimer = setTimeout(() => this.#askRating(), after * 1000);
  }

  /** Ask how it was, if the server says that it is time and nobody has asked before. */
  async #askRating() {
    if (!this.window.isOpen || this.talk.memory.rating || this.talk.withPeople || !this.talk.conversation) return;
    try {
      const { ask } = await this.wire.askRating(this.talk.conversation);
      if (!ask) return;
      this.talk.memory.rating = "asked";
      this.#showRating();
      this.window.announce(this.words.rateAsk);
    } catch {
      // asked another time
    }
  }

  #showRating() {
    if (this.window.foot.childElementCount) return;
    const { conversation } = this.talk;
    const send = async (rating) => {
      const thanks = await this.#rate(conversation, rating);
      this.talk.memory.rating = "done";
      this.window.state(this.talk.state);
      return thanks;
    };
    const skip = () => {
      this.talk.memory.rating = "skipped";
      this.#hideRating();
      this.window.input.focus();
    };
    this.window.foot.append(ratingCard(this.words, send, skip));
    this.window.grew();
  }

  async #rate(conversation, rating) {
    try {
      await this.wire.rate(conversation, rating);
      return this.words.rateThanks;
    } catch (error) {
      if (error instanceof Refused && error.code === "rated_already") return this.words.rateAlready;
      throw error;
    }
  }

  #hideRating() {
    this.window.foot.replaceChildren();
  }
}
