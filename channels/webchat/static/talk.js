// The conversation behind the window: what is sent, what comes, who has it. It knows nothing of the page.

import { Lead } from "./lead.js";
import { Memory, newId } from "./memory.js";
import { Broken, Refused, customerOf } from "./wire.js";

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30000;
const MOST_FAILURES = 5; // a message at which the server fails so often does not hold up the next ones

/**
 * Tells its listener what changed:
 *   entry(entry, elsewhere)  a message is new or different; `entry.status`: sending, waiting, sent, failed; `elsewhere`: another tab has it too
 *   piece(id, text)       the next piece of the reply to message `id`; null: it begins anew
 *   thread()              everything is to be shown anew
 *   state(now, before)    somebody else has the conversation
 *   link(up)              the server can, or cannot, be reached
 *   busy(on)              a reply is being written
 *   begun()               there is a conversation to rate
 */
export class Talk {
  constructor(wire, tell) {
    this.wire = wire;
    this.tell = tell;
    this.entries = new Map();
    this.state = { owner: "bot", person: null, service_open: true };
    this.cursor = "";
    this.known = false; // whether the server has the conversation
    this.attended = false; // whether the customer has the window open
    this.up = true;
    this.skew = 0; // what this browser's clock is before the server's
    this.draining = false;
    this.resting = new Set(); // what waits for its next try
    this.product = null;
    this.region = null;
  }

  /** Take up what this browser kept for a customer. */
  async begin(token) {
    const who = (token && customerOf(token)) || this.wire.stated || "guest";
    this.memory = new Memory(this.wire.server, who);
    this.state.owner = this.memory.owner;
    this.lead = new Lead(`${this.memory.key}/follow`, (signal) => this.#follow(signal));
    if ("BroadcastChannel" in window) {
      this.tabs = new BroadcastChannel(this.memory.key);
      this.tabs.onmessage = ({ data }) => this.#hear(data);
    }
    addEventListener("online", () => this.#awake());
    document.addEventListener("visibilitychange", () => this.#awake());
    for (const message of this.memory.queue) this.#keep(own(message, "waiting"));
  }

  get conversation() {
    return this.memory.conversation;
  }

  /** Whether a person has the conversation, or is waited for. */
  get withPeople() {
    return this.state.owner === "queue" || this.state.owner === "person";
  }

  /** Read the conversation from the server, then follow it and send what waits. */
  async load() {
    const { now } = await this.wire.open();
    this.skew = Date.now() - Date.parse(now);
    this.#link(true);
    if (!this.conversation) return;
    const told = await this.wire.thread(this.conversation);
    if (told) this.#took(told);
    this.#mind();
    this.drain();
  }

  /** The customer opens the window, or closes it. */
  attend(on) {
    this.attended = on;
    this.#mind();
  }

  /** Follow the conversation while somebody looks, or waits for a person. */
  #mind() {
    if (this.known && (this.attended || this.withPeople)) this.lead.start();
    else this.lead.stop();
  }

  /** Write something; it is kept until the server has it. */
  write(text) {
    this.memory.begin();
    const message = { message_id: newId("m-"), text, product_id: this.product, region: this.region };
    this.memory.enqueue(message);
    this.#keep(own(message, "sending"));
    this.#share({ entry: this.entries.get(message.message_id) });
    this.drain();
  }

  /** Send a message again that was refused. */
  again(id) {
    const entry = this.entries.get(id);
    if (entry?.status !== "failed") return;
    this.memory.begin();
    if (!this.memory.queue.some((one) => one.message_id === id)) {
      this.memory.enqueue({ message_id: id, text: entry.text, product_id: this.product, region: this.region });
    }
    this.#keep({ ...entry, status: "sending", why: null });
    this.drain();
  }

  /** Send what waits, one after the other; each goes on with the same id until the server has answered it. */
  async drain() {
    if (this.draining) return;
    this.draining = true;
    const failed = new Map(); // how often the server failed at a message
    let pause = FIRST_PAUSE_MS;
    try {
      for (let next; (next = this.memory.queue[0]); ) {
        try {
          await this.#send(next);
          pause = FIRST_PAUSE_MS;
        } catch (error) {
          const isRefused = error instanceof Refused;
          if (isRefused && error.status === 500) failed.set(next.message_id, (failed.get(next.message_id) || 0) + 1);
          if (isRefused && (!error.passes || failed.get(next.message_id) >= MOST_FAILURES)) {
            if (this.#refused(next, error)) continue;
            return;
          }
          this.tell.busy(false);
          if (!isRefused || error.status >= 500) this.#link(false);
          if (!this.memory.queue.some((one) => one.message_id === next.message_id)) continue; // it had arrived
          for (const one of this.memory.queue) this.#keep({ ...(this.entries.get(one.message_id) || own(one)), status: "waiting" });
          await this.#rest(Math.max(pause, error.retryAfterS * 1000 || 0));
          pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
        }
      }
    } finally {
      this.draining = false;
    }
  }

  async #send(message) {
    this.#keep({ ...(this.entries.get(message.message_id) || own(message)), status: "sending" });
    this.tell.busy(!this.withPeople);
    this.tell.piece(message.message_id, null);
    const conversation = this.memory.begin();
    await this.wire.send(conversation, message, (name, data) => {
      if (name === "delta") this.tell.piece(message.message_id, data.text);
      if (name === "message") this.#come(data);
      if (name === "state") this.#stand(data);
    });
    this.memory.dequeue(message.message_id);
    this.#keep({ ...this.entries.get(message.message_id), status: "sent" });
    this.#share({ entry: this.entries.get(message.message_id) });
    this.#link(true);
    this.tell.busy(false);
    if (!this.known) this.#share({ begun: true });
    this.known = true;
    this.tell.begun();
    this.#mind();
  }

  /** The server does not take a message; true: go on with the next try. */
  #refused(message, error) {
    this.tell.busy(false);
    if (error.code === "conversation_of_another_customer") {
      this.memory.renew();
      this.known = false;
      return true;
    }
    // Without a token that is good the message waits for one, over a reload too.
    const isLoggedOut = error.status === 401;
    if (!isLoggedOut) this.memory.dequeue(message.message_id);
    this.#keep({ ...this.entries.get(message.message_id), status: "failed", why: error.code });
    return !isLoggedOut;
  }

  /** Follow the conversation until the signal is aborted. */
  async #follow(signal) {
    let pause = FIRST_PAUSE_MS;
    while (!signal.aborted && this.conversation) {
      try {
        const begun = () => {
          this.#link(true);
          pause = FIRST_PAUSE_MS;
        };
        await this.wire.follow(this.conversation, this.cursor, signal, (...told) => this.#told(...told), begun);
        if (!this.wire.polls) await this.#rest(FIRST_PAUSE_MS, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof Refused && error.status === 404) return;
        if (!(error instanceof Refused) && !(error instanceof Broken)) this.#link(false);
        await this.#rest(pause, signal);
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      }
    }
  }

  #told(name, data, cursor) {
    if (name === "message") this.#come(data, true);
    if (name === "state") this.#stand(data);
    if (cursor) this.#reach(cursor);
  }

