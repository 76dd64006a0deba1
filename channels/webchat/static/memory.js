// What a browser keeps of a customer's conversation, so that reloads, other pages and other tabs of the shop go on with it.

const DAY_MS = 24 * 3600 * 1000;
const KEPT_MS = DAY_MS; // a conversation with the bot goes on for a day after its last message
const KEPT_WITH_PEOPLE_MS = 7 * DAY_MS; // one that waits for a person, or has one, may be answered days later

/** Random and unguessable; `randomUUID` exists on secure pages only. */
export function newId(prefix) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return prefix + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** localStorage, or a stand-in for pages where it is closed: the conversation then lives as long as the page. */
function openStorage() {
  try {
    const probe = "xiaoer/probe";
    localStorage.setItem(probe, "1");
    localStorage.removeItem(probe);
    return localStorage;
  } catch {
    const kept = new Map();
    return {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => kept.set(key, value),
      removeItem: (key) => kept.delete(key),
    };
  }
}

const storage = openStorage();

function read(key) {
  try {
    return JSON.parse(storage.getItem(key)) || {};
  } catch {
    return {};
  }
}

function write(key, value) {
  try {
    storage.setItem(key, JSON.stringify(value));
  } catch {
    // full: what is not kept is lost with the page only
  }
}

/** The guest of a shop's server: id and token. */
export class GuestBook {
  constructor(server) {
    this.key = `xiaoer/${server}/guest-token`;
  }

  get guest() {
    const { customer_id: id, token } = read(this.key);
    return typeof id === "string" ? { id, token: typeof token === "string" ? token : null } : null;
  }

  keep(id, token) {
    write(this.key, { customer_id: id, token });
  }

  forget() {
    storage.removeItem(this.key);
  }
}

/** The conversation of one customer with one shop: its id, and messages that the server has not confirmed. */
export class Memory {
  constructor(server, who) {
    this.key = `xiaoer/${server}/${who}`;
  }

  get conversation() {
    const { id, at, owner, queue } = read(this.key);
    if (typeof id !== "string") return null;
    const people = owner === "queue" || owner === "person" || (Array.isArray(queue) && queue.length > 0);
    return Date.now() - at < (people ? KEPT_WITH_PEOPLE_MS : KEPT_MS) ? id : null;
  }

  /** The conversation to write in, a new one where there is none. */
  begin() {
    const known = this.conversation;
    if (known) return known;
    write(this.key, { id: newId("web-"), at: Date.now(), owner: "bot", queue: [] });
    return this.conversation;
  }

  /** Write in another conversation from now on, with what was not sent yet. */
  renew() {
    write(this.key, { ...read(this.key), id: newId("web-"), at: Date.now(), owner: "bot", rating: null });
  }

  forget() {
    storage.removeItem(this.key);
  }

  touch(changes = {}) {
    const kept = read(this.key);
    if (typeof kept.id === "string") write(this.key, { ...kept, ...changes, at: Date.now() });
  }

  get owner() {
    return read(this.key).owner || "bot";
  }

  /** `asked`: the customer was asked and has not answered; `done`: they have. */
  get rating() {
    return read(this.key).rating || null;
  }

  set rating(value) {
    write(this.key, { ...read(this.key), rating: value });
  }

  get queue() {
    const { queue } = read(this.key);
    return Array.isArray(queue) ? queue.filter((one) => one && typeof one.text === "string") : [];
  }

  enqueue(message) {
    this.touch({ queue: [...this.queue, message] });
  }

  dequeue(id) {
    this.touch({ queue: this.queue.filter((one) => one.message_id !== id) });
  }
}

/** Whether the window stood open on this tab's last page. */
export const openedBefore = {
  get value() {
    try {
      return sessionStorage.getItem("xiaoer/open") === "1";
    } catch {
      return false;
    }
  },
  set value(open) {
    try {
      sessionStorage.setItem("xiaoer/open", open ? "1" : "0");
    } catch {
      // a page where it is closed begins with a closed window
    }
  },
};
