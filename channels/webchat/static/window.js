// The window itself: launcher, head, log, input. It shows what it is told and tells what the customer does.

import { h, icon } from "./dom.js";
import { productCard } from "./messages.js";
import { sayHours } from "./words.js";

const phone = matchMedia("(max-width: 640px), (max-height: 480px) and (pointer: coarse)");
const TALLEST_INPUT_PX = 120;
const LOW_PX = 480; // so little is left beside a keyboard: the conversation gets it all

export class ChatWindow {
  /**
   * @param root the shadow root it is drawn in
   * @param words of the language
   * @param does what the customer does: open, close, write(text), person, rate; `mayRate()` says whether there is something to rate
   */
  constructor(root, words, does) {
    this.root = root;
    this.words = words;
    this.does = does;
    this.isOpen = false;
    this.isBusy = false;
    this.#draw();
    this.#listen();
  }

  #draw() {
    const { words, does } = this;
    this.badge = h("span", { class: "badge", hidden: true });
    this.launcher = h(
      "button",
      { type: "button", class: "launcher", "aria-label": words.launcher, "aria-expanded": "false", "aria-haspopup": "dialog", onclick: () => this.toggle() },
      icon("chat"),
      icon("down"),
      this.badge,
    );
    this.title = h("h2", { class: "title", id: "title" }, words.bot);
    this.who = h("span", { class: "tag is-bot" }, words.bot);
    this.subtitle = h("p", { class: "subtitle" }, words.online);
    this.face = h("div", { class: "face big" }, icon("bot"));
    const close = h("button", { type: "button", class: "iconic", "aria-label": words.close, onclick: () => this.close() }, icon("close"));
    const head = h("header", { class: "head" }, this.face, h("div", { class: "names" }, h("div", { class: "title-line" }, this.title, this.who), this.subtitle), close);
    this.notices = h("div", { class: "notices", role: "status" });
    this.looking = h("div", { class: "looking", hidden: true });
    this.list = h("ol", { class: "list" });
    this.typing = h("div", { class: "typing", hidden: true }, h("span", { class: "sr" }, words.typing), h("i"), h("i"), h("i"));
    this.foot = h("div", { class: "foot" });
    this.log = h("div", { class: "log", role: "log", "aria-label": words.log, "aria-live": "off", tabindex: "0" }, this.list, this.typing, this.foot);
    this.said = h("div", { class: "sr", "aria-live": "polite", "aria-atomic": "false" });
    this.chips = h("div", { class: "chips" });
    this.askPerson = h("button", { type: "button", class: "way", onclick: () => does.person() }, icon("person"), words.asPerson);
    this.askRating = h("button", { type: "button", class: "way", hidden: true, onclick: () => does.rate() }, icon("star"), words.rate);
    this.input = h("textarea", { class: "input", rows: "1", placeholder: words.input, "aria-label": words.input, enterkeyhint: "send", autocomplete: "off" });
    this.send = h("button", { type: "submit", class: "send", "aria-label": words.send, disabled: true }, icon("send"));
    this.form = h("form", { class: "form" }, this.input, this.send);
    const bottom = h("div", { class: "bottom" }, this.chips, h("div", { class: "ways" }, this.askPerson, this.askRating), this.form);
    this.panel = h(
      "section",
      { class: "panel", role: "dialog", "aria-label": words.dialog(""), hidden: true, lang: words.code, tabindex: "-1" },
      head,
      this.notices,
      this.looking,
      this.log,
      bottom,
      this.said,
    );
    this.root.append(this.launcher, this.panel);
  }

  #listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#write();
    });
    this.input.addEventListener("keydown", (event) => {
      // While an input method composes, Enter chooses a word and sends nothing.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.#write();
    });
    this.input.addEventListener("input", () => this.#fit());
    this.panel.addEventListener("keydown", (event) => this.#key(event));
    this.log.addEventListener("scroll", () => (this.atEnd = this.#isAtEnd()), { passive: true });
    this.log.addEventListener("grown", () => this.#follow());
    this.atEnd = true;
    const fit = () => this.#fitScreen();
    window.visualViewport?.addEventListener("resize", fit);
    window.visualViewport?.addEventListener("scroll", fit);
    phone.addEventListener("change", fit);
    new ResizeObserver(() => this.#follow()).observe(this.log);
  }

  #key(event) {
    if (event.key === "Escape" && !event.isComposing) {
      event.stopPropagation();
      this.close();
    }
    if (event.key === "Tab" && phone.matches) this.#keepFocus(event);
  }

  /** On a phone the window is the whole screen: the focus stays in it. */
  #keepFocus(event) {
    const all = [...this.panel.querySelectorAll("button, a[href], textarea, input, [tabindex='0']")];
    const there = all.filter((one) => !one.disabled && one.getClientRects().length);
    const [first, last] = [there[0], there[there.length - 1]];
    const at = this.root.activeElement;
    if (event.shiftKey && at === first) {
      event.preventDefault();
      last.focus();
    } else if (!event.shiftKey && at === last) {
      event.preventDefault();
      first.focus();
    }
  }

  #write() {
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    this.#fit();
    this.atEnd = true;
    this.does.write(text);
    this.input.focus();
  }

  #fit() {
    this.send.disabled = !this.input.value.trim();
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, TALLEST_INPUT_PX)}px`;
  }

  /** On a phone the window takes what the keyboard leaves of the screen. */
  #fitScreen() {
    const view = window.visualViewport;
    const { style } = this.panel;
    if (this.isOpen && view && phone.matches) {
      style.setProperty("height", `${view.height}px`);
      style.setProperty("top", `${view.offsetTop}px`);
    } else {
      style.removeProperty("height");
      style.removeProperty("top");
    }
    this.panel.classList.toggle("is-low", Boolean(view) && view.height < LOW_PX);
    this.panel.setAttribute("aria-modal", String(phone.matches));
    this.#follow();
  }

  #isAtEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.log;
    return scrollHeight - scrollTop - clientHeight < 60;
  }

  /** Keep the newest message in sight, unless the customer reads further up. */
  #follow() {
    if (this.atEnd) this.log.scrollTop = this.log.scrollHeight;
  }

  toggle() {
    if (this.isOpen) this.close();
    else this.open();
  }

  open({ focus = true } = {}) {
    if (this.isOpen) return;
    this.isOpen = true;
    this.panel.hidden = false;
    this.launcher.classList.add("is-open");
    this.launcher.setAttribute("aria-expanded", "true");
    this.unread(0);
    this.#fitScreen();
    this.atEnd = true;
    this.#follow();
    // On a phone the input would call the keyboard up over the conversation.
    if (focus) (phone.matches ? this.panel : this.input).focus({ preventScroll: true });
    this.does.open();
  }

  close() {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.panel.hidden = true;
    this.launcher.classList.remove("is-open");
    this.launcher.setAttribute("aria-expanded", "false");
    this.launcher.focus({ preventScroll: true });
    this.does.close();
  }

  /** How many messages came while the window was closed. */
  unread(count) {
    this.badge.hidden = !count;
    this.badge.textContent = count > 9 ? "9+" : String(count || "");
    this.launcher.setAttribute("aria-label", count ? this.words.unread(count) : this.words.launcher);
  }

  /** Say something to readers of screens. */
  announce(text) {
    this.said.append(h("p", {}, text));
    while (this.said.childElementCount > 5) this.said.firstElementChild.remove();
  }

  busy(on) {
    this.isBusy = on;
    this.typing.hidden = !on;
    this.#follow();
  }

  grew() {
    this.#follow();
  }

  shop(shop) {
    this.shopTold = shop;
    this.panel.setAttribute("aria-label", this.words.dialog(shop.name));
    this.input.setAttribute("maxlength", String(shop.max_chars));
  }

  /** Show who has the conversation. */
  state({ owner, person, service_open: open }) {
    const { words } = this;
    const assistant = this.shopTold?.assistant || words.bot;
    const isPerson = owner === "person";
    this.panel.dataset.owner = owner;
    this.title.textContent = isPerson ? person || words.person : assistant;
    this.who.textContent = isPerson ? words.person : words.bot;
    this.who.className = `tag is-${isPerson ? "person" : "bot"}`;
    this.subtitle.textContent = { queue: open ? words.queueing : words.registered, person: words.withPerson(person) }[owner] || words.online;
    this.face.replaceChildren(icon(isPerson ? "person" : "bot"));
    this.face.classList.toggle("is-person", isPerson);
    const withPeople = owner === "queue" || isPerson;
    this.askPerson.hidden = withPeople;
    this.askRating.hidden = withPeople || !this.does.mayRate();
  }

  /** Notices above the conversation: the line is lost, nobody is on duty. */
  notice({ up, open }) {
    const { words } = this;
    const shown = [];
    if (!up) shown.push(h("div", { class: "notice is-lost" }, icon("offline"), h("p", {}, words.lost)));
    if (!open && this.shopTold) {
      const { hours, hotline } = this.shopTold;
      const lines = [h("strong", {}, words.closed(sayHours(words, hours))), words.callBack, hotline ? words.hotline(hotline) : ""];
      shown.push(h("div", { class: "notice is-closed" }, icon("clock"), h("p", {}, ...lines.flatMap((one) => [one, " "]).slice(0, -1))));
    }
    const said = shown.map((one) => one.textContent).join();
    if (said === this.noticed) return;
    this.noticed = said;
    this.notices.replaceChildren(...shown);
  }

  /** The product of the page that the customer looks at. */
  product(card) {
    this.looking.hidden = !card;
    this.looking.replaceChildren(...(card ? [h("span", { class: "looking-said" }, this.words.looking), productCard(this.words, card)] : []));
  }

  /** Questions to begin with. */
  suggest(questions) {
    const ask = (text) => h("button", { type: "button", class: "chip", onclick: () => this.does.write(text) }, text);
    this.chips.replaceChildren(...questions.map(ask));
  }
}