  /** Remember how far the conversation was shown; what came through the outbox is acknowledged. */
  #reach(cursor) {
    const through = (at) => at.split("/")[1] || "";
    const isNew = through(cursor) !== through(this.cursor);
    this.cursor = cursor;
    this.#share({ cursor });
    if (isNew) this.wire.acknowledge(this.conversation, cursor).catch(() => {});
  }

  #come(entry, fromStream = false) {
    const before = this.entries.get(entry.id);
    if (before && before.status === "sent") return;
    if (entry.role === "customer") this.memory.dequeue(entry.id);
    this.#keep({ ...entry, at: before?.at || this.#here(entry.at), status: "sent" });
    this.memory.touch();
    if (fromStream || entry.role !== "customer") this.#share({ entry: this.entries.get(entry.id) });
  }

  #stand(state) {
    const before = this.state;
    this.state = state;
    if (JSON.stringify(before) === JSON.stringify(state)) return;
    this.memory.touch({ owner: state.owner });
    this.tell.state(state, before);
    this.#share({ state });
    this.#mind();
  }

  /** What another tab of the shop tells. */
  #hear({ entry, state, cursor, begun }) {
    if (entry) {
      const known = this.entries.get(entry.id);
      if (known?.status !== "sent") this.#keep(entry, true);
    }
    if (state) {
      const before = this.state;
      this.state = state;
      this.tell.state(state, before);
    }
    if (cursor) this.cursor = cursor;
    if (begun && !this.known) {
      this.known = true;
      this.tell.begun();
    }
    this.#mind();
  }

  #took(told) {
    const mine = [...this.entries.values()].filter((one) => one.status !== "sent");
    this.entries = new Map(told.messages.map((one) => [one.id, { ...one, at: this.#here(one.at), status: "sent" }]));
    for (const one of told.messages) if (one.role === "customer") this.memory.dequeue(one.id);
    for (const one of mine) if (!this.entries.has(one.id)) this.entries.set(one.id, one);
    this.cursor = told.cursor;
    this.known = true;
    this.tell.thread();
    this.#stand(told.state);
    this.tell.begun();
  }

  /** A time of the server's on this browser's clock. */
  #here(at) {
    return new Date(Date.parse(at) + this.skew).toISOString();
  }

  #keep(entry, elsewhere = false) {
    this.entries.set(entry.id, entry);
    this.tell.entry(entry, elsewhere);
  }

  #link(up) {
    if (this.up === up) return;
    this.up = up;
    this.tell.link(up);
  }

  #share(told) {
    this.tabs?.postMessage(told);
  }

  #awake() {
    if (document.visibilityState !== "visible") return;
    for (const wake of [...this.resting]) wake();
    if (this.memory.queue.length) this.drain();
  }

  /** Wait before the next try; over at once when the network comes back, the customer looks, or nothing is to be tried any more. */
  #rest(ms, signal) {
    return new Promise((done) => {
      const wake = () => {
        clearTimeout(timer);
        this.resting.delete(wake);
        done();
      };
      const timer = setTimeout(wake, ms * (0.75 + Math.random() / 2));
      this.resting.add(wake);
      signal?.addEventListener("abort", wake, { once: true });
    });
  }
}

function own(message, status = "sending") {
  const at = new Date().toISOString();
  return { id: message.message_id, role: "customer", text: message.text, at, sources: [], status };
}
